import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Instant } from '../../src/core/time.ts';
import type { Callout } from '../callout.ts';
import type { Happening } from '../callout-event.ts';
import { ownReference } from '../channels/standing-by.ts';
import { bringBack } from '../dark/bring-back.ts';
import type { BroughtBack } from '../dark/bring-back.ts';
import type { Dark, DarkSite } from '../dark/journal.ts';
import type { DarkAttempt } from '../dark/roster.ts';
import { calloutById, cancel, insertCallout, openCallout, record, take, updateCallout } from './callout-book.ts';
import type { HeldCallout, Tx } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';
import { LEVELS } from './fault-desk.ts';
import { holdPosition } from './follow-log.ts';
import { auditSuspensions, suspendPhone } from './suspended-phone.ts';

type Calling = DarkSite & { readonly state: Callout };

/** Takes a journal into the database, a site in one transaction, each once however often it is tried. */
export async function importDark(ports: DeskPorts, dark: Dark): Promise<void> {
  for (const site of Object.values(dark.sites)) {
    const { state } = site;
    if (state !== null) await importSite(ports, dark, { ...site, state });
  }
}

const importSite = (ports: DeskPorts, dark: Dark, site: Calling): Promise<void> =>
  ports.db.transaction().execute(async (tx) => {
    // Whoever opens callouts holds the position of the level log.
    await holdPosition(tx, LEVELS);
    const { clock, policyOf, draw } = ports;
    const at = await clock.read(tx);
    const siteId = site.before.siteId;
    if (await isImported(tx, siteId, dark.journal)) return answeredSince(tx, ports, site, at);
    const open = await openCallout(tx, siteId);
    const known = open === undefined || open.state === null ? null : { id: open.id, state: open.state };
    const back = bringBack(site, known);
    let callout = await continued(tx, site, known?.id ?? null, back.state, at);
    for (const attempt of back.attempts) await writeAttempt(tx, callout, attempt, at);
    for (const { type, facts } of back.notes)
      if (type === 'wrong-person') await suspendPhone(tx, callout, Number(facts['attempt']), at);
    for (const number of back.unwanted) await cancel(tx, callout.id, number, at);
    await tell(tx, callout, dark, back, at);
    for (const happening of back.happenings)
      callout = { ...callout, state: await take(tx, callout, happening, { at, draw, policyOf }) };
    await sql`select pg_notify('attempt', '')`.execute(tx);
    await auditSuspensions(tx, callout, back.notes, at);
  });

/** Another site's import has failed, and calls went on from the journal: what was answered of those the database has counts. */
async function answeredSince(tx: Tx, { policyOf, draw }: DeskPorts, { attempts }: Calling, at: Instant): Promise<void> {
  for (const { id, code, medium, outcome } of attempts) {
    if (outcome !== 'confirmed' && outcome !== 'replied') continue;
    const row = await tx.selectFrom('attempt').select(['callout_id', 'number']).where('id', '=', id).executeTakeFirst();
    const callout = row && (await calloutById(tx, row.callout_id));
    if (row === undefined || callout === undefined) continue;
    const { number: attempt } = row;
    const said: Happening =
      medium === 'sms' ? { type: 'replied', attempt, text: code } : { type: 'digit', attempt, digit: code };
    await take(tx, callout, said, { at, draw, policyOf });
  }
}

/** Whoever crashed between this and putting the journal away has left this row. */
async function isImported(tx: Tx, siteId: string, journal: string): Promise<boolean> {
  const row = await tx
    .selectFrom('callout_event')
    .select('position')
    .where('site_id', '=', siteId)
    .where('type', '=', 'dark-ended')
    .where(sql<boolean>`facts ->> 'journal' = ${journal}`)
    .executeTakeFirst();
  return row !== undefined;
}

/** The open callout with its new state, or a new one; where the one that was continued has been closed meanwhile, a fresh one. */
async function continued(
  tx: Tx,
  { before, calloutId }: Calling,
  openId: string | null,
  state: Callout,
  at: Instant,
): Promise<HeldCallout> {
  const { siteId, policy } = before;
  if (openId !== null) {
    const callout = { id: openId, siteId, policy, state };
    await updateCallout(tx, callout, state, at);
    return callout;
  }
  const callout = { id: before.callout === null ? calloutId : randomUUID(), siteId, policy, state };
  await insertCallout(tx, callout, state, at);
  return callout;
}

async function writeAttempt(tx: Tx, { id, siteId }: HeldCallout, attempt: DarkAttempt, at: Instant): Promise<void> {
  const { status, reference, outcome } = attempt;
  const { carrier, own: carrier_ref } = reference === null ? { carrier: null, own: null } : ownReference(reference);
  const ended_at = attempt.endedAt === null ? null : new Date(attempt.endedAt);
  const fields = { status, carrier, carrier_ref, outcome, ended_at, lease_until: null, due_at: new Date(at) };
  await tx
    .insertInto('attempt')
    .values({
      ...fields,
      id: attempt.id,
      callout_id: id,
      number: attempt.number,
      site_id: siteId,
      contact_id: attempt.contactId,
      medium: attempt.medium,
      phone: attempt.phone,
      level: attempt.level,
      code: attempt.code,
      say: JSON.stringify(attempt.say),
      created_at: new Date(attempt.createdAt),
      origin: 'dark',
    })
    // Begun before the database was lost: what it has learned itself stands.
    .onConflict((conflict) => conflict.column('id').doUpdateSet(fields).where('attempt.status', '<>', 'ended'))
    .execute();
}

async function tell(tx: Tx, callout: HeldCallout, dark: Dark, { notes, attempts }: BroughtBack, at: Instant) {
  const of = { id: callout.id, siteId: callout.siteId };
  await record(tx, of, [{ type: 'dark-began', facts: { since: dark.since } }], dark.at);
  for (const { at: then, ...note } of notes) await record(tx, of, [note], then);
  const facts = { journal: dark.journal, since: dark.since, attempts: attempts.length };
  await record(tx, of, [{ type: 'dark-ended', facts }], at);
}
