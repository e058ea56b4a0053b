import type { Admitted } from '../../ingest/admit.ts';
import { confirm, initialRuleState, lowerByHand, step, tellGuarded } from '../../rules/engine.ts';
import type { Judgement, RuleState } from '../../rules/engine.ts';
import { lateExceedance } from '../../rules/late.ts';
import type { LateEpisode } from '../../rules/late.ts';
import type { Rule } from '../../rules/rule.ts';
import { backs } from '../../rules/verification.ts';
import type { Neighbour } from '../../rules/verification.ts';
import type { Sight } from '../../rules/visibility.ts';
import type { LateExceedance } from '../core/late-exceedance.ts';
import type { Level } from '../core/level.ts';
import type { LevelChange } from '../core/level-change.ts';
import type { Sensor } from '../core/sensor.ts';
import type { Instant } from '../core/time.ts';

/** A sensor with what is known about it when the judge begins. */
export interface RuledSensor {
  readonly sensor: Sensor;
  readonly sight: Sight;
  readonly rules: readonly { readonly rule: Rule; readonly state: RuleState | undefined }[];
}

/** What has a level, in memory: its state as it was last committed. */
interface Target {
  readonly rule: Rule;
  readonly point: string;
  readonly isInService: boolean;
  /** The targets of its item at its site that stand at a verified level: those that may back another. */
  readonly standing: Set<Target>;
  state: RuleState;
  late: LateEpisode | null;
}

/** The targets of a partition. The sets of it may hold more than they say, when a commit failed, but never less. */
export interface RuledTargets {
  readonly bySensor: ReadonlyMap<number, readonly Target[]>;
  /** Those whose level is unverified. */
  readonly doubted: Set<Target>;
  /** Those that stand at a level nobody was called for, and are guarded now. */
  readonly untold: Set<Target>;
}

export function ruledTargets(sensors: Iterable<RuledSensor>): RuledTargets {
  const bySensor = new Map<number, readonly Target[]>();
  const doubted = new Set<Target>();
  const untold = new Set<Target>();
  const standingOf = new Map<string, Set<Target>>();
  for (const { sensor, rules } of sensors) {
    if (rules.length === 0) continue;
    const { id, siteId, item, point } = sensor;
    const group = JSON.stringify([siteId, item]);
    const standing = standingOf.get(group) ?? new Set<Target>();
    standingOf.set(group, standing);
    const isInService = sensor.state === 'in-service';
    const own = rules.map(({ rule, state = initialRuleState }): Target => {
      return { rule, point, isInService, standing, state, late: null };
    });
    for (const target of own) {
      note(doubted, target, target.state);
      if (target.rule.guarded && !target.state.guarded) untold.add(target);
    }
    bySensor.set(id, own);
  }
  return { bySensor, doubted, untold };
}

function note(doubted: Set<Target>, target: Target, { level, doubt }: RuleState): void {
  if (doubt !== null) doubted.add(target);
  else if (level !== 'normal') target.standing.add(target);
}

/** What two people agreed on: a target, its level as both saw it, and how far down. */
export interface Lowering {
  readonly target: string;
  readonly to: Level;
  readonly stateVersion: number;
}

/** What a batch, or a moment, comes to. */
export interface JudgedLevels {
  /** The new state of each target whose state changed. */
  readonly states: ReadonlyMap<Target, RuleState>;
  readonly changes: readonly LevelChange[];
  readonly late: readonly LateExceedance[];
}

interface LevelJudgement extends JudgedLevels {
  /** Judges one reading; those of a batch in their order. */
  take(admitted: Admitted): void;
  /** Confirms what is unverified at sensors from which nothing comes any more. */
  confirmSilent(isSilent: (rule: Rule) => boolean): void;
  /** Tells anew what stands and has come to be guarded, as its newest change has it. */
  tellGuarded(newest: ReadonlyMap<string, LevelChange>): void;
  /** Lowers a target by hand; false: it is not there, or its level has changed since. */
  lower(asked: Lowering, at: Instant, newest: LevelChange | undefined): boolean;
  /** Makes all of it what the next judgement starts from. */
  adopt(): void;
}

/** The levels of a partition while one batch is judged: nothing of `targets` changes before `adopt`. */
export function levelJudgement({ bySensor, doubted, untold }: RuledTargets): LevelJudgement {
  const states = new Map<Target, RuleState>();
  const episodes = new Map<Target, LateEpisode | null>();
  const changes: LevelChange[] = [];
  const late: LateExceedance[] = [];

  const stateOf = (target: Target): RuleState => states.get(target) ?? target.state;
  const asNeighbour = (target: Target): Neighbour => {
    const { point, isInService } = target;
    const { level, doubt } = stateOf(target);
    return { point, isInService, level, doubt };
  };

  function put(target: Target, before: RuleState, { next, change }: Judgement): void {
    if (next !== before) states.set(target, next);
    if (change === null) return;
    changes.push(change);
    note(doubted, target, next);
    if (next.level !== 'normal') agree(target, next);
  }

  /** An unverified level is confirmed by a neighbour that backs it, whichever of the two came first. */
  function agree(changed: Target, { doubt }: RuleState): void {
    const seen = asNeighbour(changed);
    if (doubt !== null) {
      for (const by of changed.standing) if (backs(asNeighbour(by), seen)) return confirmed(changed);
      return;
    }
    for (const target of doubted)
      if (target.standing === changed.standing && backs(seen, asNeighbour(target))) confirmed(target);
  }

  function confirmed(target: Target, cause: Parameters<typeof confirm>[2] = 'confirmed-by-neighbour'): void {
    const before = stateOf(target);
    put(target, before, confirm(target.rule, before, cause));
  }

  return {
    states,
    changes,
    late,

    take({ reading, judgedAt, onArrival }) {
      const own = bySensor.get(reading.sensorId);
      const { value, observedAt, receivedAt, flags } = reading;
      if (own === undefined || value === null) return;
      if (judgedAt === null) {
        // What nobody is to judge, for the work that goes on at its point, is no exceedance either.
        if (!flags.includes('late') || flags.includes('maintenance') || flags.includes('retired')) return;
        for (const target of own) {
          const before = episodes.get(target) ?? target.late;
          const { level } = stateOf(target);
          const { episode, found } = lateExceedance(target.rule, level, before, { observedAt, receivedAt, value });
          if (episode !== before) episodes.set(target, episode);
          if (found !== null) late.push(found);
        }
        return;
      }
      const judged = { at: judgedAt, value, doubtful: reading.quality === 'doubtful', onArrival, observedAt };
      for (const target of own) {
        const before = stateOf(target);
        put(target, before, step(target.rule, before, judged));
      }
    },

    confirmSilent(isSilent) {
      for (const target of doubted)
        if (stateOf(target).doubt !== null && isSilent(target.rule)) confirmed(target, 'confirmed-by-silence');
    },

    tellGuarded(newest) {
      for (const target of untold) {
        const before = stateOf(target);
        const change = newest.get(target.rule.target);
        if (change !== undefined) put(target, before, tellGuarded(target.rule, before, change));
      }
    },

    lower({ target: asked, to, stateVersion }, at, newest) {
      const target = [...bySensor.values()].flat().find(({ rule }) => rule.target === asked);
      if (target === undefined || newest === undefined) return false;
      const before = stateOf(target);
      if (before.stateVersion !== stateVersion) return false;
      const judged = lowerByHand(target.rule, before, { to, at }, newest);
      put(target, before, judged);
      return judged.change !== null;
    },

    adopt() {
      for (const [target, state] of states) {
        target.state = state;
        if (state.guarded) untold.delete(target);
        doubted.delete(target);
        target.standing.delete(target);
        note(doubted, target, state);
      }
      for (const [target, episode] of episodes) target.late = episode;
    },
  };
}
