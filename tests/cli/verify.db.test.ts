import { beforeEach, describe, expect, it } from 'vitest';
import { verifyCommand } from '../../src/cli/verify.ts';
import { instant } from '../../src/core/time.ts';
import { recordAudit } from '../../src/platform/audit.ts';
import { walkAudit } from '../../src/platform/audit-walk.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { sealLogs } from '../../src/platform/log-seal.ts';
import { testDatabase } from '../support/test-database.ts';

const { url, pool, db } = await testDatabase();
const NOON = instant(Date.UTC(2026, 6, 1, 12));

beforeEach(async () => {
  await pool.query('truncate audit, audit_root, audit_mail, site restart identity cascade');
  await pool.query(`insert into site (id, name) values ('pond', '{"zh": "库", "en": "Pond"}')`);
});

async function say(count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1)
    await recordAudit(db, { at: NOON, who: 'li', action: 'test/say', siteId: 'pond', facts: { n } });
}

const log = (count: number) =>
  pool.query(
    `insert into callout_event (site_id, type, at, facts)
     select 'pond', 'opened', now() + n * interval '1.000001 s', jsonb_build_object('n', n) from generate_series(1, $1::int) n`,
    [count],
  );

/** As only the owner of the tables can: past every trigger. */
const forge = (statement: string) =>
  pool.query(`begin; set local session_replication_role = replica; ${statement}; commit`);

async function verify(root?: string): Promise<{ code: number; says: string[] }> {
  const says: string[] = [];
  const code = await verifyCommand([], root === undefined ? {} : { root }, { db, print: (line) => says.push(line) });
  return { code, says };
}

async function newest(): Promise<string> {
  const { rows } = await pool.query<{ hash: string }>(
    `select encode(hash, 'hex') as hash from audit order by id desc limit 1`,
  );
  return rows[0]?.hash ?? '';
}

const rehash = `update audit set hash = sha256(prev_hash || convert_to(jsonb_build_array(id,
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), who, action, site_id, facts)::text, 'UTF8'))`;

describe('an audit that nobody touched', () => {
  it('is whole, empty or over several portions, and its newest row is told', async () => {
    expect((await verify()).says[0]).toBe('The audit is whole: 0 rows, 0 daily roots.');
    await pool.query(
      `insert into audit (at, who, action, facts) select now(), 'li', 'test/say', '{}' from generate_series(1, 2500)`,
    );
    const { code, says } = await verify();
    expect(code).toBe(0);
    expect(says[0]).toBe('The audit is whole: 2500 rows, 0 daily roots.');
    expect(says.at(-1)).toBe(`Newest row: 2500 ${await newest()}`);
  });

  it('holds a root of earlier, however it is written', async () => {
    await say(3);
    const root = await newest();
    await say(2);
    const printed = root.toUpperCase().replaceAll(/(.{4})/g, '$1 ');
    expect(await verify(printed)).toMatchObject({
      code: 0,
      says: { 3: expect.stringContaining('stands at row 3') as string },
    });
    await expect(verify('abc')).rejects.toThrow('--root must be the 64 hexadecimal digits');
  });
});

describe('what somebody did past the triggers is named', () => {
  it.each([
    ['a changed fact', `update audit set facts = '{"n": 9}' where id = 3`, 'row 3 of the audit: it was changed'],
    ['another who', `update audit set who = 'wang' where id = 3`, 'row 3 of the audit: it was changed'],
    [
      'another time, by a microsecond',
      `update audit set at = at + interval '1 us' where id = 3`,
      'row 3 of the audit: it was changed',
    ],
    ['another site', `update audit set site_id = null where id = 3`, 'row 3 of the audit: it was changed'],
    ['a changed hash', `update audit set hash = sha256(hash) where id = 3`, 'row 3 of the audit: it was changed'],
    [
      'a changed link',
      `update audit set prev_hash = sha256(hash) where id = 3`,
      'row 3 of the audit: its link is broken',
    ],
    ['a row that was taken out', `delete from audit where id = 3`, 'row 3 of the audit: it is missing'],
    [
      'rows that were taken out',
      `delete from audit where id in (2, 3)`,
      'row 2 of the audit: it and the rows up to 3 are missing',
    ],
    [
      'a row written anew, its hash with it',
      `update audit set who = 'wang' where id = 3; ${rehash} where id = 3`,
      'row 4 of the audit: its link is broken: it was not made after row 3 as that is now',
    ],
    [
      'two rows that changed places',
      `update audit set id = id + 10 where id in (3, 4); update audit set id = 17 - id where id > 10`,
      'row 3 of the audit: it was changed',
    ],
    [
      'a row put before the first',
      `insert into audit values (0, now(), 'wang', 'x/y', '{}', null, '\\x00', '\\x00')`,
      'row 0 of the audit: it was inserted',
    ],
  ])('%s', async (_name, forgery, words) => {
    await say(5);
    await forge(forgery);
    const { code, says } = await verify();
    expect({ code, says: says[0] }).toEqual({ code: 1, says: expect.stringContaining(`BROKEN at ${words}`) as string });
  });

  it('what was cut off at the end, or rewritten up to it, by a root that was kept elsewhere', async () => {
    await say(5);
    const root = await newest();
    await forge('delete from audit where id > 3');
    expect((await verify()).code).toBe(0);
    expect(await verify(root)).toMatchObject({
      code: 1,
      says: {
        3: 'BROKEN: the root that was asked for stands nowhere among the 3 rows: what it stood for was cut off or rewritten',
      },
    });
    await say(2);
    expect((await verify(root)).code).toBe(1);
  });
});

describe('logs', () => {
  it('are sealed once, in order, and what is new is told as not yet', async () => {
    await log(12_000);
    await sealLogs(db, NOON);
    await sealLogs(db, NOON);
    await log(3);
    const { code, says } = await verify();
    expect(code).toBe(0);
    expect(says[0]).toBe('The audit is whole: 2 rows, 0 daily roots.');
    expect(says[1]).toContain('callout_event 12000 (and 3 not yet)');
  });

  it('are sealed once by two who seal at the same time', async () => {
    await log(5);
    await Promise.all([sealLogs(db, NOON), sealLogs(db, NOON), sealLogs(db, NOON)]);
    expect((await verify()).says[0]).toBe('The audit is whole: 1 rows, 0 daily roots.');
  });

  it('keep their seal when a later program adds a column, and whatever zone the server is in', async () => {
    await log(5);
    await sealLogs(db, NOON);
    await pool.query(`alter table callout_event add column later text default 'x'`);
    const elsewhere = openDatabase(`${url}?options=-c%20timezone%3DAsia/Shanghai%20-c%20extra_float_digits%3D0`, {
      name: 'test',
    });
    expect((await walkAudit(elsewhere.db, null)).fault).toBeNull();
    await elsewhere.db.destroy();
    await pool.query('alter table callout_event drop column later');
  });

  it.each([
    [
      'a changed row',
      `update callout_event set facts = '{"n": 0}' where position = 2`,
      'callout_event, positions 1 to 5, was changed after it was sealed',
    ],
    [
      'a row that was taken out',
      'delete from callout_event where position = 2',
      'callout_event, positions 1 to 5, had 5 rows when it was sealed, and has 4',
    ],
    [
      'the last row taken out',
      'delete from callout_event where position = 5',
      'callout_event, positions 1 to 5, had 5 rows when it was sealed, and has 4',
    ],
    [
      'a column that is gone',
      'alter table callout_event rename column facts to fact',
      'has lost a column that was sealed',
    ],
  ])('%s is named', async (_name, forgery, words) => {
    await log(5);
    await sealLogs(db, NOON);
    await forge(forgery);
    const { code, says } = await verify();
    if (forgery.includes('rename')) await pool.query('alter table callout_event rename column fact to facts');
    expect(code).toBe(1);
    expect(says[0]).toMatch(/^BROKEN at row 1 of the audit: /);
    expect(says[0]).toContain(words);
  });

  it('a stretch that no seal covers is named', async () => {
    await recordAudit(db, {
      at: NOON,
      who: 'alert',
      action: 'log/sealed',
      facts: { log: 'callout_event', columns: ['position'], after: 7, upTo: 8, rows: 1, sha256: 'x' },
    });
    expect((await verify()).says[0]).toContain('it seals callout_event from position 7, the seal before ended at 0');
  });
});
