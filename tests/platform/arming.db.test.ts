import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import { armCommand } from '../../src/cli/arm.ts';
import { restoreCommand } from '../../src/cli/restore.ts';
import { SECOND, instant } from '../../src/core/time.ts';
import { arm, armedHere, unarmed } from '../../src/platform/arming.ts';
import { writeBackup } from '../../src/platform/backup/write-backup.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { openedBench } from '../alerting/desk-bench.ts';
import { fakeCarrier } from '../alerting/fake-carrier.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { named } from '../alerting/named-carriers.ts';

const { db } = await testDatabase();
const NOW = instant(Date.UTC(2026, 9, 1));
const clock = fakeClock(NOW);
const disarm = (at: Date) => sql`update installation set unarmed = 'restored', unarmed_at = ${at}`.execute(db);
afterEach(async () => {
  await sql`update installation set unarmed = null, unarmed_at = null, home_server = null, home_host = null`.execute(
    db,
  );
});

describe('a database that was copied', () => {
  test('E3 found on another server it calls nobody, and the audit says why', async () => {
    expect(await armedHere(db, clock, null)()).toBe(true);
    await sql`update installation set home_server = '1/1'`.execute(db);
    expect(await armedHere(db, clock, null)()).toBe(false);
    expect(await unarmed(db)).toEqual({ why: 'copied', since: NOW });
    const row = await db.selectFrom('audit').select(['action', 'facts']).orderBy('id', 'desc').executeTakeFirst();
    expect(row).toEqual({ action: 'installation/unarmed', facts: { why: 'copied' } });
  });

  test('E3 an embedded one found on another machine calls nobody', async () => {
    expect(await armedHere(db, clock, 'machine one')()).toBe(true);
    expect(await armedHere(db, clock, 'machine one')()).toBe(true);
    expect(await armedHere(db, clock, 'machine two')()).toBe(false);
  });

  test('what is not known differs from nothing: a machine that has no mark goes on calling', async () => {
    expect(await armedHere(db, clock, 'machine one')()).toBe(true);
    expect(await armedHere(db, clock, null)()).toBe(true);
  });

  test('armed where it is now, it calls from there on', async () => {
    await sql`update installation set home_server = '1/1'`.execute(db);
    const here = armedHere(db, clock, 'machine one');
    expect(await here()).toBe(false);
    await db.transaction().execute((tx) => arm(tx, { at: NOW, who: 'li' }));
    expect(await here()).toBe(true);
    expect(await armedHere(db, clock, 'machine one')()).toBe(true);
  });
});

describe('a database that was restored', () => {
  test('E3 what was acknowledged, or due, months ago rings nobody; armed after a look it calls one person for what is open, not all that were slept through', async () => {
    await using carrier = await fakeCarrier();
    const bench = await openedBench(db, 'orange');
    await bench.desk.takeDue();
    await disarm(new Date(bench.clock.now() + SECOND));
    const box = outbox({
      db,
      clock: bench.clock,
      carriers: [named('http', httpCarrier({ url: carrier.url, key: 'key', publicUrl: 'http://127.0.0.1:1' }))],
      policyOf: bench.policyOf,
      draw: Math.random,
      linkTo: null,
      failed: (error) => {
        throw error;
      },
    });
    // From June to October.
    bench.clock.advance(120 * 86_400 * SECOND);
    expect(await box.pass()).toBe(0);
    expect(carrier.asked).toEqual([]);

    const printed: string[] = [];
    const ports = { db, clock: bench.clock, who: 'test', print: (line: string) => void printed.push(line) };
    await armCommand([], {}, ports);
    expect(printed.join('\n')).toContain(`${bench.siteId}  orange  opened 2026-07-01`);
    expect(await unarmed(db)).not.toBeNull();
    await armCommand([], { confirm: true }, ports);
    expect(await unarmed(db)).toBeNull();

    const before = (await bench.attempts()).length;
    expect((await bench.attempts()).every((line) => line.endsWith('ended cancelled'))).toBe(true);
    await bench.desk.takeDue();
    await bench.desk.takeDue();
    await box.pass();
    await box.settled();
    // One voice call of the one ladder that is open, whatever number of rungs lay in those months.
    expect((await bench.attempts()).slice(before).filter((line) => line.includes('voice'))).toHaveLength(1);
    expect(carrier.asked.filter(({ path }) => path === '/v1/calls')).toHaveLength(1);
  });

  test('E3 the restore itself leaves it unarmed, also where what was restored is older than the knowledge of that', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tailwatch-arming-'));
    try {
      for (const upTo of [14, undefined]) {
        const mine = await bareDatabase();
        await migrate(mine.pool, upTo === undefined ? {} : { upTo });
        await mine.pool.query(`insert into heartbeat values ('alert', '2026-06-01Z')`);
        const name = join(folder, String(upTo));
        const { path } = await writeBackup({ databaseUrl: mine.url, folder: name, reason: 'asked', now: NOW });
        const copy = await bareDatabase();
        const told: string[] = [];
        const print = (line: string) => void told.push(line);
        await restoreCommand([path], {}, { databaseUrl: copy.url, now: NOW, who: 'test', print });
        expect(told.join('\n')).toContain('calls nobody until a person arms it');
        await migrate(copy.pool);
        await using opened = openDatabase(copy.url, { name: 'test', max: 1 });
        expect(await unarmed(opened.db)).toEqual({ why: 'restored', since: NOW });
        // And the original, brought up to date, calls on.
        await migrate(mine.pool);
        await using original = openDatabase(mine.url, { name: 'test', max: 1 });
        expect(await unarmed(original.db)).toBeNull();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
