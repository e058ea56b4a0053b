import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseSiteFile } from '../../src/app/site-file.ts';
import { policyOf, rulesOf, sensorsOf } from '../../src/app/site-model.ts';
import type { LoadedSite } from '../../src/app/site-model.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';

const DEMO = await readFile(new URL('../support/small-pond.yaml', import.meta.url), 'utf8');
const { config } = parseSiteFile(DEMO, 'demo-pond.yaml');
const sensorIds = new Map(config.sensors.map(({ code }, i) => [code, 11 + i]));
const site: LoadedSite = { siteId: 'demo-pond', version: 3, config, sensorIds };

describe('a site in the words of its rooms', () => {
  it('sensors have their numbers, milliseconds and instants', () => {
    expect(sensorsOf(site)[0]).toEqual({
      id: 11,
      siteId: 'demo-pond',
      code: 'pond-level',
      item: 'pond-level',
      unit: 'm',
      intervalMs: 5 * SECOND,
      installedAt: Date.UTC(2024, 4, 1),
      range: { min: 330, max: 345 },
      state: 'in-service',
      point: 'pond-level',
      plausibility: {},
    });
  });

  it('rules name their target, their sensor’s interval and the version they came with; absent levels have no key', () => {
    expect(rulesOf(site)[1]).toEqual({
      target: 'demo-pond/rain',
      siteId: 'demo-pond',
      sensorId: 12,
      worse: 'rising',
      limits: { blue: 2, yellow: 4 },
      deadband: 0.5,
      onDelayMs: 0,
      offDelayMs: 15 * SECOND,
      intervalMs: 5 * SECOND,
      configVersion: 3,
      guarded: true,
    });
  });

  it('the policy has a ladder for each level that is written, and words for each target', () => {
    const policy = policyOf(site);
    expect(Object.keys(policy.ladders)).toEqual(['yellow', 'orange', 'red']);
    expect(policy.ladders.red).toMatchObject({
      answeredBy: ['principal', 'deputy-principal'],
      rungs: [{ contactId: 'principal', medium: 'voice', answerWithinMs: MINUTE }, {}, {}, {}],
    });
    expect(policy.targets['demo-pond/piezometer-1']).toEqual({
      name: { zh: '坝体浸润线测点 1', en: 'Dam piezometer 1' },
      unit: 'm',
    });
    const commissioned = config.sensors.map((sensor) =>
      sensor.code === 'rain' ? { ...sensor, state: 'commissioning' as const } : sensor,
    );
    expect(policyOf({ ...site, config: { ...config, sensors: commissioned } }).commissioning).toEqual([12]);
    expect(policy).toMatchObject({
      commissioning: [],
      siteId: 'demo-pond',
      configVersion: 3,
      redialMs: 30 * SECOND,
      followUpMs: 5 * MINUTE,
    });
  });
});
