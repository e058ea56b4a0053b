import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Play } from '../../simulators/instruments/play.ts';
import { SCENARIOS } from '../../simulators/instruments/scenarios.ts';
import type { ScenarioName } from '../../simulators/instruments/scenarios.ts';
import type { Telegram } from '../../simulators/instruments/telegram.ts';
import { SiteConfig } from '../../src/contract/site-config.ts';
import { instant } from '../../src/core/time.ts';

const demo = SiteConfig.parse(
  parse(await readFile(new URL('../../config/sites/demo-pond.yaml', import.meta.url), 'utf8')),
);
const START = Date.UTC(2026, 6, 1);

function telegrams(name: ScenarioName, { seed = 1, rounds = 200, round = 0 } = {}): Telegram[] {
  const play = new Play({ site: demo, scenario: SCENARIOS[name], seed, speed: 60, round });
  return Array.from({ length: rounds }, (_, i) => play.next(instant(START + (round + i) * play.roundMs))).flat();
}

describe('a scenario', () => {
  it('gives the same telegrams for the same seed, and others for another', () => {
    expect(telegrams('lightning')).toEqual(telegrams('lightning'));
    expect(telegrams('lightning', { seed: 2 })).not.toEqual(telegrams('lightning'));
  });

  it('that is taken up in the middle goes on as the one that was played from the beginning', () => {
    const whole = telegrams('typhoon', { rounds: 120 });
    const rest = telegrams('typhoon', { rounds: 60, round: 60 });
    expect(whole.slice(-rest.length)).toEqual(rest);
  });

  it('sends each instrument at its own pace, a section of the dam as one record', () => {
    const byTopic = Map.groupBy(telegrams('quiet', { rounds: 40 }), ({ topic }) => topic);
    const count = (topic: string) => byTopic.get(`ponds/demo-pond/${topic}`)?.length;
    expect([count('pond-level'), count('loggers/section-1'), count('loggers/gnss-1')]).toEqual([40, 20, 10]);
    const [first] = byTopic.get('ponds/demo-pond/loggers/section-1') ?? [];
    expect(Object.keys((JSON.parse(first?.payload ?? '{}') as { values: object }).values)).toHaveLength(7);
  });

  it('counts rain on a counter that wraps in the first storm', () => {
    const counts = telegrams('typhoon', { rounds: 70 }).flatMap(({ topic, payload }) =>
      topic.endsWith('/rain-gauge') ? [(JSON.parse(payload) as { value: number }).value] : [],
    );
    const steps = counts.slice(1).map((count, i) => (count - (counts[i] ?? 0) + 65_536) % 65_536);
    expect(counts.some((count, i) => count < (counts[i - 1] ?? 0))).toBe(true);
    expect(steps.reduce((a, b) => a + b)).toBeCloseTo(200 / 0.2, -1);
  });
});
