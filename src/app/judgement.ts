import type { Admitted } from '../../ingest/admit.ts';
import type { Judge, Verdict } from '../../ingest/io/judge-port.ts';
import { initialRuleState, step } from '../../rules/engine.ts';
import type { RuleState } from '../../rules/engine.ts';
import { saveLevelStates } from '../../rules/io/level-state.ts';
import { saveVisibilityStates } from '../../rules/io/visibility-state.ts';
import type { Rule } from '../../rules/rule.ts';
import { hear, tick, visibilityChanges } from '../../rules/visibility.ts';
import type { Listening, Sight, SightChange } from '../../rules/visibility.ts';
import type { LevelChange } from '../core/level-change.ts';
import type { Reading } from '../core/reading.ts';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';

/** A sensor with what is known about it when the judge begins. */
export interface RuledSensor {
  readonly sight: Sight;
  readonly rules: readonly { readonly rule: Rule; readonly state: RuleState | undefined }[];
}

interface Target {
  readonly rule: Rule;
  state: RuleState;
}

/** The judge of a partition, and how it listens: what the next one goes on from after an edit. */
export type Judgement = Judge & {
  readonly listening: Listening;
  /** Until when each sensor's silence means nothing, from now on. */
  rest(until: (sensorId: number) => Instant | undefined): void;
  /** Every sensor as it stands now; later verdicts do not change it. */
  standing(): ReadonlyMap<number, RuledSensor>;
};

/** The rules at work: level states and sights of a partition in memory, judged by the pure engine. */
export function judgement(
  sensors: ReadonlyMap<number, RuledSensor>,
  startedAt: Instant,
  listened: Listening = { since: startedAt, brokerUp: true },
): Judgement {
  const sights = new Map<number, Sight>();
  const targets = new Map<number, readonly Target[]>();
  for (const [id, { sight, rules }] of sensors) {
    sights.set(id, sight);
    if (rules.length > 0)
      targets.set(
        id,
        rules.map(({ rule, state = initialRuleState }) => ({ rule, state })),
      );
  }
  let listening = listened;

  const adoptSights = (changes: readonly SightChange[]): void => {
    for (const { next } of changes) sights.set(next.sensorId, next);
  };

  return {
    get listening() {
      return listening;
    },
    rest(until) {
      for (const [id, sight] of sights) sights.set(id, { ...sight, restsUntil: until(id) });
    },
    standing() {
      const asNow = (sight: Sight): RuledSensor => ({
        sight,
        rules: (targets.get(sight.sensorId) ?? []).map(({ rule, state }) => ({ rule, state })),
      });
      return new Map(Array.from(sights, ([id, sight]) => [id, asNow(sight)]));
    },
    judge(admitted) {
      const levels = judgeLevels(targets, admitted);
      const { heard, changes } = hearAll(sights, admitted);
      return {
        levelChanges: levels.changes,
        visibilityChanges: groupByTime(changes),
        statements: [
          ...(levels.states.size > 0 ? [saveLevelStates(rows(levels.states))] : []),
          ...(changes.length > 0 ? [saveVisibilityStates(changes.map(({ next }) => next))] : []),
        ],
        adopt() {
          for (const [target, state] of levels.states) target.state = state;
          for (const sight of heard) sights.set(sight.sensorId, sight);
        },
      };
    },
    tick(now, brokerUp): Verdict {
      if (brokerUp !== listening.brokerUp) listening = { brokerUp, since: brokerUp ? now : listening.since };
      const changes = tick(sights.values(), listening, now);
      return {
        levelChanges: [],
        visibilityChanges: visibilityChanges(changes, now),
        statements: changes.length > 0 ? [saveVisibilityStates(changes.map(({ next }) => next))] : [],
        adopt() {
          adoptSights(changes);
        },
      };
    },
  };
}

interface JudgedLevels {
  /** The new state of each target whose state changed. */
  readonly states: ReadonlyMap<Target, RuleState>;
  readonly changes: readonly LevelChange[];
}

function judgeLevels(targets: ReadonlyMap<number, readonly Target[]>, admitted: readonly Admitted[]): JudgedLevels {
  const states = new Map<Target, RuleState>();
  const changes: LevelChange[] = [];
  for (const { reading, judgedAt, onArrival } of admitted) {
    const own = targets.get(reading.sensorId);
    if (judgedAt === null || own === undefined || reading.value === null) continue;
    const judged = { at: judgedAt, value: reading.value, doubtful: reading.quality === 'doubtful', onArrival };
    for (const target of own) {
      const state = states.get(target) ?? target.state;
      const { next, change } = step(target.rule, state, judged);
      if (next !== state) states.set(target, next);
      if (change !== null) changes.push(change);
    }
  }
  return { states, changes };
}

const rows = (states: ReadonlyMap<Target, RuleState>): { rule: Rule; state: RuleState }[] =>
  Array.from(states, ([{ rule }, state]) => ({ rule, state }));

/** The newest arrival of each sensor counts: what lay between is one batch, seen at once. */
function hearAll(
  sights: ReadonlyMap<number, Sight>,
  admitted: readonly Admitted[],
): { heard: Sight[]; changes: SightChange[] } {
  const newest = new Map<number, Reading>();
  for (const { reading } of admitted) newest.set(reading.sensorId, reading);
  const heard: Sight[] = [];
  const changes: SightChange[] = [];
  for (const { sensorId, receivedAt, quality } of newest.values()) {
    const sight = sights.get(sensorId);
    if (sight === undefined) continue;
    const { next, cause } = hear(sight, receivedAt, quality === 'doubtful');
    heard.push(next);
    if (cause !== null) changes.push({ next, cause });
  }
  return { heard, changes };
}

/** Stamped with the newest arrival among them. */
const groupByTime = (changes: readonly SightChange[]): Verdict['visibilityChanges'] =>
  visibilityChanges(changes, instant(Math.max(...changes.map(({ next }) => next.since ?? 0))));
