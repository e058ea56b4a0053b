import type pg from 'pg';
import type { Delivery } from '../../adapters/adapter.ts';
import { PAYLOAD_BYTES_MAX } from '../../src/core/sample.ts';
import type { Refusal, Sample } from '../../src/core/sample.ts';
import { instant } from '../../src/core/time.ts';
import type { Clock, Instant } from '../../src/core/time.ts';
import type { Registry } from '../sensor-memory.ts';
import { beginUnderLease } from './lease.ts';
import type { Lease } from './lease.ts';
import type { Committed, ReadingCommit } from './reading-commit.ts';

/** Messages read again between two commits of live ones. */
const PORTION = 200;
/** Samples in one portion at most, unless one message has more: a commit must be one that can be answered in time. */
const SAMPLES_MAX = 20_000;

/** A message as it was kept. */
interface Kept {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly receivedAt: Instant;
}

interface ReplayPorts {
  readonly client: pg.Client;
  readonly lease: Lease;
  readonly commit: Pick<ReadingCommit, 'takeAgain'>;
  readonly registry: Registry;
  /** By the present mappings. */
  readonly decode: (message: Kept) => { readonly samples: readonly Sample[]; readonly refusals: readonly Refusal[] };
  readonly clock: Clock;
}

/**
 * Reads refused messages of a site again, as somebody asked: those with a sample of a sensor that is known now go
 * through the ordinary reading commit with the time at which they once came, in that order. A row whose reason is gone
 * is marked as replayed; what is wrong with the message besides has a row of its own, once, however often this is done.
 * How far it came stands beside what was asked for: after a crash it goes on, and what is stored is not stored again.
 *
 * @returns reads the next portion and says what that added; null when there is nothing to do.
 */
export function quarantineReplay(ports: ReplayPorts): () => Promise<Committed | null> {
  const { client, registry, commit } = ports;
  return async () => {
    const { rows: asked } = await client.query<Asked>(NEXT_ASKED);
    const [replay] = asked;
    if (replay === undefined) return null;
    const { rows } = await client.query<Row>(NEXT_PORTION, [
      replay.site_id,
      replay.up_to,
      replay.after_at,
      replay.after_id,
    ]);
    const attempts = fitting(rows, (row) => attemptOf(row, ports, replay.site_id));
    const deliveries = attempts.flatMap(({ delivery }) => delivery ?? []);
    const committed = await commit.takeAgain(deliveries);
    const became = attempts.filter(({ row, delivery }) => delivery !== null && !isRefusedAgain(row, committed));
    const isLast = attempts.length === rows.length && rows.length < PORTION;
    await remember(ports, replay, { attempts, became: became.map(({ row }) => row.id), isLast });
    return committed;
  };

  function attemptOf(row: Row, { decode }: ReplayPorts, siteId: string): Attempt {
    const { topic, payload, reason } = row;
    // The end of it is not kept.
    if (reason === 'payload-too-large' || payload.length >= PAYLOAD_BYTES_MAX) return { row, delivery: null };
    const { samples, refusals } = decode({ topic, payload, receivedAt: instant(row.received_at.getTime()) });
    const isOurs = samples.some(
      (sample) => sample.siteId === siteId && registry.find(siteId, sample.sensorCode) !== undefined,
    );
    return { row, delivery: isOurs ? { topic, payload, samples, refusals, settle: () => {} } : null };
  }
}

interface Asked {
  readonly id: number;
  readonly site_id: string;
  readonly up_to: number;
  readonly after_at: string;
  readonly after_id: number;
}

interface Row {
  readonly id: number;
  readonly received_at: Date;
  readonly topic: string;
  readonly payload: Buffer;
  readonly reason: string;
}

interface Attempt {
  readonly row: Row;
  /** null: it still makes no reading of this site. */
  readonly delivery: Delivery | null;
}

const NEXT_ASKED = `select id, site_id, up_to, after_at::text, after_id from quarantine_replay
  where done_at is null order by id limit 1`;

/** What names no site may have been meant for this one. */
const NEXT_PORTION = `select id, received_at, topic, payload, reason from quarantine
  where (site_id = $1 or site_id is null) and id <= $2 and (received_at, id) > ($3::timestamptz, $4::bigint) and replayed_at is null
  order by received_at, id limit ${String(PORTION)}`;

const isRefusedAgain = ({ payload, reason }: Row, { refusals }: Committed): boolean =>
  refusals.some((refusal) => refusal.payload === payload && refusal.reason === reason);

/** The first of them that make a portion. */
function fitting(rows: readonly Row[], attemptOf: (row: Row) => Attempt): readonly Attempt[] {
  const attempts: Attempt[] = [];
  let samples = 0;
  for (const row of rows) {
    const attempt = attemptOf(row);
    samples += attempt.delivery?.samples.length ?? 0;
    if (samples > SAMPLES_MAX && attempts.length > 0) break;
    attempts.push(attempt);
  }
  return attempts;
}

interface Portion {
  readonly attempts: readonly Attempt[];
  readonly became: readonly number[];
  readonly isLast: boolean;
}

async function remember(
  { client, lease, clock }: ReplayPorts,
  { id }: Asked,
  { attempts, became, isLast }: Portion,
): Promise<void> {
  const now = new Date(clock.now());
  const last = attempts.at(-1)?.row;
  await beginUnderLease(client, lease);
  await client.query('update quarantine set replayed_at = $2 where id = any($1::bigint[])', [became, now]);
  await client.query(
    `update quarantine_replay set stored = stored + $2, refused = refused + $3,
       after_at = coalesce($4, after_at), after_id = coalesce($5, after_id), done_at = $6
     where id = $1`,
    [
      id,
      became.length,
      attempts.length - became.length,
      last?.received_at ?? null,
      last?.id ?? null,
      isLast ? now : null,
    ],
  );
  await client.query('commit');
}
