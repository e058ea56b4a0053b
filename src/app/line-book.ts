import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { QueryConfig } from 'pg';
import type { LinesOnRecord } from '../../ingest/io/judge-port.ts';
import type { LineDown } from '../../rules/visibility.ts';
import type { LineFault, LineSaid, LineState } from '../core/acquired.ts';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';

/** How every line of a partition stands, by what it said last. */
export interface LineBook extends LinesOnRecord {
  /** Those that give nothing, by `site/line` or `site/line/device`. */
  down(): ReadonlyMap<string, LineDown>;
}

type Standing = Pick<LineSaid, 'state' | 'fault'> & { readonly since: Instant };

const keyOf = ({ siteId, line, device }: Pick<LineSaid, 'siteId' | 'line' | 'device'>): string =>
  [siteId, line, ...(device === null ? [] : [device])].join('/');

/** Stores what is another than before, of sites that there are: said again, it is no news. */
export async function loadLineBook(db: Kysely<Database>, siteIds: readonly string[]): Promise<LineBook> {
  const known = new Set(siteIds);
  const standing = new Map<string, Standing>();
  for (const row of await newestLines(db, siteIds)) standing.set(keyOf(row), { ...row, since: row.recordedAt });

  return {
    take(said, now) {
      const next = new Map<string, Standing>();
      const news = said.filter((each) => {
        const key = keyOf(each);
        const before = next.get(key) ?? standing.get(key);
        if (!known.has(each.siteId) || (before?.state === each.state && before.fault === each.fault)) return false;
        next.set(key, { state: each.state, fault: each.fault, since: now });
        return true;
      });
      if (news.length === 0) return null;
      return {
        statements: [insertLineChanges(news, now)],
        adopt() {
          for (const [key, each] of next) standing.set(key, each);
        },
      };
    },
    down() {
      const down = new Map<string, LineDown>();
      for (const [key, { state, fault, since }] of standing)
        if (state === 'faulty') down.set(key, { since, atOnce: fault === 'gone' });
      return down;
    },
  };
}

/** What each line and device said last. */
export async function newestLines(
  db: Kysely<Database>,
  siteIds: readonly string[],
): Promise<(LineSaid & { readonly recordedAt: Instant })[]> {
  if (siteIds.length === 0) return [];
  const { rows } = await sql<{
    site_id: string;
    line: string;
    device: string | null;
    state: LineState;
    fault: LineFault | null;
    detail: string | null;
    at: Date;
    recorded_at: Date;
  }>`
    select distinct on (site_id, line, device) * from line_change
    where site_id = any(${siteIds}) order by site_id, line, device, id desc`.execute(db);
  return rows.map(({ site_id: siteId, recorded_at: recordedAt, at, ...row }) => ({
    ...row,
    siteId,
    at: instant(at.getTime()),
    recordedAt: instant(recordedAt.getTime()),
  }));
}

const insertLineChanges = (said: readonly LineSaid[], now: Instant): QueryConfig => ({
  name: 'insert-line-changes',
  text: `insert into line_change (site_id, line, device, state, fault, detail, at, recorded_at)
    select site_id, line, device, state, fault, detail, at, $8
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) with ordinality
      as t (site_id, line, device, state, fault, detail, at, place)
    order by place`,
  values: [
    said.map(({ siteId }) => siteId),
    said.map(({ line }) => line),
    said.map(({ device }) => device),
    said.map(({ state }) => state),
    said.map(({ fault }) => fault),
    said.map(({ detail }) => detail),
    said.map(({ at }) => new Date(at)),
    new Date(now),
  ],
});
