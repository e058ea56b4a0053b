import type pg from 'pg';
import { DAY, SECOND } from '../../src/core/time.ts';
import type { Clock, Instant } from '../../src/core/time.ts';
import type { SourceCounts, Tally } from '../source-counts.ts';
import { beginUnderLease } from './lease.ts';
import type { Lease } from './lease.ts';

/** Counts are stored this often, a portion a tick. What was counted since is lost when the process is killed. */
const EVERY_MS = 30 * SECOND;
/** Rows in one statement at most: with sixty thousand sensors a round takes as many ticks as it lasts seconds. */
const PORTION = 2_000;
const KEPT_MS = 31 * DAY;
/** Old rows that one round drops at most. */
const DROPPED_MAX = 10_000;

interface FlushPorts {
  readonly client: pg.Client;
  readonly lease: Lease;
  readonly counts: SourceCounts;
  readonly clock: Clock;
}

/** Stores what was counted, under the lease, in transactions of their own. */
export interface SourceCountFlush {
  /** The next portion, if it is time. */
  tick(): Promise<void>;
  /** All of it, now. */
  all(): Promise<void>;
}

export function sourceCountFlush({ client, lease, counts, clock }: FlushPorts): SourceCountFlush {
  let roundAt = -Infinity;
  let inRound = false;

  const store = async (): Promise<void> => {
    const portion = counts.portion(PORTION);
    inRound = portion.length === PORTION;
    if (portion.length === 0) return;
    await beginUnderLease(client, lease);
    await client.query(addTallies(portion));
    if (!inRound) await client.query(dropOld(clock.now()));
    // When the answer to COMMIT is lost they count as stored: rather once too few than twice.
    counts.stored(portion);
    await client.query('commit');
  };

  return {
    async tick() {
      if (!inRound && clock.now() - roundAt < EVERY_MS) return;
      if (!inRound) roundAt = clock.now();
      await store();
    },
    async all() {
      do await store();
      while (counts.size > 0);
    },
  };
}

const addTallies = (tallies: readonly Tally[]): pg.QueryConfig => ({
  name: 'add-tallies',
  text: `insert into source_hour as known (sensor_id, hour, good, doubtful, late, doubled, last_good_at)
    select * from unnest($1::int[], $2::timestamptz[], $3::int[], $4::int[], $5::int[], $6::int[], $7::timestamptz[])
    on conflict (sensor_id, hour) do update set
      good = known.good + excluded.good, doubtful = known.doubtful + excluded.doubtful,
      late = known.late + excluded.late, doubled = known.doubled + excluded.doubled,
      last_good_at = greatest(known.last_good_at, excluded.last_good_at)`,
  values: [
    tallies.map(({ sensorId }) => sensorId),
    tallies.map(({ hour }) => new Date(hour)),
    tallies.map(({ good }) => good),
    tallies.map(({ doubtful }) => doubtful),
    tallies.map(({ late }) => late),
    tallies.map(({ doubled }) => doubled),
    tallies.map(({ lastGoodAt }) => (lastGoodAt === null ? null : new Date(lastGoodAt))),
  ],
});

const dropOld = (now: Instant): pg.QueryConfig => ({
  name: 'drop-old-tallies',
  text: `delete from source_hour where ctid in (select ctid from source_hour where hour < $1 limit ${String(DROPPED_MAX)})`,
  values: [new Date(now - KEPT_MS)],
});
