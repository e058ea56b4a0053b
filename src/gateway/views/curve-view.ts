import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Curve } from '../../contract/http.ts';
import { AppError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

interface CurveQuery {
  readonly sensorId: number;
  /** Included. */
  readonly from: Instant;
  /** Excluded. */
  readonly to: Instant;
  /** Above this many stored readings the curve is thinned to about as many. */
  readonly points: number;
}

type Point = Curve['points'][number];

/**
 * The readings of a span, oldest first. A long one is thinned to the first, last, lowest and highest reading of
 * each bucket of the time they cover (M4, Jugel et al. 2014): what is drawn equals the whole, and every point was measured.
 * Good and doubtful readings are thinned apart, so that neither hides an extreme of the other.
 */
export async function curveOf(db: Kysely<Database>, query: CurveQuery): Promise<Curve> {
  const { sensorId, from, to, points } = query;
  const sensor = await db.selectFrom('sensor').select('id').where('id', '=', sensorId).executeTakeFirst();
  if (sensor === undefined) throw new AppError('sensor/not-found', `no sensor has the number ${String(sensorId)}`);
  const covered = await span(db, query)
    .select((eb) => [
      eb.fn.countAll<number>().as('stored'),
      eb.fn.min('observed_at').as('first'),
      eb.fn.max('observed_at').as('last'),
    ])
    .executeTakeFirstOrThrow();
  const { stored, first, last } = covered;
  const isShort = stored <= points || first === null || last === null;
  const found = isShort ? await everyPoint(db, query) : await extremes(db, query, first.getTime(), last.getTime());
  return { sensorId, from, to, stored, points: found };
}

const span = (db: Kysely<Database>, { sensorId, from, to }: CurveQuery) =>
  db
    .selectFrom('reading')
    .where('sensor_id', '=', sensorId)
    .where('observed_at', '>=', new Date(from))
    .where('observed_at', '<', new Date(to))
    .where('value', 'is not', null);

async function everyPoint(db: Kysely<Database>, query: CurveQuery): Promise<Point[]> {
  const rows = await span(db, query)
    .select(['observed_at', 'value', 'quality'])
    .orderBy('observed_at')
    .orderBy('version')
    .execute();
  return rows.map(({ observed_at, value, quality }) => [
    observed_at.getTime(),
    Number(value),
    quality === 'doubtful' ? 1 : 0,
  ]);
}

type Extreme = [number, number];

async function extremes(db: Kysely<Database>, query: CurveQuery, start: number, end: number): Promise<Point[]> {
  const bucketMs = Math.ceil((end - start + 1) / Math.floor(query.points / 4));
  const ms = sql<number>`extract(epoch from observed_at)::float8 * 1000`;
  // Arrays compare element by element: the smallest [value, time] is the lowest reading, and of equals the first.
  const rows = await span(db, query)
    .select([
      sql<boolean>`quality = 'doubtful'`.as('doubtful'),
      sql<Extreme>`min(array[${ms}, value])`.as('first'),
      sql<Extreme>`max(array[${ms}, value])`.as('last'),
      sql<Extreme>`min(array[value, ${ms}])`.as('lowest'),
      sql<Extreme>`max(array[value, -(${ms})])`.as('highest'),
    ])
    .groupBy([sql`floor((${ms} - ${start}::float8) / ${bucketMs}::float8)`, sql`quality = 'doubtful'`])
    .execute();
  const points = rows.flatMap(({ doubtful, first, last, lowest, highest }) => {
    const mark = doubtful ? 1 : 0;
    return [first, [lowest[1], lowest[0]], [-highest[1], highest[0]], last].map(
      ([at = 0, value = 0]): Point => [Math.round(at), value, mark],
    );
  });
  points.sort((a, b) => a[0] - b[0]);
  return points.filter((point, i) => i === 0 || point[0] !== points[i - 1]?.[0] || point[1] !== points[i - 1]?.[1]);
}
