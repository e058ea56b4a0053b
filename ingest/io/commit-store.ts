import type pg from 'pg';
import type { QueryConfig } from 'pg';
import { AppError } from '../../src/core/errors.ts';
import type { Span, StoredInputs } from '../input-view.ts';
import type { Key, StoredValues } from '../take-in.ts';
import { readInputs } from './derivation-store.ts';
import { beginUnderLease } from './lease.ts';
import type { Lease } from './lease.ts';
import { valuesUnder } from './reading-store.ts';

/** Where the reading commit reads what is stored and stores what it made. */
export interface CommitStore {
  /** The values stored under some keys. */
  valuesUnder(keys: readonly Key[]): Promise<StoredValues>;
  /** The readings in some spans, oldest first. */
  readInputs(spans: readonly Span[]): Promise<StoredInputs>;
  /**
   * Begins a transaction that nobody can take the partition over under. @throws AppError `engine/lease-lost`;
   * MemoryRenewed when memory was behind: nothing has begun, and what was decided from it must be decided anew.
   */
  begin(): Promise<void>;
  /** @param rows how many it must touch: with fewer, somebody else wrote them. @throws AppError `database/outcome-unknown` */
  query(statement: QueryConfig, rows?: number): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** Memory did not know of a maintenance that has begun or ended, and does now. */
export class MemoryRenewed extends Error {
  override readonly name = 'MemoryRenewed';
}

/** Which points are, and were, being worked on, as memory knows it. */
export interface KnownMaintenance {
  /** Counts beginnings and ends by hand. */
  readonly revision: number;
  /** Brings memory up to the database. */
  reload(): Promise<void>;
}

/** In the database. `client` is of this store alone. No reading slips past a maintenance: the transaction sees it. */
export const databaseStore = (client: pg.Client, lease: Lease, maintenance: KnownMaintenance): CommitStore => ({
  valuesUnder: (keys) => valuesUnder(client, keys),
  readInputs: (spans) => readInputs(client, spans),
  async begin() {
    if ((await beginUnderLease(client, lease)) === maintenance.revision) return;
    await client.query('rollback');
    await maintenance.reload();
    throw new MemoryRenewed();
  },
  async query(statement, rows) {
    const { rowCount } = await client.query(statement);
    if (rows !== undefined && rowCount !== rows) throw behind();
  },
  async commit() {
    await client.query('commit');
  },
  async rollback() {
    await client.query('rollback');
  },
});

/** Somebody else wrote these readings: what is in memory is older than the database. */
const behind = (): AppError =>
  new AppError('database/outcome-unknown', 'readings that were new here are stored already', { retryable: true });
