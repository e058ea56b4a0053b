import { AppError } from '../../src/core/errors.ts';
import type { WarningLevel } from '../../src/core/level.ts';
import { instant } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import { drillPolicy } from '../drill.ts';
import { isCallable } from '../ladder.ts';
import type { Words } from '../policy.ts';
import { newCallout, take } from './callout-book.ts';
import type { Tx } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';
import { inTheWay, lockDrills } from './drill-book.ts';

interface Begun {
  readonly drillId: string;
  readonly siteId: string;
  readonly level: WarningLevel;
  /** What is supposed. */
  readonly words: Words;
  readonly endsAfterMs: DurationMs;
}

const REFUSED = {
  'real-stands': 'something real is open at the site: no drill is begun beside it',
  runs: 'a drill runs at the site already',
} as const;

/**
 * Begins a drill whose row is there: opens its callout by the same steps as a real one. The caller appends nothing to a log before
 * it, and the audit after it. It waits for no real callout, and none waits for it: what becomes real meanwhile ends it within a
 * second. Throws `drill/real-stands`, `drill/runs`, `drill/nobody`.
 */
export async function beginDrill(
  tx: Tx,
  { policyOf, draw }: Pick<DeskPorts, 'policyOf' | 'draw'>,
  { drillId, siteId, level, words, endsAfterMs }: Begun,
  at: Instant,
): Promise<string> {
  await lockDrills(tx, siteId);
  const refused = await inTheWay(tx, siteId);
  if (refused !== null) throw new AppError(`drill/${refused}`, REFUSED[refused]);
  const policy = drillPolicy(await policyOf(siteId, tx));
  if (!isCallable(policy, level)) throw new AppError('drill/nobody', 'nobody is called at this level');
  const callout = newCallout(siteId, policy);
  const happening = { type: 'reported', subject: 'drill', key: `drill:${drillId}`, level, words, position: 1 } as const;
  await take(tx, callout, happening, { at, draw, policyOf });
  await tx
    .updateTable('drill')
    .set({ state: 'begun', callout_id: callout.id, ends_at: new Date(instant(at + endsAfterMs)) })
    .where('id', '=', drillId)
    .execute();
  return callout.id;
}
