import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import type { Level } from '../../src/core/level.ts';
import { MINUTE, SECOND, plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import type { CarrierReply } from '../carrier-report.ts';
import { PHRASES } from '../phrases.ts';
import type { Words } from '../policy.ts';
import { ridesOn } from '../riding.ts';
import type { Line } from '../riding.ts';
import type { Tx } from './callout-book.ts';

type Row = Selectable<Database['attempt']>;

/** So long a call may ring, or somebody listen, before what rides on it goes alone: it is a lease, and renewed by what comes. */
export const RIDES_MS: DurationMs = 90 * SECOND;
/** A call that began longer ago and is not over has been forgotten by its carrier. */
const LINE_AT_MOST_MS: DurationMs = 3 * MINUTE;
/** The key that goes on to the next site. No code, and nothing of the menu. */
export const NEXT_SITE = '0';

/** Whom the call of another callout carries, of those that are about to be claimed: the carried by the carrying. */
export async function ridersAmong(tx: Tx, due: readonly Line[], now: Instant): Promise<ReadonlyMap<string, string>> {
  const phones = due.flatMap(({ phone, medium, level }) => (medium === 'voice' && level !== 'red' ? [phone] : []));
  if (phones.length === 0) return new Map();
  const lines = await tx
    .selectFrom('attempt')
    .select(['id', 'callout_id', 'phone', 'medium', 'level', 'code', 'fence', 'drill'])
    .where('phone', 'in', phones)
    .where('medium', '=', 'voice')
    // As the index on open calls has it; those that are about to be claimed are no lines yet.
    .where('status', '<>', 'ended')
    .where('status', 'in', ['claimed', 'handed-over', 'ringing', 'answered'])
    .where(
      'id',
      'not in',
      due.map(({ id }) => id),
    )
    .where('rides_on', 'is', null)
    .where('due_at', '>', new Date(plus(now, -LINE_AT_MOST_MS)))
    .orderBy('due_at')
    .execute();
  return ridesOn(due, lines.map(lineOf));
}

export const lineOf = (
  row: Pick<Row, 'id' | 'callout_id' | 'phone' | 'medium' | 'level' | 'code' | 'fence' | 'drill'>,
): Line => ({
  id: row.id,
  calloutId: row.callout_id,
  phone: row.phone,
  medium: row.medium,
  level: row.level as Level,
  code: row.code,
  begun: row.fence,
  drill: row.drill,
});

const ridersOf = (db: Kysely<Database>, hostId: string) =>
  db
    .selectFrom('attempt')
    .innerJoin('site', 'site.id', 'attempt.site_id')
    .selectAll('attempt')
    .select('site.name as site_name')
    .where('rides_on', '=', hostId)
    .where('status', '<>', 'ended')
    .orderBy('due_at')
    .orderBy('id');

/** What rides on this call and was not spoken yet, in the order in which it will be. */
export const waitingRiders = (db: Kysely<Database>, hostId: string) =>
  ridersOf(db, hostId).where('status', '=', 'claimed').execute();

/** Everything that rides on this call and is not over. */
export const openRiders = (db: Kysely<Database>, hostId: string) => ridersOf(db, hostId).execute();

/** Lets what rides on this call, and was not spoken, go alone, at once. */
export async function releaseRiders(db: Kysely<Database>, hostId: string, now: Instant): Promise<void> {
  const released = await db
    .updateTable('attempt')
    .set({ status: 'queued', rides_on: null, lease_until: null, due_at: new Date(now) })
    .where('rides_on', '=', hostId)
    .where('status', '=', 'claimed')
    .returning('id')
    .execute();
  if (released.length > 0) await sql`select pg_notify('attempt', '')`.execute(db);
}

/** There is life on the line: what rides on it waits on. */
export const renewRiders = (tx: Tx, hostId: string, now: Instant) =>
  tx
    .updateTable('attempt')
    .set({ lease_until: new Date(plus(now, RIDES_MS)) })
    .where('rides_on', '=', hostId)
    .where('status', '=', 'claimed')
    .execute();

/** Who is spoken to on the line of this attempt: itself, or one that rides on it. */
export async function speakerOf(db: Kysely<Database>, hostId: string): Promise<string> {
  const host = await db.selectFrom('attempt').select('floor').where('id', '=', hostId).executeTakeFirst();
  return host?.floor ?? hostId;
}

/** Goes on to the next that rides on this line: its text is spoken, and keys are its own from now on. `null`: there is none. */
export async function passFloor(tx: Tx, host: Row): Promise<CarrierReply | null> {
  const [next] = await waitingRiders(tx, host.id);
  if (next === undefined) return null;
  const { carrier, carrier_ref, simulated } = host;
  const taken = await tx
    .updateTable('attempt')
    .set({ status: 'answered', lease_until: null, carrier, carrier_ref, simulated })
    .where('id', '=', next.id)
    .where('fence', '=', next.fence)
    .where('status', '=', 'claimed')
    .returning('id')
    .executeTakeFirst();
  if (taken === undefined) return null;
  await tx.updateTable('attempt').set({ floor: next.id }).where('id', '=', host.id).execute();
  return { say: (next.say as Words).zh, gather: { digits: 1 } };
}

type Carried = Pick<Row, 'level'> & { readonly site_name: unknown };

/** Which sites' callouts this call carries besides. */
const sitesOf = (riders: readonly Carried[]): string =>
  riders
    .map(({ site_name, level }) => PHRASES.zh.siteAt((site_name as Words).zh, PHRASES.zh.levels[level as Level]))
    .join('、');

/** Said behind the first text: whom this call is for besides. */
export const announced = (riders: readonly Carried[]): string =>
  riders.length === 0 ? '' : PHRASES.zh.besides(sitesOf(riders), NEXT_SITE);

/** The reply with how to go on to the next site; nobody hangs up on him while there is one. */
export const offering = (reply: CarrierReply, riders: readonly Carried[]): CarrierReply =>
  riders.length === 0 ? reply : { say: (reply.say ?? '') + announced(riders), gather: { digits: 1 } };
