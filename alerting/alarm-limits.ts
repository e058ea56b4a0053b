import { HOUR, MINUTE, SECOND } from '../src/core/time.ts';
import type { DurationMs } from '../src/core/time.ts';
import type { WarningLevel } from '../src/core/level.ts';

/** What a site says of its alarm list. Hours and counts are ours, after EEMUA 191 where it has one; no law is behind them. */
export interface AlarmLimits {
  /** How long an acknowledgement holds, by the level that was seen. */
  readonly acknowledgedForMs: Readonly<Record<WarningLevel, DurationMs>>;
  /** How long an alarm may lie on a shelf, by the gravest level it has had. */
  readonly shelvedAtMostMs: Readonly<Record<WarningLevel, DurationMs>>;
  /** So many changes of one target within this time: it chatters. */
  readonly chattering: { readonly changes: number; readonly withinMs: DurationMs };
  /** What stands for longer is stale. */
  readonly staleAfterMs: DurationMs;
  /** More alarms than this within this time, for each operator, are a flood. */
  readonly flood: { readonly alarms: number; readonly withinMs: DurationMs };
  /** How many people look at the list at a time. */
  readonly operators: number;
}

export const DEFAULT_LIMITS: AlarmLimits = {
  acknowledgedForMs: { blue: 24 * HOUR, yellow: 12 * HOUR, orange: 4 * HOUR, red: HOUR },
  shelvedAtMostMs: { blue: 168 * HOUR, yellow: 72 * HOUR, orange: 24 * HOUR, red: 8 * HOUR },
  chattering: { changes: 3, withinMs: 60 * SECOND },
  staleAfterMs: 24 * HOUR,
  flood: { alarms: 10, withinMs: 10 * MINUTE },
  operators: 1,
};
