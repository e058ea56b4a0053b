import type { Kysely } from 'kysely';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import type { CalloutPolicy } from '../policy.ts';

/** What the callout desk is given. */
export interface DeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  /** The site's policy now. A callout keeps the one it began with. */
  readonly policyOf: (siteId: string) => Promise<CalloutPolicy>;
  /** A number from 0 to below 1. */
  readonly draw: () => number;
}
