import { drillDueText } from '../../alerting/proof-text.ts';
import { DRILL_DEFAULTS } from '../contract/drill-config.ts';
import { DAY, instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import { localDate } from '../core/zone.ts';
import type { LoadedSite } from './site-model.ts';

/** What is written to who is responsible; `null`: no drill is due so soon, or one is planned in time. */
export function drillReminder(
  { config }: Pick<LoadedSite, 'config'>,
  { dueAt, plannedFor }: { readonly dueAt: number; readonly plannedFor: number | null },
  now: Instant,
): string | null {
  const { remindDays } = config.drills ?? DRILL_DEFAULTS;
  if (dueAt - now > remindDays * DAY) return null;
  const isOverdue = dueAt < now;
  if (!isOverdue && plannedFor !== null && plannedFor <= dueAt) return null;
  return drillDueText(config.name, localDate(instant(dueAt), config.timeZone), isOverdue);
}
