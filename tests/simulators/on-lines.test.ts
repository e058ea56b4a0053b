import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { codesOnLines, parted } from '../../simulators/instruments/on-lines.ts';
import { Play } from '../../simulators/instruments/play.ts';
import { SCENARIOS } from '../../simulators/instruments/scenarios.ts';
import { DEMO_LINES } from '../../src/app/embedded-parts.ts';
import { SiteConfig } from '../../src/contract/site-config.ts';
import { HOUR, instant } from '../../src/core/time.ts';

const demo = SiteConfig.parse(
  parse(await readFile(new URL('../../config/sites/demo-pond.yaml', import.meta.url), 'utf8')),
);
const onLines = codesOnLines(demo, () => true);

describe('the instruments of the demo', () => {
  it('hang on lines that npm start gives ports to', () => {
    expect(demo.acquire?.map(({ name }) => name).toSorted()).toEqual(DEMO_LINES.toSorted());
  });

  it('are asked by Modbus and OPC UA, all but GNSS, rain and air, which publish', () => {
    const play = new Play({ site: demo, scenario: SCENARIOS.quiet, seed: 1, speed: 60 });
    const { held, published } = parted(play.measure(instant(Date.UTC(2026, 6, 1))), onLines);
    expect(new Set(Object.keys(held.values))).toEqual(onLines);
    const devices = published.map(({ device }) => device.replace(/-\d$/, ''));
    expect([...new Set(devices)].toSorted()).toEqual(['air-pressure', 'gnss', 'rain-gauge', 'slope']);
  });

  it('fall silent at their line when their modem is dead, and publish nothing instead', () => {
    const play = new Play({ site: demo, scenario: SCENARIOS.typhoon, seed: 1, speed: 60, from: 8 });
    const { held, published } = parted(play.measure(instant(8 * HOUR)), onLines);
    expect(held.silent).toContain('piezo-3-1-frequency');
    expect(held.values).toHaveProperty('piezo-1-1-frequency');
    expect(published.some(({ device }) => device === 'section-3')).toBe(false);
  });

  it('publish everything where no devices are played', () => {
    expect(codesOnLines(demo, () => false).size).toBe(0);
  });
});
