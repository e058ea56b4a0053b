import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { SensorView } from '../../contract/http.ts';
import type { Database } from '../../platform/database.ts';

type Newest = NonNullable<SensorView['newest']>;

interface Row {
  readonly sensor_id: number;
  readonly observed_at: Date;
  readonly received_at: Date;
  readonly value: number;
  readonly doubtful: boolean;
  readonly flags: string[];
}

/**
 * The newest reading of each sensor of a site, by the time it was judged at: its own, or that of its arrival when its
 * clock could not be believed. One look into an index for each sensor and kind, however long the history is.
 */
export async function newestReadings(db: Kysely<Database>, siteId: string): Promise<ReadonlyMap<number, Newest>> {
  const { rows } = await sql<Row>`
    select sensor.id as sensor_id, newest.observed_at, newest.received_at, newest.value, newest.quality = 'doubtful' as doubtful,
      coalesce(newest.flags, '{}') as flags
    from sensor
    cross join lateral (
      (select observed_at, received_at, value, quality, flags, observed_at as judged_at
       from reading
       where sensor_id = sensor.id and value is not null
         and (flags is null or not flags && array['clock-ahead', 'before-installation'])
       order by observed_at desc, version desc limit 1)
      union all
      (select observed_at, received_at, value, quality, flags, received_at as judged_at
       from reading
       where sensor_id = sensor.id and value is not null and flags && array['clock-ahead', 'before-installation']
       order by received_at desc limit 1)
      order by judged_at desc limit 1
    ) as newest
    where sensor.site_id = ${siteId}`.execute(db);
  return new Map(
    rows.map(({ sensor_id, observed_at, received_at, value, doubtful, flags }) => [
      sensor_id,
      { observedAt: observed_at.getTime(), receivedAt: received_at.getTime(), value, doubtful, flags },
    ]),
  );
}
