import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { BenchHouse } from './house.ts';
import { readingAt } from './workload.ts';
import type { Load } from './workload.ts';

/** Each run has an observed time of its own, so that nothing is stored already. */
export interface Run extends Load {
  /** Readings. */
  readonly count: number;
}

/** Publishes a run's messages and waits until the last is stored in `table`. Returns readings a second. */
export async function publishAndStore(house: BenchHouse, table: string, prefix: string, run: Run): Promise<number> {
  const { sensors, count, firstMs, each } = run;
  const last = readingAt(count - 1, run);
  const lastId = await sensorId(house, table, last.sensor);
  const generator = spawn(
    process.execPath,
    [
      'tests/bench/generator.ts',
      ...[house.broker.port, 'instruments', 'instruments', prefix, sensors, count, firstMs, each].map(String),
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const published = once(generator, 'exit');
  await once(generator, 'message');
  const begin = performance.now();
  const isStored = `select 1 from ${table} where sensor_id = $1 and observed_at = $2`;
  while ((await house.database.pool.query(isStored, [lastId, new Date(last.at)])).rowCount === 0) await delay(10);
  const seconds = (performance.now() - begin) / 1000;
  await published;
  const { rows } = await house.database.pool.query<{ n: number }>(
    `select count(*) as n from ${table} where observed_at >= $1 and observed_at <= $2`,
    [new Date(firstMs), new Date(last.at)],
  );
  if (rows[0]?.n !== count) throw new Error(`${table} has ${String(rows[0]?.n)} of ${String(count)} readings`);
  return count / seconds;
}

/** The bare pipeline numbers its sensors as their codes do. */
async function sensorId(house: BenchHouse, table: string, code: string): Promise<number> {
  if (table !== 'reading') return Number(code.slice(1));
  const row = await house.database.db
    .selectFrom('sensor')
    .select('id')
    .where('code', '=', code)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** The same rows by COPY: what the database can take at most. Returns readings a second. */
export async function copyRows(house: BenchHouse, run: Run): Promise<number> {
  const { sensors, count } = run;
  const lines = Array.from({ length: count }, (_, i) => {
    const time = new Date(readingAt(i, run).at).toISOString();
    return `${String(i % sensors)}\t${time}\t${time}\t338.5\tgood\n`;
  });
  const chunks = Array.from({ length: Math.ceil(count / 1000) }, (_, i) =>
    lines.slice(i * 1000, (i + 1) * 1000).join(''),
  );
  const client = await house.database.pool.connect();
  try {
    const begin = performance.now();
    const into = client.query(
      copyFrom('copy copied_reading (sensor_id, observed_at, received_at, value, quality) from stdin'),
    );
    await pipeline(Readable.from(chunks), into);
    return count / ((performance.now() - begin) / 1000);
  } finally {
    client.release();
  }
}

/** Rows of one statement of `unnestRows`. */
const ROWS = 10_000;

/** The same rows by the statement of the reading commit and nothing else: no broker, no decoding, no judging. Returns readings a second. */
export async function unnestRows(house: BenchHouse, run: Run): Promise<number> {
  const client = await house.database.pool.connect();
  try {
    const begin = performance.now();
    for (let first = 0; first < run.count; first += ROWS) {
      const rows = Array.from({ length: Math.min(ROWS, run.count - first) }, (_, i) => readingAt(first + i, run));
      const list = (numbers: readonly (number | string)[]): string => `{${numbers.join(',')}}`;
      const times = list(rows.map(({ at }) => at));
      await client.query({
        name: 'unnest-alone',
        text: `insert into unnested_reading (sensor_id, observed_at, received_at, value, quality)
          select sensor_id, to_timestamp(observed / 1000), to_timestamp(received / 1000), value, 'good'
          from unnest($1::int[], $2::float8[], $3::float8[], $4::float8[]) as t (sensor_id, observed, received, value)
          on conflict do nothing`,
        values: [list(rows.map(({ sensor }) => sensor.slice(1))), times, times, list(rows.map(({ value }) => value))],
      });
    }
    return run.count / ((performance.now() - begin) / 1000);
  } finally {
    client.release();
  }
}
