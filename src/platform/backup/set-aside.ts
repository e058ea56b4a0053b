import type pg from 'pg';
import { AppError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import { movesOf } from './catalogue.ts';
import { expectAlone, openSession } from './session.ts';
import { compact } from './write-backup.ts';

const PREFIX = 'before_restore_';

/**
 * Moves all that is ours to a schema of its own, which nobody reads, and returns its name; null when there was nothing.
 * Things are moved one by one: an extension may live among them, and has to stay.
 */
export async function setAside(client: pg.Client, now: Instant): Promise<string | null> {
  const aside = `${PREFIX}${compact(now).toLowerCase()}`;
  const present = await presentSchema(client);
  const moves = await movesOf(client, present, aside);
  if (moves.length === 0) return null;
  await client.query(`create schema ${client.escapeIdentifier(aside)}`);
  for (const move of moves) await client.query(move);
  return aside;
}

interface AsideOptions {
  readonly databaseUrl: string;
  /** As the restore named it. */
  readonly name: string;
  readonly force: boolean;
}

/** Puts back what a restore has set aside; what is there now is set aside in its turn. Returns the name of that. */
export async function putBack({
  databaseUrl,
  name,
  force,
  now,
}: AsideOptions & { now: Instant }): Promise<string | null> {
  await using session = await openSession(databaseUrl, 'restore');
  const { client } = session;
  await client.query(`begin; set local lock_timeout = '10s'`);
  if (!force) await expectAlone(client);
  await expectAside(client, name);
  const aside = await setAside(client, now);
  for (const move of await movesOf(client, name, await presentSchema(client))) await client.query(move);
  await client.query(`drop schema ${client.escapeIdentifier(name)}`);
  await client.query('commit');
  return aside;
}

/** Deletes for good what a restore has set aside. */
export async function forget({ databaseUrl, name }: Omit<AsideOptions, 'force'>): Promise<void> {
  await using session = await openSession(databaseUrl, 'restore');
  await expectAside(session.client, name);
  await session.client.query(`drop schema ${session.client.escapeIdentifier(name)} cascade`);
}

async function expectAside(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select nspname as name from pg_namespace where starts_with(nspname, $1) order by 1`,
    [PREFIX],
  );
  if (rows.some((each) => each.name === name)) return;
  const there = rows.length === 0 ? 'nothing is' : `there is ${rows.map((each) => each.name).join(', ')}`;
  throw new AppError('config/setting', `nothing was set aside as "${name}": ${there}`);
}

async function presentSchema(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string | null }>('select current_schema() as name');
  const name = rows[0]?.name;
  if (name === null || name === undefined) throw new Error('the database has no schema to work in');
  return name;
}
