import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withCalibration } from '../../src/app/new-calibration.ts';
import { parseSiteFile } from '../../src/app/site-file.ts';

const NAME = 'demo-pond.yaml';
const TEXT = readFileSync('config/sites/demo-pond.yaml', 'utf8');
const EXCHANGED = {
  sensor: 'piezo-1-1-level',
  from: '2026-11-28',
  set: new Map([
    ['linear.factor', -0.121],
    ['linear.zero', 9_011.4],
  ]),
  source: 'VW-20931, certificate of 2026-10-02; zero read by Zhao Min, 2026-11-28 10:20',
};
const sensorOf = (text: string, code = EXCHANGED.sensor) =>
  parseSiteFile(text, NAME).config.sensors.find((sensor) => sensor.code === code);

describe('an instrument is exchanged', () => {
  const after = withCalibration(TEXT, NAME, EXCHANGED);

  it('and what the old one measured counts by the old constants, from the day on by the new ones, at the same datum', () => {
    const [before, now] = [sensorOf(TEXT)?.derive?.calibrations ?? [], sensorOf(after)?.derive?.calibrations ?? []];
    expect(now.slice(0, -1)).toEqual(before);
    expect(now.at(-1)).toEqual({
      ...before.at(-1),
      from: EXCHANGED.from,
      source: EXCHANGED.source,
      linear: { factor: -0.121, zero: 9_011.4 },
    });
  });

  it('and nothing else of the site is another: point, codes, limits, comments', () => {
    const [before, now] = [parseSiteFile(TEXT, NAME).config, parseSiteFile(after, NAME).config];
    const others = ({ sensors, ...rest }: typeof before) => ({
      ...rest,
      sensors: sensors.map((sensor) => (sensor.code === EXCHANGED.sensor ? { ...sensor, derive: null } : sensor)),
    });
    expect(others(now)).toEqual(others(before));
    const lines = after.split('\n');
    const added = lines.filter((line) => line.includes('VW-20931'));
    expect(added).toHaveLength(1);
    expect(lines.filter((line) => !added.includes(line))).toEqual(TEXT.split('\n'));
  });

  it('again, and both days stand there', () => {
    const twice = withCalibration(after, NAME, { ...EXCHANGED, from: '2026-12-01' });
    const days = sensorOf(twice)?.derive?.calibrations.map(({ from }) => from);
    expect(days).toEqual(['2024-05-01', '2026-11-28', '2026-12-01']);
  });

  it('also where its constants stand in brackets', () => {
    const depth = { ...EXCHANGED, sensor: 'piezo-1-1-depth', set: new Map([['ground', 336.1]]) };
    const grounds = sensorOf(withCalibration(TEXT, NAME, depth), depth.sensor)?.derive?.calibrations;
    expect(grounds).toMatchObject([{ ground: 336 }, { ground: 336.1, from: EXCHANGED.from }]);
  });

  it('a correction that the new one has not is taken away', () => {
    const bare = withCalibration(TEXT, NAME, { ...EXCHANGED, set: new Map([['temperature.plausible', undefined]]) });
    expect(sensorOf(bare)?.derive?.calibrations.at(-1)).not.toHaveProperty('temperature.plausible');
    expect(sensorOf(TEXT)?.derive?.calibrations.at(-1)).toHaveProperty('temperature.plausible');
  });
});

describe('is refused, with the reason', () => {
  it.each([
    ['a sensor that nothing derives', { sensor: 'pond-level' }, /no sensor "pond-level" is made by a formula/],
    [
      'a correction that the formula needs is taken away',
      { set: new Map([['barometerZero', undefined]]) },
      /barometerZero: is missing: the sensor names a barometer/,
    ],
    ['a day that is not later', { from: '2024-05-01' }, /--from must be after 2024-05-01/],
    ['a day that is none', { from: 'tomorrow' }, /calibrations\[1\]\.from/],
    ['a key that the formula has not', { set: new Map([['linear.gauge', 1]]) }, /gauge.*is not a known key/],
    ['no word of where it comes from', { source: ' ' }, /calibrations\[1\]\.source/],
  ])('%s', (_name, wrong, line) => {
    expect(() => withCalibration(TEXT, NAME, { ...EXCHANGED, ...wrong })).toThrow(line);
  });
});
