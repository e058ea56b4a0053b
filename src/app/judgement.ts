import type { Admitted } from '../../ingest/admit.ts';
import type { Judge, Verdict } from '../../ingest/io/judge-port.ts';
import { saveLevelStates } from '../../rules/io/level-state.ts';
import { saveVisibilityStates } from '../../rules/io/visibility-state.ts';
import { hear, hearGone, hearNothing, isOverdue, tick, visibilityChanges } from '../../rules/visibility.ts';
import type { Rule } from '../../rules/rule.ts';
import type { LineDown, Listening, Sight, SightChange } from '../../rules/visibility.ts';
import type { LevelChange } from '../core/level-change.ts';
import type { Reading } from '../core/reading.ts';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import { levelJudgement, ruledTargets } from './level-judgement.ts';
import type { JudgedLevels, Lowering, RuledSensor, RuledTargets } from './level-judgement.ts';

/** The judge of a partition, and how it listens: what the next one goes on from after an edit. */
export type Judgement = Judge & {
  readonly listening: Listening;
  /** When the newest sign of life came for each target whose level is unverified; others may be in it. */
  readonly signs: ReadonlyMap<string, Instant>;
  /** Until when each sensor's silence means nothing, from now on. */
  rest(until: (sensorId: number) => Instant | undefined): void;
  /** Lowers a level by hand; null: it has changed since, or is gone. */
  lower(asked: Lowering, now: Instant): Verdict | null;
  /** Every sensor as it stands now; later verdicts do not change it. */
  standing(): ReadonlyMap<number, RuledSensor>;
};

/**
 * The rules at work: level states and sights of a partition in memory, judged by the pure engine.
 *
 * @param newest the newest change of every target above normal, kept by whoever adopts verdicts.
 */
export function judgement(
  sensors: ReadonlyMap<number, RuledSensor>,
  startedAt: Instant,
  newest: ReadonlyMap<string, LevelChange> = new Map(),
  former?: Pick<Judgement, 'listening' | 'signs'>,
  linesDown: () => ReadonlyMap<string, LineDown> = () => NONE_DOWN,
): Judgement {
  const sights = new Map([...sensors].map(([id, { sight }]) => [id, sight]));
  const targets = ruledTargets(sensors.values());
  /** Those of a start are not known, and need not be: it has its grace. */
  const signs = new Map(former?.signs);
  let listening: Listening = former?.listening ?? { since: startedAt, brokerUp: true };

  /** Whether nothing has come for three intervals that could say what the level of an unverified target is. */
  const isSilent = ({ target, sensorId }: Rule, now: Instant): boolean => {
    const sight = sights.get(sensorId);
    const at = signs.get(target);
    if (sight === undefined) return false;
    return isOverdue({ ...sight, heard: at === undefined ? null : { at, doubtful: true } }, listening, now);
  };

  return {
    get listening() {
      return listening;
    },
    signs,
    rest(until) {
      for (const [id, sight] of sights) sights.set(id, { ...sight, restsUntil: until(id) });
    },
    standing() {
      const asNow = (id: number, { sensor, sight }: RuledSensor): RuledSensor => ({
        sensor,
        sight: sights.get(id) ?? sight,
        rules: (targets.bySensor.get(id) ?? []).map(({ rule, state }) => ({ rule, state })),
      });
      return new Map(Array.from(sensors, ([id, ruled]) => [id, asNow(id, ruled)]));
    },
    judge(admitted) {
      const levels = levelJudgement(targets);
      for (const each of admitted) levels.take(each);
      const { heard, changes } = hearAll(sights, admitted);
      const told = signsOfLife(targets, levels.states, admitted);
      return {
        ...verdictOf(levels, changes, groupByTime(changes)),
        adopt() {
          levels.adopt();
          for (const sight of heard) sights.set(sight.sensorId, sight);
          for (const [target, at] of told) signs.set(target, at);
        },
      };
    },
    lower(asked, now) {
      const levels = levelJudgement(targets);
      if (!levels.lower(asked, now, newest.get(asked.target))) return null;
      return { ...verdictOf(levels, [], []), adopt: () => levels.adopt() };
    },
    tick(now, brokerUp) {
      if (brokerUp !== listening.brokerUp) listening = { brokerUp, since: brokerUp ? now : listening.since };
      const changes = tick(sights.values(), { ...listening, linesDown: linesDown() }, now);
      const levels = levelJudgement(targets);
      levels.confirmSilent((rule) => isSilent(rule, now));
      levels.tellGuarded(newest);
      return {
        ...verdictOf(levels, changes, visibilityChanges(changes, now)),
        adopt() {
          levels.adopt();
          for (const { next } of changes) sights.set(next.sensorId, next);
        },
      };
    },
  };
}

const NONE_DOWN: ReadonlyMap<string, LineDown> = new Map();

const verdictOf = (
  { states, changes, late }: JudgedLevels,
  sights: readonly SightChange[],
  visibility: Verdict['visibilityChanges'],
): Omit<Verdict, 'adopt'> => ({
  levelChanges: changes,
  visibilityChanges: visibility,
  lateExceedances: late,
  statements: [
    ...(states.size > 0 ? [saveLevelStates(Array.from(states, ([{ rule }, state]) => ({ rule, state })))] : []),
    ...(sights.length > 0 ? [saveVisibilityStates(sights.map(({ next }) => next))] : []),
  ],
});

/**
 * When signs of life came for targets whose level is unverified: the reading that is doubted, and numbers after it that are
 * judged and could be true. What comes too late to be judged is none, nor is what no instrument of its kind can have
 * measured, or is derived from that: one that is destroyed may report such for ever.
 */
function signsOfLife(
  { doubted }: RuledTargets,
  states: JudgedLevels['states'],
  admitted: readonly Admitted[],
): ReadonlyMap<string, Instant> {
  const newest = new Map<string, Instant>();
  if (doubted.size === 0) return newest;
  const awaited = Map.groupBy(doubted, ({ rule }) => rule.sensorId);
  for (const { reading, judgedAt, isOfOutOfRange = false } of admitted) {
    const { sensorId, observedAt, receivedAt, value, flags } = reading;
    if (value === null || judgedAt === null) continue;
    const canBeTrue = !isOfOutOfRange && !flags.includes('out-of-range');
    for (const each of awaited.get(sensorId) ?? []) {
      const { doubt } = states.get(each) ?? each.state;
      if (!canBeTrue && !(doubt?.at === judgedAt && doubt.observedAt === observedAt)) continue;
      const { target } = each.rule;
      newest.set(target, instant(Math.max(receivedAt, newest.get(target) ?? receivedAt)));
    }
  }
  return newest;
}

/**
 * The newest arrival of each sensor counts: what lay between is one batch, seen at once. What came too late to be judged
 * does not: a clock that was set back says nothing of now for as long as it lags, and a backlog only what was.
 */
function hearAll(
  sights: ReadonlyMap<number, Sight>,
  admitted: readonly Admitted[],
): { heard: Sight[]; changes: SightChange[] } {
  const newest = new Map<number, { readonly numbered?: Reading; readonly empty?: Reading }>();
  for (const { reading, judgedAt } of admitted) {
    if (judgedAt === null && reading.flags.includes('late')) continue;
    const { sensorId } = reading;
    // What a formula could not compute was heard all the same.
    if (reading.value !== null || reading.version > 0) newest.set(sensorId, { numbered: reading });
    else newest.set(sensorId, { ...newest.get(sensorId), empty: reading });
  }
  const heard: Sight[] = [];
  const changes: SightChange[] = [];
  for (const [sensorId, { numbered, empty }] of newest) {
    const sight = sights.get(sensorId);
    if (sight === undefined) continue;
    const by = numbered && hear(sight, numbered.receivedAt, numbered.quality === 'doubtful');
    const told = by?.next ?? sight;
    const isGone = empty?.flags.includes('not-connected') === true;
    const silent = isGone ? hearGone : hearNothing;
    const next = empty === undefined ? told : silent(told, empty.receivedAt);
    heard.push(next);
    if (next.visibility === sight.visibility) continue;
    const withoutNumber = isGone ? 'device-gone' : 'doubtful-reading';
    changes.push({ next, cause: next === told ? (by?.cause ?? withoutNumber) : withoutNumber });
  }
  return { heard, changes };
}

/** Stamped with the newest arrival among them. */
const groupByTime = (changes: readonly SightChange[]): Verdict['visibilityChanges'] =>
  visibilityChanges(changes, instant(Math.max(...changes.map(({ next }) => next.since ?? 0))));
