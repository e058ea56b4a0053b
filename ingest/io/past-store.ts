import type { ClientBase } from 'pg';
import type { Flag } from '../../src/core/reading.ts';
import type { Sensor } from '../../src/core/sensor.ts';
import { instant } from '../../src/core/time.ts';
import { NOT_COMPARED, lookBack, rememberedOf } from '../plausible/past.ts';
import type { Past, Remembered } from '../plausible/past.ts';

/** What is remembered of the sensors of which something is looked at, by id: the same as if there had been no start. */
export async function loadPasts(client: ClientBase, sensors: readonly Sensor[]): Promise<Map<number, Past>> {
  const lengths = sensors
    .map(({ id, plausibility }) => ({ id, length: lookBack(plausibility) }))
    .filter(({ length }) => length > 0);
  const pasts = new Map<number, Remembered[]>(lengths.map(({ id }) => [id, []]));
  if (lengths.length === 0) return pasts;
  const { rows } = await client.query<{ id: number; at: number; value: number; flags: Flag[] | null }>(
    `select sensor.id, extract(epoch from r.observed_at)::float8 * 1000 as at, r.value, r.flags
     from unnest($1::int[], $2::int[]) as sensor (id, length)
     join lateral (
       select observed_at, value, flags from reading
       where sensor_id = id and value is not null and (flags && $3::text[]) is not true
       order by observed_at desc limit length
     ) r on true
     order by sensor.id, r.observed_at`,
    [lengths.map(({ id }) => id), lengths.map(({ length }) => length), NOT_COMPARED],
  );
  for (const { id, at, value, flags } of rows) {
    const each = rememberedOf({ observedAt: instant(Math.round(at)), value, flags: flags ?? [] });
    if (each !== null) pasts.get(id)?.push(each);
  }
  return pasts;
}
