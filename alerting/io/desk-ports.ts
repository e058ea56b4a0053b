import type { Kysely } from 'kysely';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import type { CalloutPolicy } from '../policy.ts';

/** The site's policy now, read on the connection it is given: a transaction that waits for a second one may wait for ever. */
export type PolicyOf = (siteId: string, db: Kysely<Database>) => Promise<CalloutPolicy>;

/** What the callout desk is given. */
export interface DeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  /** A callout keeps the policy it began with; only telephone numbers and names follow the present one. */
  readonly policyOf: PolicyOf;
  /** A number from 0 to below 1. */
  readonly draw: () => number;
}
