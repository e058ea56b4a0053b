import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { FindingView, PhotoType } from '../../contract/findings.ts';
import { AppError } from '../../core/errors.ts';
import { findingKey } from '../../core/finding.ts';
import type { FindingKind } from '../../core/finding.ts';
import type { Level, WarningLevel } from '../../core/level.ts';
import type { Database } from '../../platform/database.ts';

/** The newest ones; older ones are in the database. */
const SHOWN = 100;

/** What was found at a site: what stands first, then the newest. */
export async function findingsOfSite(db: Kysely<Database>, siteId: string): Promise<FindingView[]> {
  const newest = select(db).where('finding.site_id', '=', siteId);
  const rows = await newest
    .orderBy(sql`report_state.level = 'normal'`)
    .orderBy('finding.reported_at', 'desc')
    .limit(SHOWN)
    .execute();
  return viewsOf(db, rows);
}

/** One finding. Throws `finding/not-found`. */
export async function findingById(db: Kysely<Database>, findingId: string): Promise<FindingView> {
  const [view] = await viewsOf(db, await select(db).where('finding.id', '=', findingId).execute());
  if (view === undefined) throw new AppError('finding/not-found', 'there is no such finding');
  return view;
}

const select = (db: Kysely<Database>) =>
  db
    .selectFrom('finding')
    .innerJoin('report_state', (join) =>
      join
        .onRef('report_state.site_id', '=', 'finding.site_id')
        .on(sql<boolean>`report_state.key = 'finding:' || finding.id`),
    )
    .selectAll('finding')
    .select('report_state.level as stands');
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

async function viewsOf(db: Kysely<Database>, rows: readonly Row[]): Promise<FindingView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const photos = db.selectFrom('finding_photo').select(['id', 'finding_id', 'media_type']);
  const photosOf = Map.groupBy(
    await photos.where('finding_id', 'in', ids).orderBy('added_at').execute(),
    ({ finding_id }) => finding_id,
  );
  const changes = db.selectFrom('report_change').selectAll().where('key', 'in', ids.map(findingKey));
  const changesOf = Map.groupBy(await changes.orderBy('position').execute(), ({ key }) => key);
  const lowerings = await db
    .selectFrom('proposal')
    .select(['id', 'subject', 'content', 'proposed_by'])
    .where('kind', '=', 'finding/lower')
    .where('state', '=', 'open')
    .where('subject', 'in', ids)
    .orderBy('proposed_at')
    .execute();
  return rows.map((row) => ({
    findingId: row.id,
    siteId: row.site_id,
    // Written by us alone, as these.
    kind: row.kind as FindingKind,
    section: row.section,
    point: row.point,
    place: row.place,
    latitude: row.latitude,
    longitude: row.longitude,
    note: row.note,
    reportedLevel: row.level as WarningLevel,
    level: row.stands as Level,
    reportedBy: row.reported_by,
    reportedAt: row.reported_at.getTime(),
    photos: (photosOf.get(row.id) ?? []).map(({ id, media_type }) => ({
      photoId: id,
      mediaType: media_type as PhotoType,
    })),
    changes: (changesOf.get(findingKey(row.id)) ?? []).map(({ recorded_at, from_level, to_level, who, facts }) => ({
      at: recorded_at.getTime(),
      from: from_level as Level,
      to: to_level as Level,
      who,
      seen: textIn(facts['seen']),
      inspectedBy: textIn(facts['inspectedBy']),
    })),
    lowering: loweringOf(row.id),
  }));

  function loweringOf(findingId: string): FindingView['lowering'] {
    const row = lowerings.findLast(({ subject }) => subject === findingId);
    if (row === undefined) return null;
    const { to, seen } = row.content as { readonly to: Level; readonly seen: string };
    return { proposalId: row.id, to, seen, proposedBy: row.proposed_by };
  }
}

const textIn = (fact: unknown): string | null => (typeof fact === 'string' ? fact : null);
