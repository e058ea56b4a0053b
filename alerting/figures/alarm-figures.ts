import type { DurationMs, Instant } from '../../src/core/time.ts';
import type { AlarmLimits } from '../alarm-limits.ts';
import { chatters } from './chattering.ts';

/** One change of a target's level, as it was recorded. */
export interface LevelMove {
  readonly target: string;
  readonly at: Instant;
  /** It rose, or was told anew: somebody had to look. A fall is none. */
  readonly asks: boolean;
}

export interface AlarmFigures {
  readonly alarms: number;
  /** Most alarms within the time of a flood. */
  readonly peak: number;
  /** Times that began with more alarms than people can follow, and ended when there were no more than that. */
  readonly floods: number;
  readonly chattering: readonly string[];
  /** The ten that asked most often. */
  readonly nuisances: readonly { readonly target: string; readonly count: number }[];
}

/** Figures of an alarm list after EEMUA 191, from what was recorded in a time; the order of the moves does not matter. */
export function alarmFigures(moves: readonly LevelMove[], limits: AlarmLimits): AlarmFigures {
  const asked = moves.filter(({ asks }) => asks);
  const counts = [...Map.groupBy(asked, ({ target }) => target)].map(([target, of]) => ({ target, count: of.length }));
  return {
    alarms: asked.length,
    ...floodsOf(
      asked.map(({ at }) => at),
      { most: limits.flood.alarms * limits.operators, withinMs: limits.flood.withinMs },
    ),
    chattering: [...Map.groupBy(moves, ({ target }) => target)]
      .filter(([, of]) =>
        chatters(
          of.map(({ at }) => at),
          limits.chattering,
        ),
      )
      .map(([target]) => target)
      .sort(),
    nuisances: counts.sort((a, b) => b.count - a.count || a.target.localeCompare(b.target)).slice(0, 10),
  };
}

function floodsOf(
  times: readonly Instant[],
  { most, withinMs }: { readonly most: number; readonly withinMs: DurationMs },
): Pick<AlarmFigures, 'peak' | 'floods'> {
  const sorted = times.toSorted((a, b) => a - b);
  let first = 0;
  let peak = 0;
  let floods = 0;
  let isFlooded = false;
  sorted.forEach((at, i) => {
    while (at - (sorted[first] ?? at) >= withinMs) first += 1;
    const count = i - first + 1;
    peak = Math.max(peak, count);
    if (count > most && !isFlooded) floods += 1;
    isFlooded = count > most;
  });
  return { peak, floods };
}
