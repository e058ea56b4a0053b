import type { ListedAlarm } from '../../../src/contract/alarms.ts';
import { rank } from '../../../src/core/level.ts';

interface SortedAlarms {
  readonly wanted: readonly ListedAlarm[];
  readonly seen: readonly ListedAlarm[];
  readonly hidden: readonly ListedAlarm[];
}

/** Alarms by what they ask of whoever looks: each part the gravest first, then the newest. */
export function sortedAlarms(alarms: readonly ListedAlarm[]): SortedAlarms {
  const sorted = alarms.toSorted((a, b) => rank(b.level) - rank(a.level) || b.openedAt - a.openedAt);
  const isSeen = ({ state }: ListedAlarm): boolean => state === 'acknowledged' || state === 'normal';
  const shown = sorted.filter(({ hidden }) => hidden === null);
  return {
    wanted: shown.filter((alarm) => !isSeen(alarm)),
    seen: shown.filter(isSeen),
    hidden: sorted.filter(({ hidden }) => hidden !== null),
  };
}
