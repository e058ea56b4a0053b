import type { Watch } from './watch.ts';

/** Why nothing is being recorded or judged, as far as the server says; undefined when all is well or not yet told. */
export function silence({ judge, link, unrecorded }: Watch): 'Silent' | 'Broker' | 'Database' | undefined {
  if (link.phase !== 'live' || judge === undefined) return undefined;
  if (judge === null) return 'Silent';
  if (!judge.database && unrecorded === null) return 'Database';
  return judge.broker ? undefined : 'Broker';
}
