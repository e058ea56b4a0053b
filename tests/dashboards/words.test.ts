import { describe, expect, it } from 'vitest';
import { readFileSync, readdirSync } from 'node:fs';
import { en } from '../../dashboards/src/words/en.ts';
import { knownKey, sayIn, sayName } from '../../dashboards/src/words/say.ts';
import { zh } from '../../dashboards/src/words/zh.ts';
import type { WordKey } from '../../dashboards/src/words/zh.ts';
import { LEVELS } from '../../src/core/level.ts';

const keys = Object.keys(zh) as WordKey[];
const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)).sort();
const source = readdirSync(new URL('../../dashboards/src/', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('words'))
  .map((file) => readFileSync(new URL(`../../dashboards/src/${file}`, import.meta.url), 'utf8'))
  .join('\n');

describe('the dictionaries', () => {
  it('have the same keys', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });

  it('say something for every key, with the same values in it', () => {
    for (const key of keys) {
      expect(zh[key].trim(), key).not.toBe('');
      expect(en[key].trim(), key).not.toBe('');
      expect(placeholders(en[key]), key).toEqual(placeholders(zh[key]));
    }
  });

  it('hold no key that the page never asks for', () => {
    const asked = (key: string): boolean => {
      const prefix = key.slice(0, key.lastIndexOf('.'));
      return (
        source.includes(`'${key}'`) ||
        source.includes(`\`${prefix}.\${`) ||
        source.includes(`'${prefix}', `) ||
        key.startsWith('banner.judge') ||
        // The server names the field; tests/gateway/field-words asks for each.
        key.startsWith('field.')
      );
    };
    expect(keys.filter((key) => !asked(key))).toEqual([]);
  });

  it('leave no literal in the components for a user to read', () => {
    const folder = new URL('../../dashboards/src/components/', import.meta.url);
    for (const file of readdirSync(folder)) {
      const text = readFileSync(new URL(file, folder), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      expect(text, file).not.toMatch(/[\u4e00-\u9fff]/u);
      // Text between tags: words that stand outside braces.
      expect(text.match(/>[^<>{}=;()]*[A-Za-z]{2,}[^<>{}=;()]*<\//g) ?? [], file).toEqual([]);
      expect(text.match(/(?:title|aria-label|placeholder|alt)="[^"]+"/g) ?? [], file).toEqual([]);
    }
  });

  it('fill in values and leave what they do not have', () => {
    const say = sayIn('en');
    expect(say('log.lowered', { name: 'Pond', from: 'red', to: 'orange', value: '3 m' })).toBe(
      'Pond fell from red to orange: 3 m',
    );
    expect(say('tile.age')).toBe('{age} ago');
    expect([1, 2].map((count) => say('curve.stored', { count }))).toEqual(['1 reading', '2 readings']);
  });

  it('show a name they do not know as it came', () => {
    expect(sayName(sayIn('zh'), 'attemptOutcome', 'busy')).toBe('占线');
    expect(sayName(sayIn('zh'), 'attemptOutcome', 'eaten')).toBe('eaten');
    expect(knownKey('problem', 'constructor')).toBeUndefined();
  });

  it('have a word for every level in both lengths', () => {
    for (const level of LEVELS) expect(sayIn('zh')(`level.${level}`)).not.toBe(sayIn('zh')('doubt.no-data'));
    expect(new Set(LEVELS.map((level) => en[`levelLong.${level}`])).size).toBe(LEVELS.length);
  });
});
