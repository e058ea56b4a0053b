import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { HOUR, MINUTE, plus } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';

type Tx = Transaction<Database>;

/** Who was called for a drill within this time may take what is real for more of it. */
const REMEMBERED_MS = 2 * HOUR;

/** Who has answered may listen to what else he may say; a call that was placed longer ago is over. */
const LISTENS_AT_MOST_MS = 5 * MINUTE;

/** Whether a drill runs at the site, or ran a short while ago. Waits for nobody. */
export async function hasDrilled(tx: Tx, siteId: string, at: Instant): Promise<boolean> {
  const row = await tx
    .selectFrom('callout')
    .select('id')
    .where('site_id', '=', siteId)
    .where('drill', '=', true)
    .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>', new Date(plus(at, -REMEMBERED_MS)))]))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Hangs up all calls of a site's drill, in the transaction of what is real: who is on one can be called. It reads nothing of the
 * drill that could fail and waits for nobody who holds it: the drill itself is ended by the next round.
 */
export async function hangUpDrill(tx: Tx, siteId: string, at: Instant): Promise<void> {
  await sql`
    update attempt set status = 'cancelling', due_at = ${new Date(at)} where id in (
      select a.id from attempt a join callout c on c.id = a.callout_id
      where c.site_id = ${siteId} and c.drill and c.ended_at is null and ${isOnTheLine(at)}
      for no key update of a skip locked)`.execute(tx);
  await sql`select pg_notify('attempt', '')`.execute(tx);
}

/** Hangs up drills, of whatever site, that have these telephones on the line: they are about to ring for what is real. */
export const freeLines = (tx: Tx, phones: readonly string[], at: Instant) =>
  sql`
    update attempt set status = 'cancelling', due_at = ${new Date(at)} where id in (
      select a.id from attempt a where a.phone = any(${phones}::text[]) and a.drill and ${isOnTheLine(at)}
      for no key update of a skip locked)`.execute(tx);

/**
 * Whether an attempt is a call of a drill at a site where something real calls, or to a telephone that something real of any site
 * wants: it is not made. What tells of a drill's end is.
 */
export const isOvertaken = sql<boolean>`(attempt.drill and attempt.code <> '' and (
  ${isRealAt('attempt.site_id')} or
  attempt.medium = 'voice' and exists (
    select from attempt r where r.phone = attempt.phone and r.medium = 'voice' and r.status <> 'ended' and not r.drill)))`;

/** Ringing, spoken to, or answered by the key and still listening. */
const isOnTheLine = (at: Instant) => sql`a.medium = 'voice' and (a.status not in ('ended', 'cancelling', 'queued') or
  a.status = 'ended' and a.outcome = 'confirmed' and a.carrier_ref is not null and
    a.created_at > ${new Date(plus(at, -LISTENS_AT_MOST_MS))})`;

/** A drill that is being called, and whether it has to end. */
export interface OpenDrill {
  readonly calloutId: string;
  readonly siteId: string;
  /** Something real calls at its site. */
  readonly isOvertaken: boolean;
  readonly endsAt: Date | null;
}

/** Every drill that is being called. */
export async function openDrills(db: Kysely<Database>): Promise<readonly OpenDrill[]> {
  const rows = await db
    .selectFrom('callout')
    .leftJoin('drill', 'drill.callout_id', 'callout.id')
    .select(['callout.id', 'callout.site_id', 'drill.ends_at'])
    .select(isRealAt('callout.site_id').as('overtaken'))
    .where('callout.ended_at', 'is', null)
    .where('callout.drill', '=', true)
    .execute();
  return rows.map(({ id, site_id, ends_at, overtaken }) => ({
    calloutId: id,
    siteId: site_id,
    isOvertaken: overtaken,
    endsAt: ends_at,
  }));
}

/** Every rehearsed evacuation at a site where something real calls. */
export const overtakenRehearsals = (db: Kysely<Database>) =>
  db
    .selectFrom('broadcast')
    .select(['id', 'site_id'])
    .where('ended_at', 'is', null)
    .where('drill', '=', true)
    .where(isRealAt('broadcast.site_id'))
    .execute();

/** Whether a real callout or a real evacuation is open at a site. */
function isRealAt(site: string) {
  return sql<boolean>`(
    exists (select from callout r where r.site_id = ${sql.ref(site)} and r.ended_at is null and not r.drill) or
    exists (select from broadcast b where b.site_id = ${sql.ref(site)} and b.ended_at is null and not b.drill))`;
}

/** What stands in the way of a drill at a site; `null`: nothing. */
export async function inTheWay(tx: Tx, siteId: string): Promise<'real-stands' | 'runs' | null> {
  const { rows } = await sql<{ real: boolean; drill: boolean }>`
    select ${isRealAt('s.id')} as real,
      exists (select from callout d where d.site_id = s.id and d.ended_at is null and d.drill) as drill
    from site s where s.id = ${siteId}`.execute(tx);
  if (rows[0]?.real === true) return 'real-stands';
  return rows[0]?.drill === true ? 'runs' : null;
}

/** Of two who begin a drill at a site the second waits for the first; nothing real ever does. */
export const lockDrills = (tx: Tx, siteId: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`drill ${siteId}`}, 0))`.execute(tx);
