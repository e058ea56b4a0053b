import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import type { Instant } from '../core/time.ts';
import { instant } from '../core/time.ts';
import { recordAudit } from './audit.ts';
import type { Database } from './database.ts';
import { lockAudit } from './position-log.ts';

/** What the chain had come to when a day was over. */
export interface AuditRoot {
  /** YYYY-MM-DD on the calendar of the first site. */
  readonly day: string;
  /** The last row that it stands for; all before it too. */
  readonly position: number;
  /** Of that row, in hexadecimal. */
  readonly hash: string;
  readonly madeAt: Instant;
}

interface RootOptions {
  readonly day: string;
  readonly now: Instant;
  /** It is to be mailed. */
  readonly mail: boolean;
  /** Written beside it. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Makes the root of a day, once, and writes it in the audit; null when this day or a later one has one, or there is nothing. */
export async function makeRoot(db: Kysely<Database>, options: RootOptions): Promise<AuditRoot | null> {
  const { day, now, mail, facts } = options;
  return db.transaction().execute(async (tx) => {
    await lockAudit(tx);
    const newest = await newestRoot(tx);
    if (newest !== null && newest.day >= day) return null;
    const last = await tx.selectFrom('audit').select(['id', 'hash']).orderBy('id', 'desc').limit(1).executeTakeFirst();
    if (last === undefined) return null;
    const { id: position, hash } = last;
    await tx
      .insertInto('audit_root')
      .values({ day, position, hash, made_at: new Date(now) })
      .execute();
    if (mail)
      await tx
        .insertInto('audit_mail')
        .values({ day, due_at: new Date(now), mailed_at: null })
        .execute();
    const root = { day, position, hash: hash.toString('hex'), madeAt: now };
    const said = { day, position, root: root.hash, ...facts };
    await recordAudit(tx, { at: now, who: 'alert', action: 'audit/root', facts: said });
    return root;
  });
}

const roots = (db: Kysely<Database>) => db.selectFrom('audit_root').selectAll().orderBy('day', 'desc');

/** The newest first, those before `before` if it is given, at most `limit`. */
export async function rootsBefore(db: Kysely<Database>, before: string | null, limit: number): Promise<AuditRoot[]> {
  const rows = await roots(db)
    .$if(before !== null, (query) => query.where('day', '<', before))
    .limit(limit)
    .execute();
  return rows.map(rootOf);
}

/** Null: none was made yet. */
export async function newestRoot(db: Kysely<Database>): Promise<AuditRoot | null> {
  return (await rootsBefore(db, null, 1))[0] ?? null;
}

/** Null: that day has none. */
export async function rootOfDay(db: Kysely<Database>, day: string): Promise<AuditRoot | null> {
  const row = await roots(db).where('day', '=', day).executeTakeFirst();
  return row === undefined ? null : rootOf(row);
}

const rootOf = ({ day, position, hash, made_at }: Selectable<Database['audit_root']>): AuditRoot => ({
  day,
  position,
  hash: hash.toString('hex'),
  madeAt: instant(made_at.getTime()),
});

/** The calendar that days are of: that of the first site; UTC while there is none. */
export async function calendarOf(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ zone: string | null }>`
    select content ->> 'timeZone' as zone from site_config order by site_id, version desc limit 1`.execute(db);
  return rows[0]?.zone ?? 'UTC';
}
