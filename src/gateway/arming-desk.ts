import type { Kysely } from 'kysely';
import type { ArmingView } from '../contract/arming.ts';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { arm } from '../platform/arming.ts';
import type { Database } from '../platform/database.ts';
import { armingView } from './views/arming-view.ts';

interface Arming {
  /** Callouts that the person has seen. */
  readonly seen: readonly string[];
  readonly at: Instant;
  readonly who: string;
}

/**
 * Lets a copy call people, audited. Throws `installation/armed` where it does already, and `installation/list-changed` where
 * something would call that the person has not seen.
 */
export const armAsSeen = (db: Kysely<Database>, { seen, at, who }: Arming): Promise<ArmingView> =>
  db.transaction().execute(async (tx) => {
    const { callouts } = await armingView(tx);
    if (callouts.some(({ calloutId }) => !seen.includes(calloutId)))
      throw new AppError('installation/list-changed', 'a callout was opened since: look at the list again');
    if (!(await arm(tx, { at, who }))) throw new AppError('installation/armed', 'people are called already');
    return { unarmed: null, callouts };
  });
