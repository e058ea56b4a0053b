import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { CHAIN_BEGIN, faultOfLink } from '../../src/core/audit-chain.ts';
import { digest, linksAfter } from '../../src/platform/audit-text.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { emptyDatabase } from '../support/test-database.ts';

const BEFORE = ['0001-spine', '0002-heartbeat', '0003-carrier-page', '0004-quarantine-dropped', '0005-installation'];

it('rows from before the chain are chained in their order, numbers that were never used closed up', async () => {
  const { pool, db } = await emptyDatabase();
  await pool.query(
    'create table schema_version (number integer primary key, name text not null, at timestamptz not null default now())',
  );
  for (const [index, name] of BEFORE.entries()) {
    const file = new URL(`../../src/platform/migrations/${name}.sql`, import.meta.url);
    await pool.query(await readFile(file, 'utf8'));
    await pool.query('insert into schema_version (number, name) values ($1, $2)', [index + 1, name]);
  }
  await pool.query(
    `insert into audit (id, at, who, action, facts) overriding system value
     select id, now(), 'li', 'test/say', jsonb_build_object('n', id) from unnest(array[9, 2, 5]) as id`,
  );
  await migrate(pool);
  const links = await linksAfter(db, 0, 10);
  expect(links.map(({ id, facts }) => [id, facts])).toEqual([
    [1, { n: 2 }],
    [2, { n: 5 }],
    [3, { n: 9 }],
  ]);
  let end = CHAIN_BEGIN;
  for (const link of links) {
    expect(faultOfLink(end, link, digest)).toBeNull();
    end = link;
  }
  await expect(pool.query('truncate audit')).rejects.toThrow('audit is append-only: truncate is refused');
});
