import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSiteFile } from '../../../src/app/site-file.ts';
import { shown } from '../../../src/contract/review/site-changes.ts';
import { reviewOf } from '../../../src/contract/review/site-review.ts';
import type { SiteConfig } from '../../../src/contract/site-config.ts';
import { WARNING_LEVELS } from '../../../src/core/level.ts';

const TEXT = await readFile(new URL('../../support/small-pond.yaml', import.meta.url), 'utf8');
const read = (text: string): SiteConfig => parseSiteFile(text, 'pond.yaml').config;
const POND = read(TEXT);

/** The pond with a piece of its text in place of another. */
function edited(piece: string | RegExp, by: string, text = TEXT): string {
  const next = text.replace(piece, by);
  if (next === text) throw new Error(`the small pond has no ${String(piece)}`);
  return next;
}

const weights = (before: SiteConfig, after: SiteConfig) => {
  const { loosening, tightening, neutral } = reviewOf(before, after);
  return { loosening: loosening.length > 0, tightening: tightening.length > 0, neutral: neutral.length > 0 };
};
const only = (weight: 'loosening' | 'tightening' | 'neutral') => ({
  loosening: false,
  tightening: false,
  neutral: false,
  [weight]: true,
});

const NEW_SENSOR = `  - code: second-gauge
    name: { zh: 第二水位计, en: Second gauge }
    item: pond-level
    unit: m
    intervalSeconds: 5
    installedOn: 2024-05-01
    range: { min: 330, max: 345 }
rules:
`;
const NEW_RULE = `rules:
  - id: rain-again
    sensor: rain
    worse: rising
    limits: { red: 40 }
    deadband: 0
    source: tests
`;
const FALLING = TEXT.replace('worse: rising', 'worse: falling').replace(
  'blue: 338.70, yellow: 338.80, orange: 338.86, red: 338.89',
  'blue: 338, yellow: 337, orange: 336, red: 335',
);
const ORANGE_LADDER = /^ {4}orange:\n(?: {6,}.*\n)+/m;

describe('what a change of a site does: one way, and back', () => {
  it.each<[string, string | RegExp, string, 'tightening' | 'loosening', ('tightening' | 'loosening')?]>([
    ['a limit that is reached later', 'red: 338.89', 'red: 338.95', 'loosening', 'tightening'],
    ['a limit that is gone', ', red: 338.89', '', 'loosening', 'tightening'],
    ['a longer on-delay', 'onDelaySeconds: 10', 'onDelaySeconds: 11', 'loosening', 'tightening'],
    ['a shorter off-delay', 'offDelaySeconds: 15', 'offDelaySeconds: 14', 'loosening', 'tightening'],
    ['a smaller deadband', 'deadband: 0.02', 'deadband: 0.01', 'loosening', 'tightening'],
    ['an approval that is taken away', /^ {4}approved: .*\n/m, '', 'loosening', 'tightening'],
    ['a rule more', 'rules:\n', NEW_RULE, 'tightening', 'loosening'],
    ['a sensor taken out of service', /(sensors:\n)/, '$1', 'loosening', 'tightening'],
    ['a longer wait', 'answerWithinSeconds: 180', 'answerWithinSeconds: 181', 'loosening', 'tightening'],
    ['a wait too short to answer in', 'answerWithinSeconds: 60', 'answerWithinSeconds: 5', 'loosening', 'loosening'],
    [
      'one more whose word counts',
      'answeredBy: [duty-officer, ',
      'answeredBy: [control-room, duty-officer, ',
      'loosening',
      'tightening',
    ],
    ['a message in place of a call', 'medium: voice', 'medium: sms', 'loosening', 'tightening'],
    [
      'another person on a rung',
      '{ contact: control-room, medium: sms, answerWithinSeconds: 180 }',
      '{ who: [{ contact: control-room }, { contact: chief-engineer }], media: [sms], answerWithinSeconds: 180, attempts: 1 }',
      'tightening',
      'loosening',
    ],
    [
      'more attempts',
      '{ contact: control-room, medium: sms, answerWithinSeconds: 180 }',
      '{ contact: control-room, medium: sms, answerWithinSeconds: 180, attempts: 2 }',
      'tightening',
      'loosening',
    ],
    [
      'everyone in place of any',
      '{ contact: control-room, medium: sms, answerWithinSeconds: 180 }',
      '{ contact: control-room, medium: sms, answerWithinSeconds: 180, answeredBy: everyone }',
      'tightening',
      'loosening',
    ],
    [
      'that a ladder which fails is on record',
      'answeredBy: [control-room, duty-officer, chief-engineer]',
      'giveUpAfterRounds: 2\n      answeredBy: [control-room, duty-officer, chief-engineer]',
      'tightening',
      'loosening',
    ],
    [
      'quiet hours',
      'redialSeconds: 30',
      'redialSeconds: 30\n  quietHours: { from: "22:00", to: "06:00" }',
      'loosening',
      'tightening',
    ],
    [
      'an order to evacuate that calls the lists by itself',
      'redialSeconds: 30',
      'redialSeconds: 30\n  evacuateStartsBroadcast: true',
      'loosening',
      'loosening',
    ],
    ['a later redial', 'redialSeconds: 30', 'redialSeconds: 31', 'loosening', 'tightening'],
    ['a longer follow-up', 'followUpSeconds: 300', 'followUpSeconds: 301', 'loosening', 'tightening'],
    ['one rung fewer', /^ {8}- \{ contact: deputy-principal, .*\n(?= {4}#)/m, '', 'loosening', 'loosening'],
    ['a ladder that stood in for none', /^ {4}yellow:\n(?: {6,}.*\n)+/m, '', 'loosening', 'tightening'],
    ['a ladder in whose place a worse one comes', ORANGE_LADDER, '', 'loosening', 'loosening'],
  ])('%s', (title, piece, by, there, back = there) => {
    const text = title.startsWith('a sensor taken')
      ? edited('    item: rainfall', '    item: rainfall\n    state: commissioning')
      : edited(piece, by);
    const way = (weight: typeof there) => ({ loosening: weight === 'loosening', tightening: weight === 'tightening' });
    expect(weights(POND, read(text))).toMatchObject(way(there));
    expect(weights(read(text), POND)).toMatchObject(way(back));
  });

  it.each<[string, string | RegExp, string]>([
    ['an interval', 'intervalSeconds: 5', 'intervalSeconds: 4'],
    ['a range', 'max: 345', 'max: 346'],
    ['a point', '    item: rainfall', '    item: rainfall\n    point: roof'],
    ['what is plausible', '    item: rainfall', '    item: rainfall\n    plausibility: { perHourMax: 100 }'],
    ['a topic', 'topic: ponds/demo-pond/{sensor}', 'topic: ponds/other/{sensor}'],
    ['where the number is in a payload', 'value: value', 'value: v'],
    ['how its time is written', 'time: iso', 'time: epoch-s'],
    ['a duty', 'duty: chief-engineer', 'duty: principal'],
    ['who is called first', /(- \{ contact: principal.*\n) {8}(- \{ contact: deputy-principal.*\n)/, '$2        $1'],
    ['the time zone', 'timeZone: Asia/Shanghai', 'timeZone: Asia/Tokyo'],
    ['the facility', 'peopleBelow: true', 'peopleBelow: false'],
  ])('%s changed is loosening in both directions: it is not shown to be anything else', (_title, piece, by) => {
    const after = read(edited(piece, by));
    expect(reviewOf(POND, after).loosening).not.toEqual([]);
    expect(reviewOf(after, POND).loosening).not.toEqual([]);
  });

  it.each<[string, string | RegExp, string]>([
    ['a name', 'en: Rainfall', 'en: Rain'],
    ['where limits come from', 'source: 示例值', 'source: 设计值'],
    ['the number of an approval', 'document: 示例 / demo example }', 'document: No. 8 }'],
    ['a telephone number', '+8610000000005', '+8610000000009'],
    ['what was meant anyway', '    item: rainfall', '    item: rainfall\n    state: in-service'],
    ['the order of those whose word counts', '[principal, deputy-principal]', '[deputy-principal, principal]'],
  ])('%s changed is neutral in both directions', (_title, piece, by) => {
    const after = read(edited(piece, by));
    expect(weights(POND, after)).toEqual(only('neutral'));
    expect(weights(after, POND)).toEqual(only('neutral'));
  });

  it('a new sensor is neutral, and taken away again loosening', () => {
    const after = read(edited('rules:\n', NEW_SENSOR));
    expect(weights(POND, after)).toEqual(only('neutral'));
    expect(weights(after, POND).loosening).toBe(true);
  });

  it('R10 a falling limit is reached later when it is lower', () => {
    const [before, lower] = [read(FALLING), read(edited('red: 335', 'red: 334', FALLING))];
    expect(weights(before, lower)).toEqual(only('loosening'));
    expect(weights(lower, before)).toEqual(only('tightening'));
  });

  it('a ladder added where a better one stood in is loosening', () => {
    const shared = read(edited(ORANGE_LADDER, ''));
    const worse = structuredClone(shared);
    worse.callout.ladders.orange = {
      answeredBy: ['control-room'],
      rungs: [{ contact: 'control-room', medium: 'sms', answerWithinSeconds: 3600 }],
    };
    expect(weights(shared, worse)).toEqual(only('loosening'));
  });

  it('a rung added at the end is loosening: everybody before it is called again only after its wait', () => {
    const longer = structuredClone(POND);
    const { rungs } = longer.callout.ladders.red!;
    rungs.push({ contact: 'control-room', medium: 'sms', answerWithinSeconds: 31 * 24 * 3600 });
    expect(weights(POND, longer)).toMatchObject({ loosening: true, tightening: false });
    for (const rung of rungs) rung.answerWithinSeconds = 45;
    expect(weights(POND, longer)).toMatchObject({ loosening: false, tightening: true });
  });

  it('one value of several that loosens does not hide those that tighten', () => {
    const after = read(edited('onDelaySeconds: 10', 'onDelaySeconds: 60', edited('red: 338.89', 'red: 338.88')));
    expect(reviewOf(POND, after)).toMatchObject({
      loosening: [{ path: 'rules[piezometer-1].onDelaySeconds', before: 10, after: 60 }],
      tightening: [{ path: 'rules[pond-level].limits.red', before: 338.89, after: 338.88 }],
    });
  });

  it('a telephone number is told as changed, and not shown', () => {
    const { neutral } = reviewOf(POND, read(edited('+8610000000005', '+8610000000009')));
    expect(neutral.map(shown)).toEqual([
      { path: 'contacts[principal].phone', before: '(number)', after: '(another number)' },
    ]);
  });
});

describe('whatever is edited', () => {
  const edits: readonly ((site: SiteConfig, n: number) => void)[] = [
    (site, n) => void (site.rules[n % site.rules.length]!.limits.red = 338.85 + (n % 5)),
    (site, n) => void (site.rules[n % site.rules.length]!.deadband = n),
    (site, n) => void (site.rules[n % site.rules.length]!.onDelaySeconds = n),
    (site, n) => void (site.rules[n % site.rules.length]!.offDelaySeconds = n),
    (site, n) => void (site.rules[n % site.rules.length]!.source = String(n)),
    (site) => void site.rules.pop(),
    (site) => void site.rules.reverse(),
    (site) => void delete site.rules[0]?.approved,
    (site, n) => void (site.sensors[n % site.sensors.length]!.intervalSeconds = n + 1),
    (site, n) => void (site.sensors[n % site.sensors.length]!.state = n % 2 === 0 ? 'commissioning' : 'in-service'),
    (site, n) => void (site.contacts[n % site.contacts.length]!.phone = `+861000000000${String(n % 10)}`),
    (site, n) => void (site.callout.followUpSeconds = 20 + n),
    (site) => void delete site.callout.ladders.orange,
    (site) => void site.callout.ladders.red?.answeredBy.reverse(),
    (site) => void site.callout.ladders.red?.rungs.pop(),
    (site, n) => void (site.callout.ladders.red!.rungs[0]!.answerWithinSeconds = 20 + n),
  ];
  const anySite = fc
    .array(fc.tuple(fc.nat(edits.length - 1), fc.nat(20)), { maxLength: 4 })
    .map((chosen) => {
      const site = structuredClone(POND);
      for (const [i, n] of chosen) edits[i]?.(site, n);
      return site;
    })
    .filter((site) => (site.callout.ladders.red?.rungs.length ?? 0) > 0 && site.rules.length > 0);

  it('every change has one weight', () => {
    fc.assert(
      fc.property(anySite, anySite, (before, after) => {
        const { loosening, tightening, neutral } = reviewOf(before, after);
        const paths = [...loosening, ...tightening, ...neutral].map(({ path }) => path);
        expect(new Set(paths).size).toBe(paths.length);
        if (paths.length === 0) expect(after).toEqual(before);
      }),
    );
  });

  it('what loosens in neither direction changes nothing that is watched or called', () => {
    fc.assert(
      fc.property(anySite, fc.nat(edits.length - 1), fc.nat(20), (one, i, n) => {
        const other = structuredClone(one);
        edits[i]?.(other, n);
        if (reviewOf(one, other).loosening.length + reviewOf(other, one).loosening.length === 0)
          expect(watched(other)).toEqual(watched(one));
      }),
    );
  });

  it('what tightens one way loosens on the way back', () => {
    fc.assert(
      fc.property(anySite, anySite, (one, other) => {
        if (reviewOf(one, other).tightening.length > 0) expect(reviewOf(other, one).loosening).not.toEqual([]);
      }),
    );
  });

  /** All that decides, without words, numbers and orders that decide nothing. */
  function watched(config: SiteConfig): SiteConfig {
    const site = structuredClone(config);
    const name = { zh: '名', en: 'name' };
    for (const rule of site.rules) {
      rule.source = '';
      if (rule.approved) rule.approved = { by: '', on: '', document: '' };
    }
    for (const sensor of site.sensors) Object.assign(sensor, { name, state: sensor.state ?? 'in-service' });
    for (const contact of site.contacts) Object.assign(contact, { name, phone: '' });
    for (const level of WARNING_LEVELS) site.callout.ladders[level]?.answeredBy.sort();
    return { ...site, rules: site.rules.toSorted((a, b) => a.id.localeCompare(b.id)) };
  }
});
