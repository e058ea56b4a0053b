import type { Instant } from '../../src/core/time.ts';
import type { Callout } from '../callout.ts';
import type { Outcome } from '../callout-event.ts';
import type { CalloutPolicy, Medium, Words } from '../policy.ts';

/** A call or message as the journal knows it: what its row will say. */
export interface DarkAttempt {
  /** UUID: the idempotency key at the carrier, and where its reports are sent. */
  readonly id: string;
  readonly number: number;
  readonly contactId: string;
  readonly medium: Medium;
  readonly phone: string;
  readonly level: string;
  readonly code: string;
  readonly say: Words;
  readonly status: 'queued' | 'handed-over' | 'ringing' | 'answered' | 'cancelling' | 'ended';
  /** What the carrier calls it. */
  readonly reference: string | null;
  readonly outcome: Outcome | null;
  /** Not placed sooner: the person still has another call of ours in his hand. Absent: now. */
  readonly notBefore?: Instant;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
}

/** Everything that is needed to call a site's people without the database. */
export interface RosterSite {
  readonly siteId: string;
  /** Of the open callout with the present numbers, else the site's own. */
  readonly policy: CalloutPolicy;
  /** The open callout; `attempts` are those that have not ended. */
  readonly callout: { readonly id: string; readonly state: Callout; readonly attempts: readonly DarkAttempt[] } | null;
}

export type Roster = readonly RosterSite[];
