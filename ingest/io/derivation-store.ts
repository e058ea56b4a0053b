import type { ClientBase } from 'pg';
import { DAY, instant } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import type { Derivation } from '../derivation.ts';
import type { InputReading, Span, StoredInputs } from '../input-view.ts';
import { PairingDesk } from '../pairing.ts';
import type { Waiting } from '../waiting.ts';

/** Columns of a reading as derivations take it; its time is wrong where one of these flags says so. */
const INPUT = `r.sensor_id, extract(epoch from r.observed_at)::float8 * 1000 as at,
  extract(epoch from r.received_at)::float8 * 1000 as received, r.value,
  r.quality = 'doubtful' or (r.flags && array['retired']) is true as doubtful,
  (r.flags && array['maintenance']) is true as maintenance,
  (r.flags && array['out-of-range']) is true as out_of_range,
  (r.flags && array['clock-ahead', 'before-installation']) is not true as believed`;

interface InputRow {
  readonly sensor_id: number;
  readonly at: number;
  readonly received: number;
  readonly value: number | null;
  readonly doubtful: boolean;
  readonly maintenance: boolean;
  readonly out_of_range: boolean;
  readonly believed: boolean;
}

/** The readings in some spans, oldest first; of several versions of one instant the newest. */
export async function readInputs(client: ClientBase, spans: readonly Span[]): Promise<StoredInputs> {
  if (spans.length === 0) return new Map();
  const { rows } = await client.query<InputRow>({
    name: 'inputs-in-spans',
    text: `select distinct on (r.sensor_id, r.observed_at) ${INPUT}
      from unnest($1::int[], $2::float8[], $3::float8[]) as span (sensor_id, first, last)
      join reading r on r.sensor_id = span.sensor_id
        and r.observed_at between to_timestamp(first / 1000) and to_timestamp(last / 1000)
      order by r.sensor_id, r.observed_at, r.version desc`,
    values: [
      spans.map(({ sensorId }) => sensorId),
      spans.map(({ from }) => Math.floor(from)),
      spans.map(({ to }) => Math.ceil(to)),
    ],
  });
  return Map.groupBy(rows.map(inputOf), ({ sensorId }) => sensorId);
}

const inputOf = (row: InputRow): InputReading & { readonly sensorId: number } => ({
  sensorId: row.sensor_id,
  at: instant(Math.round(row.at)),
  receivedAt: instant(Math.round(row.received)),
  value: row.value,
  doubtful: row.doubtful,
  maintenance: row.maintenance,
  outOfRange: row.out_of_range,
  believed: row.believed,
});

/** A late primary reading that was waiting when its process ended is looked for this far back. */
const LOOK_BACK_MS: DurationMs = DAY;

interface StartOptions {
  readonly derivations: readonly Derivation[];
  /** Since when each derived sensor has been one: nothing that came before is derived, and judged, by surprise. */
  readonly since: ReadonlyMap<number, Instant>;
  readonly startedAt: Instant;
}

/** The desk as it must be at a start: primary readings that have given nothing yet wait again. */
export async function loadPairing(client: ClientBase, options: StartOptions): Promise<PairingDesk> {
  const { derivations } = options;
  if (derivations.length === 0) return new PairingDesk({ derivations, newest: new Map(), waiting: new Map() });
  const inputIds = derivations.flatMap(({ primaryId, inputs }) => [
    primaryId,
    ...inputs.map(({ sensorId }) => sensorId),
  ]);
  return new PairingDesk({
    derivations,
    newest: await newestOf(client, [...new Set(inputIds)]),
    waiting: await waitingOf(client, options),
  });
}

async function newestOf(client: ClientBase, ids: readonly number[]): Promise<Map<number, Instant>> {
  const { rows } = await client.query<InputRow>(
    `select ${INPUT} from unnest($1::int[]) as input (id)
     join lateral (
       select * from reading where sensor_id = id and (flags && array['clock-ahead', 'before-installation']) is not true
       order by observed_at desc limit 1
     ) r on true`,
    [ids],
  );
  return new Map(rows.map((row) => [row.sensor_id, instant(Math.round(row.at))]));
}

async function waitingOf(client: ClientBase, options: StartOptions): Promise<Map<number, Waiting[]>> {
  const { derivations, since, startedAt } = options;
  const { rows } = await client.query<InputRow & { readonly derived_id: number; readonly is_late: boolean }>(
    `select distinct on (derived_id, r.observed_at) derived_id, ${INPUT}, coalesce(r.observed_at < done.newest, false) as is_late
     from unnest($1::int[], $2::int[], $3::float8[]) as derivation (derived_id, primary_id, since)
     left join lateral (
       select observed_at as newest from reading
       where sensor_id = derived_id and (flags && array['clock-ahead', 'before-installation']) is not true
       order by observed_at desc limit 1
     ) done on true
     join reading r on r.sensor_id = primary_id
       and r.observed_at > coalesce(done.newest - $4::float8 * interval '1 ms', '-infinity')
       and r.received_at >= to_timestamp(since / 1000)
     where not exists (select from reading d where d.sensor_id = derived_id and d.observed_at = r.observed_at)
     order by derived_id, r.observed_at, r.version desc`,
    [
      derivations.map(({ sensor }) => sensor.id),
      derivations.map(({ primaryId }) => primaryId),
      derivations.map(({ sensor }) => Math.max(0, since.get(sensor.id) ?? 0)),
      LOOK_BACK_MS,
    ],
  );
  const waiting = rows.map((row) => ({
    ...inputOf(row),
    derivedId: row.derived_id,
    patient: row.is_late || !row.believed,
    since: startedAt,
    tried: false,
  }));
  return Map.groupBy(waiting, ({ derivedId }) => derivedId);
}
