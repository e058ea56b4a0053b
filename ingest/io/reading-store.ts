import type { ClientBase, QueryConfig } from 'pg';
import type { Flag, Reading } from '../../src/core/reading.ts';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Marks } from '../sensor-memory.ts';
import { keyText } from '../take-in.ts';
import type { Key, StoredValues } from '../take-in.ts';

/** Numbers as an array literal: pg's own would quote and escape each. */
const numbers = <T>(items: readonly T[], pick: (item: T) => number | null): string => {
  let text = '{';
  for (let i = 0; i < items.length; i += 1) text += (i === 0 ? '' : ',') + String(pick(items[i] as T));
  return `${text}}`;
};

/** Stores readings. Which of them are new was found out before: fewer rows than readings means that it is no longer so. */
export function insertReadings(readings: readonly Reading[]): QueryConfig {
  const isPlain = readings.every(
    ({ quality, flags, version }) => quality === 'good' && flags.length === 0 && version === 0,
  );
  const values: unknown[] = [
    numbers(readings, (reading) => reading.sensorId),
    numbers(readings, (reading) => reading.observedAt),
    numbers(readings, (reading) => reading.receivedAt),
    numbers(readings, (reading) => reading.value),
  ];
  if (isPlain) {
    return {
      name: 'insert-plain-readings',
      text: `insert into reading (sensor_id, observed_at, received_at, value, quality)
        select sensor_id, to_timestamp(observed / 1000), to_timestamp(received / 1000), value, 'good'
        from unnest($1::int[], $2::float8[], $3::float8[], $4::float8[]) as t (sensor_id, observed, received, value)
        on conflict do nothing`,
      values,
    };
  }
  return {
    name: 'insert-readings',
    text: `insert into reading (sensor_id, observed_at, received_at, value, quality, flags, version)
      select sensor_id, to_timestamp(observed / 1000), to_timestamp(received / 1000), value, quality, flags::text[], version
      from unnest($1::int[], $2::float8[], $3::float8[], $4::float8[], $5::text[], $6::text[], $7::int[])
        as t (sensor_id, observed, received, value, quality, flags, version)
      on conflict do nothing`,
    values: [
      ...values,
      readings.map(({ quality }) => quality),
      readings.map(({ flags }) => flagText(flags)),
      numbers(readings, (reading) => reading.version),
    ],
  };
}

/** Stores second values for keys that have one already. */
export const insertConflicts = (conflicts: readonly Reading[]): QueryConfig => ({
  name: 'insert-conflicts',
  text: `insert into reading_conflict (sensor_id, observed_at, received_at, value, flags)
    select sensor_id, to_timestamp(observed / 1000), to_timestamp(received / 1000), value, flags::text[]
    from unnest($1::int[], $2::float8[], $3::float8[], $4::float8[], $5::text[])
      as t (sensor_id, observed, received, value, flags)
    on conflict do nothing`,
  values: [
    numbers(conflicts, (reading) => reading.sensorId),
    numbers(conflicts, (reading) => reading.observedAt),
    numbers(conflicts, (reading) => reading.receivedAt),
    numbers(conflicts, (reading) => reading.value),
    conflicts.map(({ flags }) => flagText(flags)),
  ],
});

const flagText = (flags: readonly Flag[]): string | null => (flags.length === 0 ? null : `{${flags.join(',')}}`);

/** The values stored under some keys. */
export async function valuesUnder(client: ClientBase, keys: readonly Key[]): Promise<StoredValues> {
  const { rows } = await client.query<{ sensor_id: number; observed: number; stored: (number | null)[] }>({
    name: 'values-under-keys',
    text: `with key as (
        select distinct sensor_id, to_timestamp(observed / 1000) as observed_at, observed
        from unnest($1::int[], $2::float8[]) as t (sensor_id, observed)
      ), found as (
        select key.sensor_id, observed, value from key join reading using (sensor_id, observed_at)
        union all
        select key.sensor_id, observed, value from key join reading_conflict using (sensor_id, observed_at)
      )
      select sensor_id, observed, array_agg(value) as stored from found group by sensor_id, observed`,
    values: [numbers(keys, (key) => key.sensorId), numbers(keys, (key) => key.observedAt)],
  });
  return new Map(
    rows.map((row) => [keyText({ sensorId: row.sensor_id, observedAt: instant(row.observed) }), row.stored]),
  );
}

/** A sensor's marks, and its newest arrival but for what came late, or was no number of its instrument; none where its device is gone. */
export interface History extends Omit<Marks, 'past'> {
  readonly heard: { readonly at: Instant; readonly doubtful: boolean } | null;
}

/** How far sensors have come, by id; those without any reading are not in it. One index look-up each, a few for clock faults. */
export async function loadHistories(client: ClientBase, sensorIds: readonly number[]): Promise<Map<number, History>> {
  const { rows } = await client.query<{
    id: number;
    newest: number;
    judged: number | null;
    heard: number | null;
    doubtful: boolean | null;
    gone: boolean;
  }>(
    `select sensor.id, ms(newest.observed_at) as newest, numbered.quality = 'doubtful' as doubtful,
       (newest.value is null and newest.flags && '{not-connected}') is true as gone,
       ms(believed.observed_at) as judged,
       greatest(ms(numbered.received_at), case when believed.value is not null then ms(believed.received_at) end,
         ms(on_arrival.received_at), ms(conflict.received_at)) as heard
     from unnest($1::int[]) as sensor (id)
     join lateral (
       select * from reading where sensor_id = id order by observed_at desc limit 1
     ) newest on true
     left join lateral (
       select * from reading where sensor_id = id and (value is not null or version > 0)
       order by observed_at desc limit 1
     ) numbered on true
     left join lateral (
       select * from reading where sensor_id = id and (flags && ${CLOCK_FAULTS}) is not true
       order by observed_at desc limit 1
     ) believed on true
     left join lateral (
       select * from reading where sensor_id = id and flags && ${CLOCK_FAULTS} and value is not null order by received_at desc limit 1
     ) on_arrival on true
     left join lateral (
       select max(received_at) as received_at from reading_conflict where sensor_id = id
     ) conflict on true`.replaceAll(/\bms\(([\w.]+)\)/g, 'extract(epoch from $1)::float8 * 1000'),
    [sensorIds],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        newestStoredAt: instant(Math.round(row.newest)),
        judgedUpTo: instant(row.judged === null ? -Infinity : Math.round(row.judged)),
        heard:
          row.heard === null || row.gone
            ? null
            : { at: instant(Math.round(row.heard)), doubtful: row.doubtful === true },
      },
    ]),
  );
}

/** As the partial index for them is declared. */
const CLOCK_FAULTS = `array['clock-ahead', 'before-installation']`;
