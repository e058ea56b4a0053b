import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import type { ConnectionsView, SourceView } from '../../contract/http.ts';
import type { Pulse } from '../../contract/live.ts';
import { SECOND } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { configInForce } from './site-content.ts';
import { carriersOf } from './carrier-view.ts';
import { COUNTED_MS } from './quarantine-view.ts';

interface ConnectionsQuery {
  readonly siteId: string;
  readonly now: Instant;
  /** null: the judge is not heard; then nothing is known to be connected. */
  readonly judge: Pulse | null;
}

/** How each sensor and channel of a site reaches us: in the order in which they are written. Throws `site/not-found`. */
export function connectionsOf(
  db: Kysely<Database>,
  { siteId, now, judge }: ConnectionsQuery,
): Promise<ConnectionsView> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => ({
      now,
      line: { judge: judge !== null, broker: judge?.broker ?? false, database: judge?.database ?? false },
      sources: await sourcesOf(tx, siteId, now),
      carriers: await carriersOf(tx, now),
    }));
}

async function sourcesOf(tx: Transaction<Database>, siteId: string, now: Instant): Promise<SourceView[]> {
  const { channels = [], sensors } = await configInForce(tx, siteId);
  const since = new Date(now - COUNTED_MS);
  const [arrivals, refusals] = [await arrivalsOf(tx, siteId, since), await refusalsOf(tx, siteId, since)];
  const all = [
    ...sensors.map((sensor) => ({ ...sensor, kind: sensor.derive === undefined ? 'sensor' : 'derived' }) as const),
    ...channels.map((channel) => ({ ...channel, kind: 'channel' }) as const),
  ];
  return all.flatMap(({ code, name, kind, unit, intervalSeconds }): SourceView[] => {
    const arrival = arrivals.get(code);
    if (arrival === undefined) return [];
    const refused = refusals.get(code);
    return [
      {
        sensorId: arrival.id,
        code,
        name,
        kind,
        unit,
        intervalMs: intervalSeconds * SECOND,
        lastAt: arrival.last_at?.getTime() ?? null,
        lastGoodAt: arrival.good_at?.getTime() ?? null,
        latencyMs: arrival.latency_ms ?? null,
        counts: {
          good: arrival.good ?? 0,
          doubtful: arrival.doubtful ?? 0,
          late: arrival.late ?? 0,
          doubled: arrival.doubled ?? 0,
          refused: refused?.count ?? 0,
        },
        flags: arrival.flags ?? [],
        refusal:
          refused === undefined ? null : { at: refused.at.getTime(), reason: refused.reason, detail: refused.detail },
      },
    ];
  });
}

interface Arrival {
  readonly id: number;
  readonly code: string;
  readonly last_at: Date | null;
  readonly good_at: Date | null;
  readonly latency_ms: number | null;
  readonly flags: string[] | null;
  readonly good: number | null;
  readonly doubtful: number | null;
  readonly late: number | null;
  readonly doubled: number | null;
}

/**
 * One look into an index for each sensor and question. Readings are found by when they were measured: the newest few
 * tell of arrivals, and where none of them is good the counts still know when one was.
 */
async function arrivalsOf(tx: Transaction<Database>, siteId: string, since: Date): Promise<Map<string, Arrival>> {
  const { rows } = await sql<Arrival>`
    select sensor.id, sensor.code, newest.flags, newest.latency_ms,
      greatest(newest.received_at, recent.last_at) as last_at, coalesce(recent.good_at, counted.good_at) as good_at,
      tally.good, tally.doubtful, tally.late, tally.doubled
    from sensor
    left join lateral (
      (select received_at, flags, extract(epoch from received_at - observed_at)::float8 * 1000 as latency_ms, observed_at as judged_at
       from reading
       where sensor_id = sensor.id and (flags is null or not flags && array['clock-ahead', 'before-installation'])
       order by observed_at desc, version desc limit 1)
      union all
      (select received_at, flags, extract(epoch from received_at - observed_at)::float8 * 1000, received_at
       from reading
       where sensor_id = sensor.id and flags && array['clock-ahead', 'before-installation']
       order by received_at desc limit 1)
      order by judged_at desc limit 1
    ) as newest on true
    left join lateral (
      select max(received_at) as last_at,
        max(received_at) filter (where quality = 'good' and (flags is null or not flags @> array['late'])) as good_at
      from (select * from reading where sensor_id = sensor.id order by observed_at desc, version desc limit 20) as last
    ) as recent on true
    left join lateral (
      select last_good_at as good_at from source_hour
      where sensor_id = sensor.id and last_good_at is not null order by hour desc limit 1
    ) as counted on recent.good_at is null
    left join lateral (
      select sum(good) as good, sum(doubtful) as doubtful, sum(late) as late, sum(doubled) as doubled
      from source_hour where sensor_id = sensor.id and hour > ${since}
    ) as tally on true
    where sensor.site_id = ${siteId}`.execute(tx);
  return new Map(rows.map((row) => [row.code, row]));
}

interface Refused {
  readonly code: string;
  readonly count: number;
  readonly at: Date;
  readonly reason: string;
  readonly detail: string;
}

/** What was refused since and is no reading yet, by the sensors that it names. */
async function refusalsOf(tx: Transaction<Database>, siteId: string, since: Date): Promise<Map<string, Refused>> {
  const { rows } = await sql<Refused>`
    select code, total.count, newest.received_at as at, newest.reason, newest.detail
    from (
      select code, count(*) as count, max(id) as newest
      from quarantine cross join lateral unnest(sensor_codes) as code
      where site_id = ${siteId} and received_at > ${since} and replayed_at is null
      group by code
    ) as total
    join quarantine as newest on newest.id = total.newest`.execute(tx);
  return new Map(rows.map((row) => [row.code, row]));
}
