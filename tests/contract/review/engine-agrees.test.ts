import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { step, initialRuleState } from '../../../rules/engine.ts';
import type { JudgedReading } from '../../../rules/judged-reading.ts';
import { parseSiteFile } from '../../../src/app/site-file.ts';
import { rulesOf } from '../../../src/app/site-model.ts';
import { reviewOf } from '../../../src/contract/review/site-review.ts';
import type { SiteConfig } from '../../../src/contract/site-config.ts';
import { WARNING_LEVELS, rank } from '../../../src/core/level.ts';
import { SECOND, instant } from '../../../src/core/time.ts';

const POND = parseSiteFile(await readFile(new URL('../../support/small-pond.yaml', import.meta.url), 'utf8'), 'pond');
const INTERVAL_S = 60;

type RuleConfig = SiteConfig['rules'][number];

/** The small pond with one rule, whose sensor reads from -20 to 20. */
const siteWith = (rule: Partial<RuleConfig>): SiteConfig => {
  const [sensor] = POND.config.sensors;
  const [own] = POND.config.rules;
  if (sensor === undefined || own === undefined) throw new Error('the small pond has a rule');
  const judged = { ...sensor, intervalSeconds: INTERVAL_S, range: { min: -20, max: 20 } };
  return { ...POND.config, sensors: [judged], rules: [{ ...own, ...rule }] };
};

const delay = fc.constantFrom(0, 30, 60, 150, 600);
/** Numbers of a rule: limits in order, any but not all absent. */
const anyNumbers = fc
  .record({
    limits: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 4, maxLength: 4 }),
    present: fc.subarray([...WARNING_LEVELS], { minLength: 1 }),
    deadband: fc.constantFrom(0, 0.5, 2),
    onDelaySeconds: delay,
    offDelaySeconds: delay,
  })
  .map(({ limits, present, ...rest }) => {
    const rising = limits.toSorted((a, b) => a - b);
    const own = Object.fromEntries(WARNING_LEVELS.map((level, i) => [level, rising[i]]));
    return { ...rest, limits: Object.fromEntries(present.map((level) => [level, own[level]])) };
  });

const mirrored = ({ limits, ...rest }: Partial<RuleConfig>): Partial<RuleConfig> => ({
  ...rest,
  worse: 'falling',
  limits: Object.fromEntries(Object.entries(limits ?? {}).map(([level, limit]) => [level, -Number(limit)])),
});

/** Two rules that often differ in one number only. */
const anyEdit = fc
  .tuple(
    anyNumbers,
    anyNumbers,
    fc.subarray(['limits', 'deadband', 'onDelaySeconds', 'offDelaySeconds'] as const),
    fc.boolean(),
  )
  .map(([before, other, edited, falls]) => {
    const after = { ...before, ...Object.fromEntries(edited.map((key) => [key, other[key]])) };
    return falls ? { before: mirrored(before), after: mirrored(after), sign: -1 } : { before, after, sign: 1 };
  });

/** Half a limit moved at a time is what an editor does most. */
const oneLimit = fc
  .tuple(anyNumbers, fc.constantFrom(...WARNING_LEVELS), fc.option(fc.constantFrom(-1, -0.5, 0.5, 1)), fc.boolean())
  .map(([before, level, by, falls]) => {
    const { [level]: limit = 6, ...others } = before.limits;
    const limits = by === null ? others : { ...others, [level]: limit + by };
    const ordered = WARNING_LEVELS.flatMap((each) => limits[each] ?? []);
    const isSound = ordered.length > 0 && ordered.every((each, i) => i === 0 || each > (ordered[i - 1] ?? 0));
    const after = isSound ? { ...before, limits } : before;
    return falls ? { before: mirrored(before), after: mirrored(after), sign: -1 } : { before, after, sign: 1 };
  });

const anyReadings = (doubtful: fc.Arbitrary<boolean>) =>
  fc
    .array(
      fc.record({
        gapS: fc.oneof({ weight: 4, arbitrary: fc.constant(INTERVAL_S) }, fc.integer({ min: 1, max: 400 })),
        value: fc.integer({ min: 0, max: 28 }).map((n) => n / 2),
        doubtful,
      }),
      { maxLength: 40 },
    )
    .map((steps) => {
      let at = 0;
      return steps.map(({ gapS, value, doubtful: isDoubtful }): JudgedReading => {
        at += gapS * SECOND;
        return { at: instant(at), value, doubtful: isDoubtful };
      });
    });

/** The rank of the level after each reading. */
function levelsOf(config: SiteConfig, readings: readonly JudgedReading[]): number[] {
  const [rule] = rulesOf({
    siteId: config.site,
    version: 1,
    config,
    sensorIds: new Map([[config.sensors[0]!.code, 1]]),
  });
  let state = initialRuleState;
  return readings.map((reading) => {
    state = step(rule!, state, reading).next;
    return rank(state.level);
  });
}

describe('the engine agrees: where nothing is called loosening', () => {
  const edits = fc.oneof(anyEdit, oneLimit);

  it('R10 no level is entered later nor left sooner, rising or falling', () => {
    fc.assert(
      fc.property(edits, anyReadings(fc.constant(false)), ({ before, after, sign }, positive) => {
        const [was, is] = [siteWith(before), siteWith(after)];
        fc.pre(reviewOf(was, is).loosening.length === 0);
        const readings = positive.map((reading) => ({ ...reading, value: sign * reading.value }));
        const [old, now] = [levelsOf(was, readings), levelsOf(is, readings)];
        expect(now.map((level, i) => level >= (old[i] ?? 0))).not.toContain(false);
      }),
      { numRuns: 600 },
    );
  });

  it('also with doubtful readings each level is first reached no later', () => {
    fc.assert(
      fc.property(edits, anyReadings(fc.boolean()), ({ before, after, sign }, positive) => {
        const [was, is] = [siteWith(before), siteWith(after)];
        fc.pre(reviewOf(was, is).loosening.length === 0);
        const readings = positive.map((reading) => ({ ...reading, value: sign * reading.value }));
        const [old, now] = [levelsOf(was, readings), levelsOf(is, readings)];
        for (const level of WARNING_LEVELS) {
          const first = old.findIndex((each) => each >= rank(level));
          if (first >= 0) expect(now.slice(0, first + 1).some((each) => each >= rank(level))).toBe(true);
        }
      }),
      { numRuns: 600 },
    );
  });
});
