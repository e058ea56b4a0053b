import { readFile, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { door, fakeCarrier } from '../alerting/fake-carrier.ts';
import { darkHouse } from '../support/dark-house.ts';
import { eventually } from '../support/eventually.ts';
import { ENGINEER, OFFICER, PRINCIPAL } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';

const { url, db } = await testDatabase();

// Each test begins with no callout and a log of its own.
beforeEach(async () => {
  await sql`truncate attempt, callout, callout_event, carrier_report, level_change, log_position cascade`.execute(db);
});

const attempts = () => db.selectFrom('attempt').selectAll().where('status', '<>', 'ended').execute();
const followed = async () =>
  (
    await db
      .selectFrom('log_position')
      .select('position')
      .where('reader', '=', 'alerting/level_change')
      .executeTakeFirst()
  )?.position ?? 0;
const newest = () => db.selectFrom('callout').selectAll().orderBy('opened_at', 'desc').limit(1).executeTakeFirst();
const answered = async () => ((await newest())?.state as { phase?: string } | undefined)?.phase === 'answered';

/** As a server that was demoted. Everybody connects anew, or would go on as before. */
async function readOnly(is: boolean): Promise<void> {
  const name = sql.id(new URL(url).pathname.slice(1));
  const said = sql`alter database ${name} set default_transaction_read_only = ${sql.lit(is)}`;
  await db
    .transaction()
    .setAccessMode('read write')
    .execute((tx) => said.execute(tx));
  const others = sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  await others.execute(db);
  await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db).catch(() => {});
}

it('the database is away: the principal is told that nothing is recorded, his digit is read back, and it is on record afterwards', async () => {
  await using house = await darkHouse(url, db);
  await house.rosterWritten();
  house.loseDatabase();
  const call = await house.phones.phone(PRINCIPAL).expectCall();
  await call.thenPickUp();
  await call.thenHears('监测数据无法记录');
  await call.thenPress('right');
  await call.thenHears('已确认，红色');
  await (await house.phones.phone(OFFICER).expectCall()).thenPress('right');
  house.databaseBack();
  await house.imported();
  await eventually(answered);
  const callout = await newest();
  const rows = await db
    .selectFrom('attempt')
    .selectAll()
    .where('callout_id', '=', callout?.id ?? '')
    .execute();
  expect(rows.map(({ contact_id, origin, outcome }) => `${contact_id} ${origin} ${String(outcome)}`).sort()).toEqual([
    'officer dark confirmed',
    'principal dark confirmed',
  ]);
  const events = await db
    .selectFrom('callout_event')
    .select('type')
    .where('callout_id', '=', callout?.id ?? '')
    .execute();
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['dark-began', 'answered', 'dark-ended']));
  expect((await house.phones.log()).calls).toHaveLength(2);
  expect(await attempts()).toEqual([]);
  expect(await house.alert.log()).not.toContain('+86');
  expect((await stat(join(house.folder, 'roster.json'))).mode & 0o777).toBe(0o600);
});

it('a red that only the judge knows is spoken; whoever answered it is not called for it when it is recorded', async () => {
  await using house = await darkHouse(url, db);
  await house.rosterWritten();
  const at = Date.now();
  house.judgeSays('red', at);
  house.loseDatabase();
  const call = await house.phones.phone(PRINCIPAL).expectCall();
  expect((await call.look()).say).toMatch(/监测数据无法记录.*库水位 338.95 米，红色限值 338.89 米/u);
  await call.thenPress('right');
  await call.thenHears('已确认，红色，库水位');
  await (await house.phones.phone(OFFICER).expectCall()).thenPress('right');
  house.databaseBack();
  await house.imported();
  await house.record('red', at);
  await eventually(async () => (await followed()) > 0, { what: 'the level log being followed' });
  expect(await answered()).toBe(true);
  expect((await house.phones.log()).calls).toHaveLength(2);
});

it('a red that is recorded after the dark call was answered without it is called', async () => {
  await using house = await darkHouse(url, db);
  await house.rosterWritten();
  house.loseDatabase();
  await (await house.phones.phone(PRINCIPAL).expectCall()).thenPress('right');
  await (await house.phones.phone(OFFICER).expectCall()).thenPress('right');
  house.databaseBack();
  await house.imported();
  await house.record('red');
  // He has just pressed the right key: news waits until he has hung up.
  const call = await house.phones.phone(PRINCIPAL).expectCall({ withinMs: 60_000 });
  expect((await call.look()).say).toContain('库水位 338.95 米');
  expect((await call.look()).say).not.toContain('无法记录');
}, 60_000);

it('a red that appears in the dark after the answer is news; what is unverified or unguarded calls nobody', async () => {
  await using house = await darkHouse(url, db);
  await house.rosterWritten();
  house.judgeSays('red', Date.now(), { guarded: false });
  house.loseDatabase();
  const first = await house.phones.phone(PRINCIPAL).expectCall();
  expect((await first.look()).say).not.toContain('库水位');
  await first.thenPress('right');
  // He still listens to what he may say: his line is given free for the next call.
  await first.thenHears('停工请按 2');
  house.judgeSays('red', Date.now());
  const second = await house.phones.phone(PRINCIPAL).expectCall({ withinMs: 60_000 });
  expect((await second.look()).say).toContain('库水位 338.95 米');
}, 60_000);

it('a database that hangs without refusing counts as away, and the process stays', async () => {
  await using house = await darkHouse(url, db);
  await house.rosterWritten();
  const { pid } = house.alert;
  house.hangDatabase();
  const call = await house.phones.phone(PRINCIPAL).expectCall({ withinMs: 60_000 });
  await call.thenPress('right');
  await call.thenHears('已确认');
  await call.thenHangUp();
  house.databaseBack();
  await house.imported();
  expect(house.alert.pid).toBe(pid);
});

it('a database that answers and stores nothing counts as away', async () => {
  await using house = await darkHouse(url, db);
  await house.rosterWritten();
  await readOnly(true);
  try {
    const call = await house.phones.phone(PRINCIPAL).expectCall();
    await call.thenPress('right');
    await call.thenHears('已确认，红色');
  } finally {
    await readOnly(false);
  }
  await house.imported();
});

it('back before the time is over, nothing happens', async () => {
  await using house = await darkHouse(url, db, { afterMs: 20_000 });
  await house.rosterWritten();
  house.loseDatabase();
  house.databaseBack();
  await house.record('orange');
  await house.phones.phone(OFFICER).expectCall();
  expect((await house.phones.log()).calls).toHaveLength(1);
  expect((await readdir(house.folder)).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
});

it('a process that is started while the database is away calls from the roster on its disk', async () => {
  await using house = await darkHouse(url, db);
  await house.rosterWritten();
  await house.alert.kill();
  house.loseDatabase();
  await house.alert.start();
  const call = await house.phones.phone(PRINCIPAL).expectCall();
  await call.thenPress('right');
  await call.thenHears('已确认，红色');
});

it('killed in the dark: nobody is rung twice, and an answer that was given stays given', async () => {
  await using house = await darkHouse(url, db);
  await house.rosterWritten();
  house.loseDatabase();
  const call = await (await house.phones.phone(PRINCIPAL).expectCall()).thenPress('right');
  await call.thenHears('已确认，红色');
  await house.phones.phone(OFFICER).expectCall();
  await house.alert.kill();
  await house.alert.start();
  house.databaseBack();
  await house.imported();
  const { calls } = await house.phones.log();
  expect(calls.map(({ to }) => to).sort()).toEqual([OFFICER, PRINCIPAL]);
  const rows = await db.selectFrom('attempt').select(['contact_id', 'outcome']).where('origin', '=', 'dark').execute();
  expect(rows).toContainEqual({ contact_id: 'principal', outcome: 'confirmed' });
});

it('killed between the journal and the carrier: asked again under the numbers of the journal', async () => {
  await using carrier = await fakeCarrier();
  await using house = await darkHouse(url, db, { carrierUrl: carrier.url });
  await house.rosterWritten();
  const { open, opened } = door();
  carrier.answer(async () => {
    await opened;
    return { status: 503 };
  });
  house.loseDatabase();
  await eventually(() => carrier.asked.length === 2);
  await house.alert.kill();
  const before = new Set(carrier.asked.map(({ key }) => key));
  open();
  carrier.answer(null);
  const journal = await readFile(join(house.folder, 'journal.jsonl'), 'utf8');
  await house.alert.start();
  await eventually(() => carrier.rang.length === 2);
  expect(journal).toContain('"began"');
  expect(new Set(carrier.asked.map(({ key }) => key))).toEqual(before);
});

it('a ladder that was being climbed goes on in the dark, and afterwards', async () => {
  await using house = await darkHouse(url, db, { officerSeconds: 4 });
  await house.rosterWritten();
  await house.record('orange');
  await house.phones.phone(OFFICER).expectCall();
  await eventually(async () => (await readFile(join(house.folder, 'roster.json'), 'utf8')).includes('handed-over'));
  house.loseDatabase();
  await (await house.phones.phone(PRINCIPAL).expectCall()).thenPress('right');
  const climbed = await house.phones.phone(ENGINEER).expectCall();
  house.databaseBack();
  await house.imported();
  await climbed.thenPress('right');
  await climbed.thenHears('已确认，橙色');
  await eventually(answered);
  const rows = await db
    .selectFrom('attempt')
    .select(['number', 'contact_id', 'origin'])
    .where('callout_id', '=', (await newest())?.id ?? '')
    .orderBy('number')
    .execute();
  expect(rows).toEqual([
    { number: 1, contact_id: 'officer', origin: 'ladder' },
    { number: 2, contact_id: 'principal', origin: 'dark' },
    { number: 3, contact_id: 'engineer', origin: 'dark' },
  ]);
});

it('killed between the import and putting the journal away: what is due is called once, by the database', async () => {
  await using house = await darkHouse(url, db, { officerSeconds: 4 });
  await house.rosterWritten();
  await house.record('orange');
  await house.phones.phone(OFFICER).expectCall();
  house.loseDatabase();
  await (await house.phones.phone(PRINCIPAL).expectCall()).thenPress('right');
  house.databaseBack();
  await house.imported();
  await house.alert.kill();
  const [imported = ''] = (await readdir(house.folder)).filter((name) => name.startsWith('imported-'));
  await rename(join(house.folder, imported), join(house.folder, 'journal.jsonl'));
  await eventually(async () => Number((await newest())?.due_at) < Date.now(), { what: 'a rung that is due' });
  await house.alert.start();
  await eventually(
    async () =>
      (await attempts()).some(
        ({ contact_id, status }) => contact_id === 'engineer' && !['queued', 'claimed'].includes(status),
      ),
    { what: 'the call of the database' },
  );
  const { calls } = await house.phones.log();
  expect(calls.filter(({ to }) => to === ENGINEER)).toHaveLength(1);
});

it('a call that began before the dark is answered in it: its digit finds the journal', async () => {
  await using house = await darkHouse(url, db, { withGateway: true });
  await house.rosterWritten();
  await house.record('orange');
  const call = await house.phones.phone(OFFICER).expectCall();
  await eventually(async () => (await readFile(join(house.folder, 'roster.json'), 'utf8')).includes('ringing'));
  house.loseDatabase();
  await (await house.phones.phone(PRINCIPAL).expectCall()).thenPress('right');
  await call.thenPress('right');
  const digits = async () =>
    (await readFile(join(house.folder, 'journal.jsonl'), 'utf8')).split('"event":"digit"').length - 1;
  // The carrier asks ever more slowly.
  await eventually(async () => (await digits()) === 2, { withinMs: 60_000, what: 'both digits in the journal' });
});

it('without a disk it says so loudly, and calls all the same', async () => {
  await using house = await darkHouse(url, db, { noDisk: true });
  await eventually(async () => (await house.alert.log()).includes('keep the dark roster'), {
    what: 'a roster in memory',
  });
  house.loseDatabase();
  const call = await house.phones.phone(PRINCIPAL).expectCall();
  await call.thenPress('right');
  await call.thenHears('已确认，红色');
  expect(await house.alert.log()).toContain('cannot be written');
  house.databaseBack();
  await eventually(
    async () => (await db.selectFrom('attempt').select('id').where('origin', '=', 'dark').execute()).length > 0,
  );
});

it('the judge alone cannot record: people are called in the light, once, and told so', async () => {
  await using house = await darkHouse(url, db, { withGateway: true });
  await house.rosterWritten();
  house.judgeSays('normal', Date.now());
  const call = await house.phones.phone(PRINCIPAL).expectCall();
  await call.thenPickUp();
  await call.thenHears('监测数据无法记录');
  await call.thenPress('right');
  await call.thenHears('已确认，红色');
  await (await house.phones.phone(OFFICER).expectCall()).thenPress('right');
  await eventually(answered);
  const rows = await db.selectFrom('attempt').select(['contact_id', 'origin']).orderBy('contact_id').execute();
  expect(rows.map(({ contact_id, origin }) => `${contact_id} ${origin}`)).toEqual([
    'officer ladder',
    'principal ladder',
  ]);
  expect(await readdir(house.folder)).toEqual(['roster.json']);
});
