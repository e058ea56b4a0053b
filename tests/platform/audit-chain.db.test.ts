import type pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { CHAIN_BEGIN, faultOfLink } from '../../src/core/audit-chain.ts';
import { instant } from '../../src/core/time.ts';
import { recordAudit } from '../../src/platform/audit.ts';
import { digest, linksAfter } from '../../src/platform/audit-text.ts';
import { APPEND_ONLY } from '../../src/platform/append-only.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';

const { pool, db } = await testDatabase();
const NOON = instant(Date.UTC(2026, 6, 1, 12));

afterEach(async () => {
  await pool.query('truncate audit');
});

const say = (what: string) => recordAudit(db, { at: NOON, who: 'li', action: 'test/say', facts: { what } });
const insert = `insert into audit (at, who, action, facts) values (now(), 'li', 'test/say', $1)`;

/** The ids in the order of the chain; throws at the first fault. */
async function chain(): Promise<{ id: number; facts: unknown }[]> {
  let end = CHAIN_BEGIN;
  const links = await linksAfter(db, 0, 1_000);
  for (const link of links) {
    const fault = faultOfLink(end, link, digest);
    if (fault !== null) throw new Error(JSON.stringify(fault));
    end = link;
  }
  return links.map(({ id, facts }) => ({ id, facts }));
}

it('every row holds the hash of the one before, and Node comes to the same hashes as the database', async () => {
  await recordAudit(db, {
    at: instant(NOON + 7),
    who: '王工 "o\'hara" \\ \u{1f6a8}',
    action: 'test/say',
    siteId: 'pond',
    facts: { before: { limit: 1.5, text: 'a\nb\u2028' }, after: null, list: [1e21, 0.1, true] },
  });
  await say('second');
  expect((await chain()).map(({ id }) => id)).toEqual([1, 2]);
  expect((await linksAfter(db, 0, 1))[0]?.prev).toBe('0'.repeat(64));
});

it('what an appender says of number, link and hash counts for nothing', async () => {
  await say('first');
  await pool.query(
    `insert into audit (id, prev_hash, hash, at, who, action, facts) values (900, '\\x00', '\\x01', now(), 'li', 'x/y', '{}'),
     (900, '\\x00', '\\x01', now(), 'li', 'x/y', '{}')`,
  );
  expect((await chain()).map(({ id }) => id)).toEqual([1, 2, 3]);
});

it('a table of the same name put before it does not deceive the chain', async () => {
  await say('first');
  const client = await pool.connect();
  try {
    await client.query(`create temp table audit (id bigint, hash bytea)`);
    await client.query(`insert into pg_temp.audit values (41, '\\xff')`);
    await client.query(insert.replace('into audit', 'into public.audit'), ['{}']);
  } finally {
    client.release(true);
  }
  expect((await chain()).map(({ id }) => id)).toEqual([1, 2]);
});

async function withTwo(story: (first: pg.PoolClient, second: pg.PoolClient) => Promise<void>): Promise<void> {
  const [first, second] = [await pool.connect(), await pool.connect()];
  try {
    await story(first, second);
  } finally {
    first.release(true);
    second.release(true);
  }
}

const somebodyWaits = async (): Promise<boolean> =>
  (await pool.query(`select 1 from pg_locks where locktype = 'advisory' and not granted`)).rowCount === 1;

it('order of numbers is order of commits: a second appender waits for one that is held open', async () => {
  await withTwo(async (first, second) => {
    await first.query('begin');
    await first.query(insert, ['{"n":1}']);
    const later = second.query(insert, ['{"n":2}']);
    await eventually(somebodyWaits, { what: 'the second appender waiting' });
    expect(await chain()).toEqual([]);
    await first.query('commit');
    await later;
  });
  expect(await chain()).toEqual([
    { id: 1, facts: { n: 1 } },
    { id: 2, facts: { n: 2 } },
  ]);
});

it('an appender that dies leaves no gap', async () => {
  await withTwo(async (first, second) => {
    await first.query('begin');
    await first.query(insert, ['{"n":1}']);
    const later = second.query(insert, ['{"n":2}']);
    await eventually(somebodyWaits, { what: 'the second appender waiting' });
    await first.query('rollback');
    await later;
  });
  expect(await chain()).toEqual([{ id: 1, facts: { n: 2 } }]);
});

it('whoever looks at an older state of the database appends nothing rather than a second row of one number', async () => {
  await withTwo(async (first) => {
    await first.query('begin isolation level repeatable read');
    await first.query('select 1 from audit');
    await say('meanwhile');
    await expect(first.query(insert, ['{}'])).rejects.toThrow('duplicate key');
  });
  expect(await chain()).toHaveLength(1);
});

it.each(APPEND_ONLY)('%s refuses to be changed, whoever asks', async (table) => {
  const { rows } = await pool.query<{ says: string }>(
    `select pg_get_triggerdef(oid) as says from pg_trigger where tgrelid = $1::regclass and tgname like 'never_%' order by 1`,
    [table],
  );
  expect(rows.map(({ says }) => says.replace(/public\./, ''))).toEqual([
    `CREATE TRIGGER never_changed BEFORE DELETE OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
    `CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  ]);
});

it('a row of the audit can be neither changed nor taken out', async () => {
  await say('first');
  await expect(pool.query(`update audit set who = 'nobody'`)).rejects.toThrow(
    'audit is append-only: update is refused',
  );
  await expect(pool.query('delete from audit')).rejects.toThrow('audit is append-only: delete is refused');
});
