import type { ClientBase } from 'pg';
import { AppError } from '../../src/core/errors.ts';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { mayTakeOver } from '../lease.ts';

/** The right to write readings of a partition, for as long as no other epoch has begun. */
export interface Lease {
  readonly partition: string;
  readonly epoch: number;
}

/** A session as others can look it up: a backend's number alone would be used again. */
const SESSION = `pid || '@' || extract(epoch from backend_start)`;

interface Taker {
  readonly partition: string;
  /** Unlike any other process's. */
  readonly processId: string;
  readonly now: Instant;
}

/** Takes the lease for the session of `client`, raising the epoch; `undefined` while another holds it. */
export async function takeLease(client: ClientBase, { partition, processId, now }: Taker): Promise<Lease | undefined> {
  const seen = await client.query<{ epoch: number; renewed_at: Date; holder_lives: boolean }>(
    `select epoch, renewed_at, split_part(holder, '/', 1) <> $2 and exists (
       select from pg_stat_activity where ${SESSION} = split_part(holder, '/', 2)
     ) as holder_lives from engine_lease where partition = $1`,
    [partition, processId],
  );
  const row = seen.rows[0];
  const lease = row && { holderLives: row.holder_lives, renewedAt: instant(row.renewed_at.getTime()) };
  if (!mayTakeOver(lease, now)) return undefined;
  const taken = await client.query<{ epoch: number }>(
    `insert into engine_lease as lease (partition, epoch, holder, taken_at, renewed_at)
     values ($1, 1, $4 || '/' || (select ${SESSION} from pg_stat_activity where pid = pg_backend_pid()), $2, $2)
     on conflict (partition) do update set
       epoch = lease.epoch + 1, holder = excluded.holder, taken_at = excluded.taken_at, renewed_at = excluded.renewed_at
     where lease.epoch = $3
     returning epoch`,
    [partition, new Date(now), row?.epoch ?? 0, processId],
  );
  const epoch = taken.rows[0]?.epoch;
  return epoch === undefined ? undefined : { partition, epoch };
}

/** Says that the holder still lives. Returns the revision of maintenance. @throws AppError `engine/lease-lost` */
export async function renewLease(client: ClientBase, { partition, epoch }: Lease, now: Instant): Promise<number> {
  const { rows } = await client.query<{ revision: number }>(
    `update engine_lease set renewed_at = $3 where partition = $1 and epoch = $2
     returning maintenance_revision as revision`,
    [partition, epoch, new Date(now)],
  );
  return revisionOf(rows, partition);
}

/**
 * Begins a transaction that nobody can take the partition over under, nor begin or end a maintenance. Returns the
 * revision of maintenance. @throws AppError `engine/lease-lost`
 */
export async function beginUnderLease(client: ClientBase, { partition, epoch }: Lease): Promise<number> {
  await client.query('begin');
  const { rows } = await client.query<{ revision: number }>({
    name: 'hold-lease',
    text: `select maintenance_revision as revision from engine_lease
      where partition = $1 and epoch = $2 for share`,
    values: [partition, epoch],
  });
  return revisionOf(rows, partition);
}

function revisionOf([row]: readonly { readonly revision: number }[], partition: string): number {
  if (row === undefined) throw leaseLost(partition);
  return row.revision;
}

const leaseLost = (partition: string): AppError =>
  new AppError('engine/lease-lost', `another judge has taken over the partition ${partition}`);
