import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { bringUpToDate } from '../../src/app/bring-up-to-date.ts';
import { hasCode } from '../../src/core/errors.ts';
import { APPEND_ONLY } from '../../src/platform/append-only.ts';
import { mayRewrite } from '../../src/platform/app-role.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { emptyDatabase } from '../support/test-database.ts';

const owner = await emptyDatabase();
const NAME = `app_${randomBytes(4).toString('hex')}`;

const urlOf = (name: string, password: string): string => {
  const url = new URL(owner.url);
  url.username = name;
  url.password = encodeURIComponent(password);
  return url.href;
};
const urls = {
  databaseUrl: urlOf(NAME, 'it’s "ours" %'),
  databaseOwnerUrl: owner.url,
  dataDir: '',
  backupBeforeMigrate: false,
};
const quietly = { withinMs: 0, tell: () => {} };
await bringUpToDate(urls, quietly);
const app = openDatabase(urls.databaseUrl, { name: 'test app', max: 2 });

afterAll(async () => {
  await app.db.destroy();
  await owner.pool.query(`drop owned by ${NAME}; drop role ${NAME}`);
});

const REFUSED = { code: '42501' };
const refusal = (statement: string) =>
  app.pool.query(statement).then(
    () => 'done',
    (error: unknown) => ({ code: (error as { code?: string }).code }),
  );

describe('the application, by its own role', () => {
  it('appends to the audit and reads it', async () => {
    await app.pool.query(`insert into audit (at, who, action, facts) values (now(), 'li', 'test/say', '{}')`);
    expect(await app.db.selectFrom('audit').select(['id', 'who']).execute()).toEqual([{ id: 1, who: 'li' }]);
  });

  it.each(APPEND_ONLY)('can neither change %s, nor take from it, nor take off what guards it', async (table) => {
    const { rows } = await owner.pool.query<{ column: string }>(
      `select attname as column from pg_attribute where attrelid = $1::regclass and attnum = 2`,
      [table],
    );
    const column = rows[0]?.column ?? '';
    for (const statement of [
      `update ${table} set ${column} = ${column}`,
      `update ${table} set ${column} = ${column} where false`,
      `delete from ${table}`,
      `truncate ${table}`,
      `truncate ${table} cascade`,
      `select 1 from ${table} for update`,
      `insert into ${table} overriding system value select * from ${table} on conflict on constraint ${table}_pkey do update set ${column} = excluded.${column}`,
      `alter table ${table} disable trigger all`,
      `alter table ${table} disable trigger never_changed`,
      `drop trigger never_changed on ${table}`,
      `create trigger mine before insert on ${table} for each row execute function refuse_change()`,
      `alter table ${table} add column more text`,
      `alter table ${table} owner to current_user`,
      `drop table ${table}`,
      `create rule mine as on insert to ${table} do instead nothing`,
      `grant update on ${table} to current_user`,
    ]) {
      const outcome = await refusal(statement);
      // What it may not grant it is told in a warning, and nothing is granted.
      if (statement.startsWith('grant')) continue;
      expect([statement, outcome]).toEqual([statement, REFUSED]);
    }
    expect(await refusal(`delete from ${table}`)).toEqual(REFUSED);
  });

  it.each([
    'set session_replication_role = replica',
    'set role tailwatch',
    'set session authorization tailwatch',
    'create or replace function chain_audit() returns trigger language plpgsql as $$ begin return new; end $$',
    'drop function chain_audit() cascade',
    'alter function chain_audit() reset all',
    'create table public.mine (x int)',
    'create function public.mine() returns int language sql as $$ select 1 $$',
    'create schema mine',
    'create role mine',
    'delete from schema_version',
    `copy audit from program 'true'`,
    `insert into pg_catalog.pg_trigger select * from pg_catalog.pg_trigger`,
    `create extension if not exists dblink`,
  ])('is refused: %s', async (statement) => {
    expect(await refusal(statement)).toMatchObject(REFUSED);
  });

  it('is known not to be able to rewrite; the owner is known to be', async () => {
    expect(await mayRewrite(app.pool)).toBe(false);
    expect(await mayRewrite(owner.pool)).toBe(true);
    await owner.pool.query(`grant delete on reading to ${NAME}`);
    expect(await mayRewrite(app.pool)).toBe(true);
  });

  it('has after each migration what it should on every table, new ones included, and nothing beyond', async () => {
    await owner.pool.query(`create table later (x int)`);
    await owner.pool.query(`grant truncate on callout to ${NAME}`);
    await bringUpToDate(urls, quietly);
    await app.pool.query('insert into later values (1); update later set x = 2; delete from later');
    expect(await refusal('truncate callout')).toEqual(REFUSED);
    expect(await mayRewrite(app.pool)).toBe(false);
    await owner.pool.query('drop table later');
  });

  it('needs no owner while the schema is of this version', async () => {
    await bringUpToDate({ ...urls, databaseOwnerUrl: null }, quietly);
  });
});

describe('what is set wrongly', () => {
  it('the same user twice', async () => {
    const same = { ...urls, databaseUrl: owner.url };
    await expect(bringUpToDate(same, quietly)).rejects.toThrow(
      'DATABASE_URL must name another user than DATABASE_OWNER_URL',
    );
  });

  it('an owner who may not make the user that is missing says what to run', async () => {
    const plain = `plain_${randomBytes(4).toString('hex')}`;
    const server = new pg.Client({ connectionString: owner.url });
    await server.connect();
    const empty = await emptyDatabase();
    await server.query(`create role ${plain} login password 'plain'`);
    const { pathname } = new URL(empty.url);
    await server.query(`alter database ${pathname.slice(1)} owner to ${plain}`);
    const at = (name: string) => urlOf(name, 'plain').replace(new URL(owner.url).pathname, pathname);
    const outcome = await bringUpToDate(
      { ...urls, databaseUrl: at('nobody_yet'), databaseOwnerUrl: at(plain) },
      quietly,
    ).catch((error: unknown) => error);
    expect(hasCode(outcome, 'config/setting') && outcome.message).toContain(`create role "nobody_yet" login`);
    await server.query(`alter database ${pathname.slice(1)} owner to tailwatch`);
    await empty.pool.query(`drop owned by ${plain}`).catch(() => {});
    await server.query(`drop role if exists ${plain}`).catch(() => {});
    await server.end();
  });
});
