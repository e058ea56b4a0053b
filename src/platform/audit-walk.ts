import type { Kysely } from 'kysely';
import { CHAIN_BEGIN, faultOfLink } from '../core/audit-chain.ts';
import type { ChainEnd, ChainFault } from '../core/audit-chain.ts';
import { digest, linksAfter } from './audit-text.ts';
import type { AuditLink } from './audit-text.ts';
import type { Database } from './database.ts';
import { digestOfRows, Seal } from './log-seal.ts';
import type { Digested } from './log-seal.ts';
import { LOGS, newestPosition } from './position-log.ts';
import type { LogName } from './position-log.ts';

const PORTION = 1_000;
const UNDEFINED_COLUMN = '42703';

/** What is wrong with what the row `id` of the audit says of a log, or of itself. */
export type SealFault = { readonly id: number } & (
  | { readonly why: 'seal-unreadable' }
  /** It does not begin where the seal before it of the same log ended. */
  | { readonly why: 'seal-gap'; readonly log: LogName; readonly after: number; readonly expected: number }
  /** The rows of the log are not those that were sealed; null: one of their columns is gone. */
  | { readonly why: 'log-changed'; readonly seal: Seal; readonly found: Digested | null }
);
/** A day's root, as it was made, that is not what the chain has at its place; null: the chain ends before it. */
export interface RootFault {
  readonly why: 'root';
  readonly id: number;
  readonly day: string;
  readonly root: string;
  readonly found: string | null;
}
export type AuditFault = ChainFault | SealFault | RootFault;

/** What a walk along the whole audit came to. */
export interface Walk {
  /** How far it is whole. */
  readonly end: ChainEnd;
  /** The first thing that is wrong; null: nothing is. */
  readonly fault: AuditFault | null;
  /** Where the root that was asked for stands; null: nowhere, as far as was walked. */
  readonly rootAt: number | null;
  readonly roots: number;
  /** Rows of each log that are sealed and as they were, and those that no seal covers yet. */
  readonly logs: Readonly<Record<LogName, { readonly sealed: number; readonly open: number }>>;
}

/**
 * Walks the audit from its first row: each link, each seal against its log, each day's root. Stops at the first fault.
 * It only reads, in portions. `root` in hexadecimal, as one left the machine.
 */
export async function walkAudit(db: Kysely<Database>, root: string | null): Promise<Walk> {
  const made = await db.selectFrom('audit_root').selectAll().orderBy('position').execute();
  const rootsAt = Map.groupBy(made, ({ position }) => position);
  const seals = sealKeeper(db);
  let end = CHAIN_BEGIN;
  let rootAt: number | null = null;
  const outcome = async (fault: AuditFault | null): Promise<Walk> => {
    return { end, fault, rootAt, roots: made.length, logs: await seals.count() };
  };
  for (;;) {
    const links = await linksAfter(db, end.id || null, PORTION);
    for (const link of links) {
      const fault = faultOfLink(end, link, digest) ?? (await seals.faultOf(link));
      if (fault !== null) return outcome(fault);
      end = { id: link.id, hash: link.hash };
      if (link.hash === root) rootAt = link.id;
      for (const { day, hash } of rootsAt.get(link.id) ?? []) {
        const said = hash.toString('hex');
        if (said !== link.hash) return outcome({ why: 'root', id: link.id, day, root: said, found: link.hash });
      }
    }
    if (links.length < PORTION) break;
  }
  const beyond = made.find(({ position }) => position > end.id);
  if (beyond === undefined) return outcome(null);
  const { position: id, day, hash } = beyond;
  return outcome({ why: 'root', id, day, root: hash.toString('hex'), found: null });
}

/** Follows the seals of each log. */
function sealKeeper(db: Kysely<Database>) {
  const upTo = new Map<LogName, number>();
  const sealed = new Map<LogName, number>();
  return {
    async faultOf({ id, action, facts }: AuditLink): Promise<SealFault | null> {
      if (action !== 'log/sealed') return null;
      const { data: seal } = Seal.safeParse(facts);
      if (seal === undefined) return { why: 'seal-unreadable', id };
      const { log, after } = seal;
      const expected = upTo.get(log) ?? 0;
      if (after !== expected) return { why: 'seal-gap', id, log, after, expected };
      const found = await digestOfRows(db, seal).catch((error: unknown) => {
        if ((error as { code?: string }).code === UNDEFINED_COLUMN) return null;
        throw error;
      });
      if (found?.sha256 !== seal.sha256) return { why: 'log-changed', id, seal, found };
      upTo.set(log, seal.upTo);
      sealed.set(log, (sealed.get(log) ?? 0) + seal.rows);
      return null;
    },
    async count(): Promise<Walk['logs']> {
      const counts = LOGS.map(async (log) => {
        const open = await rowsAfter(db, log, upTo.get(log) ?? 0);
        return [log, { sealed: sealed.get(log) ?? 0, open }] as const;
      });
      return Object.fromEntries(await Promise.all(counts)) as Walk['logs'];
    },
  };
}

async function rowsAfter(db: Kysely<Database>, log: LogName, after: number): Promise<number> {
  if ((await newestPosition(db, log)) <= after) return 0;
  const row = await db
    .selectFrom(log)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .where('position', '>', after)
    .executeTakeFirstOrThrow();
  return row.rows;
}
