import { describe, expect, it } from 'vitest';
import { confirm, initialRuleState, step } from '../../rules/engine.ts';
import type { JudgedReading } from '../../rules/judged-reading.ts';
import type { Rule } from '../../rules/rule.ts';
import type { LevelChange } from '../../src/core/level-change.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import { doubtStories } from './doubt-stories.ts';
import { OFF_10_MIN, ON_15_MIN, stories } from './level-stories.ts';
import type { Line } from './level-stories.ts';
import { POND, judge, mirroredReading, mirroredRule } from './rule-log.ts';

const readings = (lines: readonly Line[]) =>
  lines.map(([minute, value, , doubtful]) => ({
    at: instant(minute * MINUTE),
    value,
    doubtful: doubtful === 'doubtful',
  }));

function told(rule: Rule, lines: readonly Line[], sign: 1 | -1): Line[] {
  let state = initialRuleState;
  return readings(lines).map((reading, i) => {
    const { next, change } = step(rule, state, sign === 1 ? reading : mirroredReading(reading));
    state = next;
    const [minute, value, , ...more] = lines[i] as Line;
    return [minute, value, change === null ? '' : inWords(change), ...more];
  });
}

const inWords = ({ from, to, verified }: LevelChange): string =>
  verified ? (from === to ? `${to} verified` : to) : `${to} unverified`;

describe('rising is worse', () => {
  it.each([...stories, ...doubtStories])('%s', (_name, rule, lines) => {
    expect(told(rule, lines, 1)).toEqual(lines);
  });
});

describe('R10 falling is worse: the same stories upside down', () => {
  it.each([...stories, ...doubtStories])('%s', (_name, rule, lines) => {
    expect(told(mirroredRule(rule), lines, -1)).toEqual(lines);
  });
});

describe('a level change', () => {
  it('says what decided it: the value, the limit reached or left, and why', () => {
    const { log } = judge(
      POND,
      readings([
        [0, 338.88, 'orange'],
        [5, 400, 'red', 'doubtful'],
        [10, 338.2, 'orange'],
      ]),
    );
    expect(log).toEqual([
      {
        siteId: 'pond',
        target: 'pond/level',
        sensorId: 7,
        stateVersion: 1,
        from: 'normal',
        to: 'orange',
        observedAt: 0,
        value: 338.88,
        limit: 338.86,
        cause: 'reached',
        verified: true,
        guarded: true,
      },
      {
        siteId: 'pond',
        target: 'pond/level',
        sensorId: 7,
        stateVersion: 2,
        from: 'orange',
        to: 'red',
        observedAt: 5 * MINUTE,
        value: 400,
        limit: 338.89,
        cause: 'reached-doubtful',
        verified: false,
        guarded: true,
      },
      {
        siteId: 'pond',
        target: 'pond/level',
        sensorId: 7,
        stateVersion: 3,
        from: 'red',
        to: 'orange',
        observedAt: 10 * MINUTE,
        value: 338.2,
        limit: 338.89,
        cause: 'receded',
        verified: true,
        guarded: true,
      },
    ]);
  });

  it('a state that nothing changed is the same object: there is nothing to store', () => {
    const { next } = step(POND, initialRuleState, { at: instant(0), value: 338.22, doubtful: false });
    expect(next).toBe(initialRuleState);
  });
});

describe('R6 an edited rule', () => {
  it('goes on from its level, its version and its running delay', () => {
    const { state } = judge(
      ON_15_MIN,
      readings([
        [0, 338.7, ''],
        [5, 338.7, ''],
        [10, 338.7, ''],
      ]),
    );
    const edited = { ...ON_15_MIN, limits: { ...ON_15_MIN.limits, blue: 338.65, red: 339 }, configVersion: 2 };
    expect(judge(edited, readings([[15, 338.7, '']]), state).log).toMatchObject([{ to: 'blue', stateVersion: 1 }]);
  });

  it('that raises its limits keeps the level until readings have left it', () => {
    const { state } = judge(POND, readings([[0, 338.89, 'red']]));
    const edited = { ...POND, limits: { blue: 339, yellow: 340, orange: 341, red: 342 } };
    const { log } = judge(
      edited,
      readings([
        [5, 338.89, 'orange'],
        [10, 338.89, 'yellow'],
      ]),
      state,
    );
    expect(log.map(({ from, to }) => `${from} ${to}`)).toEqual(['red orange', 'orange yellow']);
  });

  it('that loses the limit of the level it stands at leaves it by the off-delay, never by the edit', () => {
    const { state } = judge(OFF_10_MIN, readings([[0, 338.87, 'orange']]));
    const edited = { ...OFF_10_MIN, limits: { yellow: 338.8, red: 338.89 } };
    const { log } = judge(
      edited,
      readings([
        [5, 338.87, ''],
        [10, 338.87, ''],
        [15, 338.87, 'yellow'],
        [30, 338.87, ''],
      ]),
      state,
    );
    expect(log).toMatchObject([{ from: 'orange', to: 'yellow', limit: 338.89, observedAt: 15 * MINUTE }]);
  });

  it('drops the delay of a level that lost its limit', () => {
    const { state } = judge(ON_15_MIN, readings([[0, 338.8, '']]));
    const edited = { ...ON_15_MIN, limits: { blue: 338.7 } };
    expect(judge(edited, readings([[5, 338.8, '']]), state).state.pending.rises).toEqual({
      blue: { heldMs: 5 * MINUTE, at: 5 * MINUTE },
    });
  });
});

describe('when time steps back', () => {
  const ON_ARRIVAL = { doubtful: true, onArrival: true };
  const at = (minute: number, value: number, more: object = {}) => ({
    at: instant(minute * MINUTE),
    value,
    doubtful: false,
    ...more,
  });
  const steps = (rule: Rule, given: readonly ReturnType<typeof at>[]) =>
    judge(rule, given).log.map(({ from, to, observedAt }) => `${String(observedAt / MINUTE)} ${from} ${to}`);

  it('a delay that runs on arrival and one that runs in the backlog do not add up', () => {
    const mixed = [0, 5, 10].flatMap((i) => [at(100 + i, 338.9, ON_ARRIVAL), at(i, 338.9)]);
    expect(steps(ON_15_MIN, mixed)).toEqual([]);
    expect(steps(ON_15_MIN, [...mixed, at(15, 338.9)])).toEqual(['15 normal red']);
    expect(steps(ON_15_MIN, [...mixed, at(115, 338.9, ON_ARRIVAL)])).toEqual(['115 normal red']);
  });

  it('what was measured before a level was entered neither leaves it nor begins to', () => {
    const red = at(100, 400);
    expect(steps(OFF_10_MIN, [red, at(80, 338), at(90, 338), at(100, 338), at(105, 338), at(114, 338)])).toEqual([
      '100 normal red',
    ]);
    expect(steps(OFF_10_MIN, [red, at(105, 338), at(115, 338)])).toEqual(['100 normal red', '115 red orange']);
  });

  it('a rise that a backlog finds is dated no earlier than the change before it', () => {
    expect(steps(POND, [at(100, 338.87, ON_ARRIVAL), at(60, 338.9)])).toEqual(['100 normal orange', '100 orange red']);
  });

  it('a good reading ends a delay on arrival that is older than itself, and no newer one', () => {
    const half = at(100, 338.9, ON_ARRIVAL);
    const rest = [at(105, 338.9, ON_ARRIVAL), at(115, 338.9, ON_ARRIVAL)];
    expect(steps(ON_15_MIN, [half, at(90, 338), ...rest])).toEqual(['115 normal red']);
    expect(steps(ON_15_MIN, [half, at(101, 338), ...rest])).toEqual([]);
  });
});

describe('an unverified level', () => {
  const ON_ARRIVAL = { doubtful: true, onArrival: true };
  const at = (minute: number, value: number, more: object = {}): JudgedReading => ({
    at: instant(minute * MINUTE),
    value,
    doubtful: false,
    ...more,
  });
  const causes = (given: readonly JudgedReading[], rule: Rule = POND) =>
    judge(rule, given).log.map(({ cause, observedAt }) => `${cause} ${String(observedAt / MINUTE)}`);
  const RED = at(0, 400, { doubtful: true });

  it('is not confirmed by another value for the same instant, which is judged on arrival', () => {
    const conflict = (minute: number) => at(minute, 399, { ...ON_ARRIVAL, observedAt: instant(0) });
    expect(causes([RED, conflict(7), conflict(11)])).toEqual(['reached-doubtful 0']);
    // Two of them an interval apart: a clock that stands still.
    expect(causes([RED, conflict(7), conflict(12)])).toEqual(['reached-doubtful 0', 'confirmed-by-reading 12']);
  });

  it('of a broken clock is confirmed by a true time, also by one before it, and taken back only by one after it', () => {
    const broken = at(100, 400, { ...ON_ARRIVAL, observedAt: instant(9e9) });
    expect(causes([broken, at(80, 338), at(90, 338.9)])).toEqual(['reached-doubtful 100', 'confirmed-by-reading 100']);
    expect(causes([broken, at(80, 338), at(105, 338)])).toEqual(['reached-doubtful 100', 'receded 105']);
  });

  it('is confirmed with the value and time of what was doubted, once', () => {
    const { state } = judge(POND, [RED]);
    for (const cause of ['confirmed-by-silence', 'confirmed-by-neighbour'] as const) {
      const { next, change } = confirm(POND, state, cause);
      expect(change).toMatchObject({
        from: 'red',
        to: 'red',
        cause,
        value: 400,
        limit: 338.89,
        observedAt: 0,
        verified: true,
      });
      expect(confirm(POND, next, cause)).toEqual({ next, change: null });
    }
  });

  it('that lost its limit by an edit is left by the next good reading, to what that reaches', () => {
    const { state } = judge(POND, [RED]);
    const edited = { ...POND, limits: { blue: 338.7, yellow: 338.8 } };
    expect(judge(edited, [at(5, 338.75)], state).log).toMatchObject([{ from: 'red', to: 'blue', limit: 338.8 }]);
  });

  it('that becomes guarded is told so, and still calls nobody', () => {
    const { state } = judge({ ...POND, guarded: false }, [RED]);
    const { log } = judge(POND, [at(5, 330, { doubtful: true }), at(10, 330, { doubtful: true })], state);
    expect(log).toMatchObject([{ cause: 'now-guarded', to: 'red', verified: false, guarded: true }]);
  });
});

describe('a level that becomes one to call for', () => {
  const at = (minute: number, value: number) => ({ at: instant(minute * MINUTE), value, doubtful: false });

  it('is told once, by the next reading; a fall that was running goes on', () => {
    const { state } = judge({ ...OFF_10_MIN, guarded: false }, [at(0, 338.87), at(5, 338.2)]);
    const { log } = judge(OFF_10_MIN, [at(10, 338.2), at(15, 338.2)], state);
    expect(log.map(({ cause, to }) => `${cause} ${to}`)).toEqual(['now-guarded orange', 'receded yellow']);
  });

  it('is not told anew when it was guarded all along, nor when nothing stands', () => {
    const unguarded = { ...POND, guarded: false };
    const calm = judge(unguarded, [at(0, 338.87), at(5, 338.2), at(10, 338.2), at(15, 338.2)]).state;
    expect(judge(POND, [at(20, 338.2)], calm).log).toEqual([]);
    const guarded = judge(POND, [at(0, 338.87)]).state;
    expect(judge(POND, [at(10, 338.87)], judge(unguarded, [at(5, 338.87)], guarded).state).log).toEqual([]);
  });
});

describe('R15 what is not a number', () => {
  it.each([null, undefined, Number.NaN, Infinity, -Infinity, '338.89', true])(
    '%s is refused, never compared',
    (value) => {
      const reading = { at: instant(0), value: value as number, doubtful: false };
      for (const rule of [POND, mirroredRule(POND)]) {
        expect(() => step(rule, initialRuleState, reading)).toThrow(TypeError);
      }
    },
  );
});
