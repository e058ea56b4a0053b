import { describe, expect, it } from 'vitest';
import { carrierFaults } from '../../alerting/carrier-faults.ts';
import type { SeenCarrier } from '../../alerting/carrier-faults.ts';
import { MINUTE, instant, plus } from '../../src/core/time.ts';
import type { Happening } from '../../alerting/callout-event.ts';
import { Told, lowers, time } from './story.ts';

const NOW = instant(Date.UTC(2026, 6, 1));
const carrier = (name: string, media: readonly string[], failsForMs: number | null = null): SeenCarrier => ({
  name,
  media,
  simulated: false,
  failingSince: failsForMs === null ? null : plus(NOW, -failsForMs),
});
const simulated = (name: string, failsForMs: number | null = null): SeenCarrier => ({
  ...carrier(name, ['voice'], failsForMs),
  simulated: true,
});
const found = (...seen: readonly SeenCarrier[]) =>
  carrierFaults(seen, NOW, { afterMs: 2 * MINUTE, level: 'red' }).map(({ key, level }) => `${key} ${level}`);

const HOLDS = 5 * MINUTE;

describe('carriers that fail', () => {
  it.each<[string, SeenCarrier[], string[]]>([
    ['none: no fault', [carrier('a', ['voice', 'sms'])], []],
    ['not for long: no fault yet', [carrier('a', ['voice'], MINUTE)], []],
    [
      'the only one: its media are dead',
      [carrier('a', ['voice', 'sms'], HOLDS)],
      ['carriers:voice red', 'carriers:sms red'],
    ],
    ['one of two: the other calls', [carrier('a', ['voice'], HOLDS), carrier('b', ['voice'])], ['carrier:a blue']],
    ['both: one fault', [carrier('a', ['voice'], HOLDS), carrier('b', ['voice'], HOLDS)], ['carriers:voice red']],
    [
      'the only one that calls, beside one that is simulated: nobody is called',
      [carrier('a', ['voice'], HOLDS), simulated('sim')],
      ['carriers:voice red'],
    ],
    ['one of two that are simulated', [simulated('a', HOLDS), simulated('b')], ['carrier:a blue']],
    ['that of messages', [carrier('a', ['voice']), carrier('b', ['sms'], HOLDS)], ['carriers:sms red']],
    [
      'mail alone is no way to wake anybody',
      [carrier('a', ['voice']), carrier('m', ['mail'], HOLDS)],
      ['carrier:m blue'],
    ],
  ])('%s', (_title, seen, expected) => {
    expect(found(...seen)).toEqual(expected);
  });

  it('say whether another one is there for it', () => {
    const siren = carrier('horn', ['siren'], HOLDS);
    const said = (...seen: readonly SeenCarrier[]) =>
      carrierFaults(seen, NOW, { afterMs: 2 * MINUTE, level: 'red' }).map(({ words }) => words.zh);
    expect(said(siren, carrier('a', ['voice']))).toEqual(['叫应线路 horn 故障，无备用线路']);
    expect(said(siren, carrier('other', ['siren']))).toEqual(['叫应线路 horn 故障，由备用线路承担']);
  });
});

describe('while no carrier makes calls', () => {
  const dead: Happening = {
    type: 'reported',
    subject: 'outage',
    key: 'carriers:voice',
    level: 'red',
    words: { zh: '中断', en: 'dead' },
    position: 1,
  };

  it('E20 whoever would be called has a message besides', () => {
    const told = new Told();
    expect(told.tell(0, dead)).toEqual(expect.arrayContaining(['#1 principal red', '#2 principal red sms']));
  });

  it('what is tried next goes both ways too, and by calls alone when they are back', () => {
    const told = new Told();
    told.tell(0, dead);
    const next = told.tell(60, time).map((one) => one.replace(/^#\d+ /u, ''));
    expect(next).toEqual(expect.arrayContaining(['deputy red', 'deputy red sms']));
    told.tell(61, lowers('normal', 'carriers:voice', 2));
    expect(told.tell(120, time).filter((one) => one.endsWith('red sms'))).toEqual([]);
  });
});
