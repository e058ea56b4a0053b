import { describe, expect, it } from 'vitest';
import { wordOfKey, wordOfText } from '../../../alerting/broadcast/word-of.ts';

const SAID: Record<string, string | null> = {
  '1': 'safe',
  ' １ ': 'safe',
  '「2」': 'en-route',
  '3。': 'refused',
  '11': null,
  '4': null,
  '1 2': null,
  '已安全': 'safe',
  '1，已到集合点': 'safe',
  '5人已到': 'safe',
  '没事，已到': 'safe',
  '2人已到安全点': null,
  '在路上': 'en-route',
  '正在家里': null,
  '正在往山上走': 'en-route',
  '不安全': 'refused',
  '1楼有人被困': 'refused',
  '老人走不了': 'refused',
  'we are NOT safe': 'refused',
  'Safe': 'safe',
  "I can't leave": 'refused',
  'I can’t leave': 'refused',
  'on my way': 'en-route',
  '收到': null,
  '4711': null,
  '收到 4711 安全': null,
  '': null,
};

describe('what a text message says of whoever sent it', () => {
  it.each(Object.entries(SAID))('"%s"', (text, word) => {
    expect(wordOfText(text)).toBe(word);
  });
});

it('of the keys 1, 2 and 3 say something, and no other', () => {
  expect(['1', '2', '3', '4', '0', '*', '#', ''].map(wordOfKey)).toEqual([
    'safe',
    'en-route',
    'refused',
    null,
    null,
    null,
    null,
    null,
  ]);
});
