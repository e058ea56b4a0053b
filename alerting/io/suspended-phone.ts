import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import type { Instant } from '../../src/core/time.ts';
import { recordAudit } from '../../src/platform/audit.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Note } from '../callout-event.ts';
import { phonesOf } from '../phones.ts';
import type { CalloutPolicy } from '../policy.ts';

type Tx = Transaction<Database>;

interface Of {
  readonly id: string;
  readonly siteId: string;
}

/** Writes down that somebody else answered at the number of an attempt. It stays so until a person lifts it. */
export async function suspendPhone(tx: Tx, { id, siteId }: Of, number: number, at: Instant): Promise<void> {
  await sql`
    insert into suspended_phone (phone, site_id, contact_id, callout_id, since)
    select phone, ${siteId}, contact_id, callout_id, ${new Date(at)} from attempt
    where callout_id = ${id} and number = ${number} and phone <> ''
    on conflict (phone) where lifted_at is null do nothing`.execute(tx);
}

/** Audits what was suspended: the last thing its transaction waits for. */
export async function auditSuspensions(tx: Tx, { id, siteId }: Of, notes: readonly Note[], at: Instant): Promise<void> {
  for (const { type, facts } of notes) {
    if (type !== 'wrong-person') continue;
    const contactId = String(facts['contactId']);
    await recordAudit(tx, {
      at,
      who: `contact:${contactId}`,
      action: 'phone/suspend',
      siteId,
      facts: { calloutId: id, contactId, attempt: facts['attempt'] },
    });
  }
}

/** A policy that says at which numbers somebody else has answered. */
export async function withSuspensions(db: Kysely<Database>, policy: CalloutPolicy): Promise<CalloutPolicy> {
  const rows = await db.selectFrom('suspended_phone').select('phone').where('lifted_at', 'is', null).execute();
  const known = new Set(policy.contacts.flatMap(phonesOf));
  const suspended = rows.flatMap(({ phone }) => (known.has(phone) ? [phone] : []));
  return suspended.length === 0 ? policy : { ...policy, suspended: [...(policy.suspended ?? []), ...suspended] };
}
