import type { Instant } from '../../src/core/time.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import type { Tx } from './broadcast-book.ts';

/** Something of a site that its pages hear at once, and that is of no callout. */
export interface SiteNote {
  readonly type: 'evacuation-started' | 'evacuation-ordered' | 'evacuation-ended' | 'evacuation-nobody';
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Appends to the log that pages follow. Takes the log's lock: only the audit comes after it. */
export async function noteAtSite(tx: Tx, siteId: string, notes: readonly SiteNote[], at: Instant): Promise<void> {
  if (notes.length === 0) return;
  await lockLog(tx, 'callout_event');
  await tx
    .insertInto('callout_event')
    .values(
      notes.map(({ type, facts }) => ({
        site_id: siteId,
        callout_id: null,
        type,
        at: new Date(at),
        facts: JSON.stringify(facts),
      })),
    )
    .execute();
}
