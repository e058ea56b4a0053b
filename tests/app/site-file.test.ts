import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatSiteFile, parseSiteFile } from '../../src/app/site-file.ts';
import { AppError } from '../../src/core/errors.ts';

const FOLDER = new URL('../../config/sites/', import.meta.url);
const FILES = (await readdir(FOLDER, { recursive: true })).filter((file) => /\.ya?ml$/.test(file));
const DEMO = await readFile(new URL('../support/small-pond.yaml', import.meta.url), 'utf8');
const RAW = await readFile(new URL('mukilteo-bluff.yaml', FOLDER), 'utf8');

/** What is said about a text: what stands at the place that is pointed at, and the fault. */
function faults(text: string): string[] {
  try {
    parseSiteFile(text, 'x.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'config/invalid') throw error;
    return error.message.split('\n').map((message) => {
      const [, line, col, fault] = /^x\.yaml:(\d+):(\d+) (.*)$/.exec(message) ?? [];
      const place = text.split('\n')[Number(line) - 1]?.slice(Number(col) - 1) ?? '';
      return fault === undefined ? message : `${place} | ${fault}`;
    });
  }
}

/** A text with some lines changed; every change must find its line. */
const changed = (original: string, changes: readonly (readonly [string, string])[]): string =>
  changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, original);
const demoWith = (...changes: readonly (readonly [string, string])[]): string => changed(DEMO, changes);

describe('a shipped site', () => {
  it('exists', () => expect(FILES).toContain('demo-pond.yaml'));

  it.each(FILES)('%s has no fault, and its limits claim to be nobody’s design', async (file) => {
    const { config } = parseSiteFile(await readFile(new URL(file, FOLDER), 'utf8'), file);
    expect(new Set(config.rules.map(({ source }) => source))).toEqual(
      new Set(['示例值，非设计值 / demo example, not a design value']),
    );
    expect(parseSiteFile(formatSiteFile(config), file).config).toEqual(config);
  });
});

it('reads several mappings, and gives them back as they were', () => {
  const several = DEMO.replace(
    /^mqtt:\n(?: .*\n)+/m,
    'mqtt:\n  - topic: ponds/a/{sensor}\n  - { topic: "loggers/{device}/up", values: d.v, observedAt: d.t, time: epoch-s }\n',
  );
  const { config } = parseSiteFile(several, 'x.yaml');
  expect(config.mqtt).toEqual([
    { topic: 'ponds/a/{sensor}', value: 'value', observedAt: 'observedAt', time: 'iso' },
    { topic: 'loggers/{device}/up', values: 'd.v', observedAt: 'd.t', time: 'epoch-s' },
  ]);
  expect(parseSiteFile(formatSiteFile(config), 'x.yaml').config).toEqual(config);
});

describe('faults', () => {
  it('come all at once, in the order of lines, whatever kind they are', () => {
    const text = demoWith(
      ['site: demo-pond', 'site: demo-pond\nsite: again'],
      ['unit: mm', 'unit: furlong'],
      ['red: 338.89', 'red: 338.80'],
      ['deadband: 0.02', 'dead_band: 0.02'],
      ["phone: '+8610000000005'", 'phone: +8610000000005'],
      ['contact: principal,', 'contact: nobody,'],
    );
    expect(faults(text).map((fault) => fault.replace(/ #.*? \|/, ' |'))).toEqual([
      'site: again | this key is written twice',
      'unit: furlong | sensors[1].unit: must be one of m, mm, kPa, Hz, m/h, m/d, mm/h, mm/d',
      'id: pond-level | rules[0].deadband: is missing',
      'red: 338.80 } | rules[0].limits.red: must be above orange',
      'dead_band: 0.02 | rules[0].dead_band: is not a known key here',
      'phone: +8610000000005 | contacts[4].phone: must be text: put it in quotes',
      'contact: nobody, medium: voice, answerWithinSeconds: 60 } | callout.ladders.red.rungs[0].contact: no contact has the id "nobody"',
    ]);
  });

  it.each<[string, string, string, RegExp]>([
    [
      'limits that do not fall for a falling rule',
      'worse: rising',
      'worse: falling',
      /limits\.yellow: must be below blue/,
    ],
    [
      'a limit no reading could reach',
      'blue: 338.70',
      'blue: 320',
      /limits\.blue: is outside what the sensor can read \(330 to 345\)/,
    ],
    ['a rule without limits', '{ blue: 2, yellow: 4 }', '{}', /rules\[1\]\.limits: at least one level needs a limit/],
    ['a rule on no sensor', 'sensor: rain', 'sensor: reign', /rules\[1\]\.sensor: no sensor has the code "reign"/],
    ['a code used twice', 'code: rain', 'code: pond-level', /sensors\[1\]\.code: "pond-level" is used twice/],
    ['a range upside down', 'min: 330, max: 345', 'min: 345, max: 330', /sensors\[0\]\.range\.max: must be above min/],
    ['a time zone nobody has', 'Asia/Shanghai', 'Asia/Atlantis', /timeZone: must be an IANA time zone/],
    [
      'a topic of ours',
      'topic: ponds/demo-pond/',
      'topic: tailwatch/live/',
      /mqtt\.topic: must not begin with "tailwatch\/"/,
    ],
    [
      'a topic that would make no subscription',
      'ponds/demo-pond/{sensor}',
      'ponds/x{sensor}/{sensor}',
      /mqtt\.topic: may have \{sensor\} and \{device\} as whole levels, and no other braces/,
    ],
    ['a wildcard topic', 'ponds/demo-pond/{sensor}', 'ponds/+/{sensor}', /mqtt\.topic: must have no MQTT wildcard/],
    [
      'the sensor twice in a topic',
      'ponds/demo-pond/{sensor}',
      'ponds/{sensor}/{sensor}',
      /mqtt\.topic: must have \{sensor\} as one whole level/,
    ],
    [
      'a character no database stores',
      'en: Rainfall',
      'en: "Rain\\0fall"',
      /sensors\[1\]\.name\.en: must be one line of plain text/,
    ],
    [
      'a ladder nobody on it may answer',
      'answeredBy: [principal, deputy-principal]',
      'answeredBy: [principal, control-room]',
      /red is settled only by/,
    ],
    [
      'a ladder that cannot be answered',
      'answeredBy: [control-room, duty-officer, chief-engineer]',
      'answeredBy: [principal]',
      /could never be answered/,
    ],
    [
      'a name in one language',
      'name: { zh: 降水量, en: Rainfall }',
      'name: { zh: 降水量 }',
      /sensors\[1\]\.name\.en: is missing/,
    ],
    [
      'a date that is none',
      'installedOn: 2024-05-01',
      'installedOn: 2024-13-01',
      /installedOn: must be a day that exists/,
    ],
    ['a negative deadband', 'deadband: 0.02', 'deadband: -1', /rules\[0\]\.deadband: must be at least 0$/m],
    [
      'a rung without time',
      'answerWithinSeconds: 60',
      'answerWithinSeconds: 0',
      /answerWithinSeconds: must be above 0$/m,
    ],
    ['a rung without end', 'answerWithinSeconds: 60', 'answerWithinSeconds: 1e9', /Seconds: must be at most 2678400$/m],
    ['an empty name', 'en: Rainfall', 'en: ""', /name\.en: must not be empty$/m],
    ['a long name', 'en: Rainfall', `en: ${'x'.repeat(81)}`, /name\.en: must have at most 80 characters$/m],
    ['not a number', 'deadband: 0.02', 'deadband: .nan', /rules\[0\]\.deadband: must be a number/],
  ])('%s', (_name, from, to, fault) => {
    const told = faults(demoWith([from, to]));
    expect(told.join('\n')).toMatch(fault);
    expect(told.every((line) => / \| /.test(line))).toBe(true);
  });

  it.each<[string, string, RegExp[]]>([
    ['no mapping at all', '[]', [/^mqtt.* \| mqtt: must not be empty$/]],
    ['a text for a mapping', 'ponds/{sensor}', [/^mqtt.* \| mqtt: is not one of the values/]],
    [
      'each fault of each mapping',
      `
  - topic: ponds/a/{sensor}
    values: d
  - topic: ponds/b/{device}
    time: noon
  - topic: loggers/{device}/{device}
    values: d
    value: v
  - colour: red`,
      [
        /^topic: ponds\/a.* \| mqtt\[0\]\.topic: has no \{sensor\} where `values` name the sensors$/,
        /^time: noon \| mqtt\[1\]\.time: must be one of iso, epoch-ms, epoch-s$/,
        /^topic: loggers.* \| mqtt\[2\]\.topic: must have \{device\} once at most$/,
        /^value: v \| mqtt\[2\]\.value: stands instead of `values`/,
        /^colour: red \| mqtt\[3\]\.topic: is missing$/,
        /^colour: red \| mqtt\[3\]\.colour: is not a known key here$/,
      ],
    ],
    [
      'two mappings that could take the same message',
      `
  - topic: ponds/a/{sensor}
  - topic: ponds/{device}/up
    values: d`,
      [
        /^topic: ponds\/\{device.* \| mqtt\[1\]\.topic: "ponds\/\{device\}\/up" and "ponds\/a\/\{sensor\}" can match the same topic$/,
      ],
    ],
    ['a record on a topic of ours', '{ topic: "tailwatch/x", values: d }', [/mqtt\.topic: must not begin with/]],
  ])('of the mappings: %s', (_name, mqtt, expected) => {
    const told = faults(DEMO.replace(/^mqtt:\n(?: .*\n)+/m, `mqtt: ${mqtt}\n`));
    expect(told).toEqual(expected.map((each) => expect.stringMatching(each) as string));
  });

  it('red must call somebody', () => {
    expect(faults(demoWith(['    red:\n', '    blue:\n']))).toEqual([
      'ladders: | callout.ladders.red: is missing: red must call somebody',
    ]);
  });

  it.each([
    [
      'an open bracket',
      'site: [',
      [' | Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    ['an empty file', '', [' | file: must be a group of keys']],
    ['prose', 'a pond', ['a pond | file: must be a group of keys']],
    ['two sites', `${DEMO}\n---\n${DEMO}`, ['--- | a file holds one site']],
    [
      'an alias of nothing',
      'site: *gone',
      ['x.yaml: Unresolved alias (the anchor must be set before the alias): gone'],
    ],
  ])('%s is one plain fault', (_name, text, expected) => {
    expect(faults(text)).toEqual(expected);
  });
});

describe('faults of channels and derived sensors', () => {
  const rawWith = (...changes: readonly (readonly [string, string])[]): string[] =>
    faults(changed(RAW, changes)).map((fault) => fault.replace(/ #.*? \|/, ' |'));

  it.each<[string, readonly [string, string], string]>([
    [
      'an input that is not there',
      ['reading: vwp-1-frequency', 'reading: vwp-7-frequency'],
      'reading: vwp-7-frequency | sensors[1].derive.reading: no channel or sensor has the code "vwp-7-frequency"',
    ],
    [
      'an input of another unit',
      ['reading: vwp-1-frequency', 'reading: vwp-1-thermistor'],
      'reading: vwp-1-thermistor | sensors[1].derive.reading: "vwp-1-thermistor" is in ohm; must be in Hz or digit',
    ],
    [
      'a unit that the formula does not give',
      ['item: phreatic-level\n    unit: m', 'item: phreatic-level\n    unit: mm'],
      'unit: mm | sensors[1].unit: the formula gives m',
    ],
    [
      'a battery that is no voltage',
      [
        'barometer: air-pressure',
        'barometer: air-pressure\n      battery: { channel: vwp-1-thermistor, lowBelow: 11 }',
      ],
      'channel: vwp-1-thermistor, lowBelow: 11 } | sensors[1].derive.battery.channel: "vwp-1-thermistor" is in ohm; must be in V',
    ],
    [
      'a circle',
      ['barometer: air-pressure', 'barometer: vwp-1-level'],
      'barometer: vwp-1-level | sensors[1].derive.barometer: goes in a circle back to this sensor',
    ],
    [
      'a code used twice',
      ['code: vwp-1-level', 'code: vwp-1-frequency'],
      'code: vwp-1-frequency | sensors[1].code: "vwp-1-frequency" is used twice',
    ],
    [
      'an unknown formula',
      ['formula: vibrating-wire', 'formula: magic'],
      'formula: magic | sensors[1].derive.formula: is not one of the values that are known here',
    ],
    [
      'constants that contradict',
      ['polynomial: {', 'linear: { factor: 1, zero: 2 }\n          polynomial: {'],
      'calibratedIn: hertz | sensors[1].derive.calibrations[0].calibratedIn: needs either linear or polynomial constants',
    ],
    [
      'a missing zero of the barometer',
      ['          barometerZero: 101.3\n', ''],
      'from: 2015-08-01 | sensors[1].derive.calibrations[0].barometerZero: is missing: the sensor names a barometer',
    ],
    [
      'calibrations out of order',
      [
        'factor: 0.024, offset: 50,',
        'factor: 0.024, offset: 50, source: x }\n        - { from: 2015-07-01, factor: 1, offset: 0,',
      ],
      "from: 2015-07-01, factor: 1, offset: 0, source: 'README of the data release: (raw·0.240 + 500)·0.1' } | sensors[0].derive.calibrations[1].from: must be after 2015-08-01: oldest first",
    ],
    [
      'a rule on a channel',
      ['sensor: rain-24h', 'sensor: rain-gauge'],
      'sensor: rain-gauge | rules[2].sensor: no sensor has the code "rain-gauge"',
    ],
  ])('%s', (_name, change, fault) => {
    expect(rawWith(change)).toContain(fault);
  });
});
