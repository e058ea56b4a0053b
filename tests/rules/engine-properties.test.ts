import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confirm, initialRuleState, step } from '../../rules/engine.ts';
import type { RuleState } from '../../rules/engine.ts';
import type { JudgedReading } from '../../rules/judged-reading.ts';
import type { Rule } from '../../rules/rule.ts';
import { levelBelow, reaches } from '../../rules/threshold.ts';
import { WARNING_LEVELS, rank } from '../../src/core/level.ts';
import type { WarningLevel } from '../../src/core/level.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import { POND, judge, mirroredReading, mirroredRule } from './rule-log.ts';

const INTERVAL = 5 * MINUTE;
const delay = fc.constantFrom(0, MINUTE, INTERVAL, 12 * MINUTE, 40 * MINUTE);

/** Limits at 10, 11, 12, 13 of which any but not all may be absent. */
const anyRule: fc.Arbitrary<Rule> = fc
  .record({
    present: fc.subarray([...WARNING_LEVELS], { minLength: 1 }),
    deadband: fc.constantFrom(0, 0.2, 1.5),
    onDelayMs: delay,
    offDelayMs: delay,
    mirror: fc.boolean(),
  })
  .map(({ present, mirror, ...rest }) => {
    const limits = Object.fromEntries(present.map((level) => [level, 9 + rank(level)]));
    const rule: Rule = { ...POND, ...rest, limits, intervalMs: INTERVAL };
    return mirror ? mirroredRule(rule) : rule;
  });

interface Trace {
  readonly rule: Rule;
  readonly readings: readonly JudgedReading[];
}

/** A rule and readings around its limits, mostly in their interval, with gaps and doubtful ones. */
const anyTrace = (
  doubtful: fc.Arbitrary<boolean> = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
): fc.Arbitrary<Trace> =>
  fc
    .tuple(
      anyRule,
      fc.array(
        fc.record({
          gapMs: fc.oneof(
            { weight: 5, arbitrary: fc.constant(INTERVAL) },
            fc.integer({ min: 1, max: 20 }).map((n) => n * MINUTE),
          ),
          value: fc.integer({ min: 80, max: 140 }).map((n) => n / 10),
          doubtful,
        }),
        { maxLength: 60 },
      ),
    )
    .map(([rule, steps]) => {
      let at = 0;
      const readings = steps.map(({ gapMs, value, doubtful: isDoubtful }) => {
        at += gapMs;
        return { at: instant(at), value: rule.worse === 'rising' ? value : -value, doubtful: isDoubtful };
      });
      return { rule, readings };
    });

const throughJson = (state: RuleState): RuleState => JSON.parse(JSON.stringify(state)) as RuleState;
const GOOD = fc.constant(false);
const isLower = (a: RuleState, b: RuleState): boolean => rank(a.level) < rank(b.level);
const gravestReached = (rule: Rule, value: number): WarningLevel | undefined =>
  WARNING_LEVELS.findLast((level) => reaches(rule, level, value));

interface Judged {
  readonly before: RuleState;
  readonly after: RuleState;
  readonly reading: JudgedReading;
}

/** Every reading of a trace with the state before and after it. */
function judged({ rule, readings }: Trace): Judged[] {
  let before = initialRuleState;
  return readings.map((reading) => {
    const { next: after } = step(rule, before, reading);
    const each = { before, after, reading };
    before = after;
    return each;
  });
}

/** Whether `bad` is true of no reading of any trace. */
const never = (traces: fc.Arbitrary<Trace>, bad: (trace: Trace, judged: Judged) => boolean): void => {
  fc.assert(
    fc.property(traces, (trace) => {
      expect(judged(trace).filter((each) => bad(trace, each))).toEqual([]);
    }),
  );
};

describe('whatever the readings', () => {
  it('R10 a falling limit gives the log of the rising one, upside down', () => {
    fc.assert(
      fc.property(anyTrace(), ({ rule, readings }) => {
        const { log, state } = judge(rule, readings);
        const upsideDown = judge(mirroredRule(rule), readings.map(mirroredReading));
        expect(upsideDown.log).toEqual(log.map((change) => ({ ...mirroredReading(change), limit: -change.limit })));
        expect(upsideDown.state).toEqual({ ...state, doubt: state.doubt && mirroredReading(state.doubt) });
      }),
    );
  });

  it('R2 in one burst, split anywhere, or every reading doubled: the same log', () => {
    fc.assert(
      fc.property(
        anyTrace(),
        fc.nat(60),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 60, maxLength: 60 }),
        (trace, cut, times) => {
          const { rule, readings } = trace;
          const whole = judge(rule, readings);
          const first = judge(rule, readings.slice(0, cut));
          const second = judge(rule, readings.slice(cut), first.state);
          expect([...first.log, ...second.log]).toEqual(whole.log);
          expect(
            judge(
              rule,
              readings.flatMap((reading, i) => Array<JudgedReading>(times[i] ?? 1).fill(reading)),
            ),
          ).toEqual(whole);
        },
      ),
    );
  });

  it('R2 when it happened, not when it was judged, decides: a backlog shifted by two hours is shifted by two hours', () => {
    fc.assert(
      fc.property(anyTrace(), ({ rule, readings }) => {
        const shift = 120 * MINUTE;
        const { log } = judge(rule, readings);
        const later = judge(
          rule,
          readings.map((reading) => ({ ...reading, at: instant(reading.at + shift) })),
        );
        expect(later.log).toEqual(log.map((change) => ({ ...change, observedAt: change.observedAt + shift })));
      }),
    );
  });

  it('R6 a restart between any two readings changes nothing, running delays included', () => {
    fc.assert(
      fc.property(anyTrace(), ({ rule, readings }) => {
        const whole = judge(rule, readings);
        let state = initialRuleState;
        const log = readings.flatMap((reading) => {
          const { next, change } = step(rule, throughJson(state), reading);
          state = next;
          return change ? [change] : [];
        });
        expect(log).toEqual(whole.log);
        expect(throughJson(state)).toEqual(whole.state);
      }),
    );
  });

  it('a doubtful reading never lowers a level', () => {
    expect.hasAssertions();
    never(anyTrace(fc.boolean()), (_, { before, after, reading }) => reading.doubtful && isLower(after, before));
  });

  it('a reading past the limit never lowers a level', () => {
    expect.hasAssertions();
    never(
      anyTrace(GOOD),
      ({ rule }, { before, after, reading }) =>
        before.level !== 'normal' && reaches(rule, before.level, reading.value) && isLower(after, before),
    );
  });

  it('without an on-delay no reading leaves the level below what it reached', () => {
    expect.hasAssertions();
    never(
      anyTrace().map(({ rule, readings }) => ({ rule: { ...rule, onDelayMs: 0 }, readings })),
      ({ rule }, { after, reading }) => rank(after.level) < rank(gravestReached(rule, reading.value) ?? 'normal'),
    );
  });

  it('R11 goes down one present level at a time, and waits the off-delay before each', () => {
    fc.assert(
      fc.property(anyTrace(), ({ rule, readings }) => {
        const { log } = judge(rule, readings);
        const steps = log.flatMap((change, i) =>
          change.from !== 'normal' && change.cause === 'receded' && log[i - 1]?.verified === true
            ? [{ ...change, from: change.from, previous: log[i - 1] }]
            : [],
        );
        expect(steps.map(({ to }) => to)).toEqual(steps.map(({ from }) => levelBelow(rule, from)));
        const least = rule.offDelayMs >= INTERVAL ? rule.offDelayMs : 0;
        expect(steps.filter(({ observedAt, previous }) => observedAt - (previous?.observedAt ?? 0) < least)).toEqual(
          [],
        );
      }),
    );
  });

  it('R21 the log is one unbroken chain: versions count, each change starts where the last ended, time goes forward', () => {
    fc.assert(
      fc.property(anyTrace(), ({ rule, readings }) => {
        const { log, state } = judge(rule, readings);
        expect(log.map(({ stateVersion }) => stateVersion)).toEqual(log.map((_, i) => i + 1));
        expect(log.map(({ from }) => from)).toEqual(['normal', ...log.map(({ to }) => to)].slice(0, log.length));
        expect(log.map(({ observedAt }) => observedAt)).toEqual(
          log.map(({ observedAt }) => observedAt).toSorted((a, b) => a - b),
        );
        expect(state).toMatchObject({ level: log.at(-1)?.to ?? 'normal', stateVersion: log.length });
      }),
    );
  });

  it('R21 no time steps back, whatever clocks say, and whatever confirms in between', () => {
    const confirmation = fc.option(
      fc.constantFrom('confirmed-by-silence' as const, 'confirmed-by-neighbour' as const),
      {
        freq: 6,
      },
    );
    fc.assert(
      fc.property(
        anyTrace(fc.boolean()),
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -40, max: 400 }), confirmation), {
          minLength: 60,
          maxLength: 60,
        }),
        ({ rule, readings }, more) => {
          let state = initialRuleState;
          const log = readings.flatMap((reading, i) => {
            const [onArrival = false, shift = 0, cause = null] = more[i] ?? [];
            const strange = {
              at: instant(reading.at + shift * MINUTE),
              doubtful: true,
              observedAt: reading.at,
              onArrival,
            };
            const judgedAs = onArrival ? { ...reading, ...strange } : reading;
            const { next, change } = step(rule, state, judgedAs);
            const confirmed = cause === null ? null : confirm(rule, next, cause);
            state = confirmed?.next ?? next;
            return [change, confirmed?.change ?? null].filter((one) => one !== null);
          });
          const times = log.map(({ observedAt }) => observedAt);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
          expect(log.map(({ from }) => from)).toEqual(['normal', ...log.map(({ to }) => to)].slice(0, log.length));
          expect(log.filter(({ from, to, verified }) => from === to && !verified)).toEqual([]);
          expect(log.filter(({ to, verified }) => !verified && !['orange', 'red'].includes(to))).toEqual([]);
        },
      ),
    );
  });

  it('orange and red are verified only by two readings, by a confirmation, or the third time', () => {
    fc.assert(
      fc.property(anyTrace(fc.boolean()), ({ rule, readings }) => {
        for (const { before, after, reading } of judged({ rule, readings })) {
          if (after.level !== 'orange' && after.level !== 'red') continue;
          if (after.doubt !== null || !reading.doubtful || before.doubt !== null || before.level === after.level)
            continue;
          const takenBack = (before.takenBack ?? []).filter((at) => reading.at - at <= 12 * INTERVAL);
          if (takenBack.length === 2) continue;
          // Raised by a doubtful reading and not doubted, nor for the third time: another had reached it while its delay ran.
          expect(before.pending.rises[after.level]?.at).toBeLessThan(reading.at);
        }
      }),
    );
  });

  it('a value that stays long enough ends in the level it belongs to', () => {
    fc.assert(
      fc.property(anyTrace(), fc.integer({ min: 80, max: 140 }), ({ rule, readings }, tenths) => {
        const value = (rule.worse === 'rising' ? 1 : -1) * (tenths / 10);
        const from = readings.at(-1)?.at ?? 0;
        const steady = Array.from({ length: 60 }, (_, i) => ({
          at: instant(from + (i + 1) * INTERVAL),
          value,
          doubtful: false,
        }));
        const { state } = judge({ ...rule, deadband: 0 }, [...readings, ...steady]);
        expect(state.level).toBe(gravestReached(rule, value) ?? 'normal');
        expect(state.pending).toEqual({ rises: {}, fall: null });
      }),
    );
  });
});
