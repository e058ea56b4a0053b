import { expect, it } from 'vitest';
import { dueHappenings } from '../../../alerting/dark/due.ts';
import { fold } from '../../../alerting/dark/fold.ts';
import type { Dark, DarkSite, Entry } from '../../../alerting/dark/journal.ts';
import { importDark } from '../../../alerting/io/dark-import.ts';
import { rosterOf } from '../../../alerting/io/dark-roster.ts';
import { beginning } from '../../../alerting/io/dark-session.ts';
import { MINUTE, SECOND } from '../../../src/core/time.ts';
import { testDatabase } from '../../support/test-database.ts';
import { deskBench, openedBench } from '../desk-bench.ts';
import type { DeskBench } from '../desk-bench.ts';

const { db } = await testDatabase();

let taken = 0;

/** The database is away from now on: everybody is called from what it had. */
async function dark(bench: DeskBench): Promise<Dark> {
  const now = bench.clock.now();
  const begun = fold(null, beginning(await rosterOf(db, [bench.policy]), now, now));
  if (begun === null) throw new Error('no journal was begun');
  return goingOn(bench, begun);
}

const siteOf = (bench: DeskBench, night: Dark): DarkSite => night.sites[bench.siteId] as DarkSite;

function entered(bench: DeskBench, night: Dark, entry: Pick<Extract<Entry, { type: 'happened' }>, 'happenings'>): Dark {
  const uuid = `${String(++taken).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const seed = taken;
  return fold(night, { type: 'happened', siteId: bench.siteId, at: bench.clock.now(), seed, uuid, ...entry }) as Dark;
}

const goingOn = (bench: DeskBench, night: Dark): Dark =>
  entered(bench, night, {
    happenings: dueHappenings(siteOf(bench, night), night.fault, [], bench.clock.now()),
  });

function pressed(bench: DeskBench, night: Dark, contactId: string): Dark {
  const attempt = siteOf(bench, night).attempts.findLast((one) => one.contactId === contactId);
  if (attempt === undefined) throw new Error(`${contactId} was not called`);
  return entered(bench, night, { happenings: [{ type: 'digit', attempt: attempt.number, digit: attempt.code }] });
}

const portsOf = ({ clock, policyOf }: DeskBench) => ({ db, clock, policyOf, draw: Math.random });

it('a new callout is opened with all that was called and answered, once however often it is imported', async () => {
  const bench = await deskBench(db);
  const night = pressed(bench, await dark(bench), 'principal');
  await importDark(portsOf(bench), night);
  const before = [await bench.attempts(), await bench.events()];
  await importDark(portsOf(bench), night);
  expect([await bench.attempts(), await bench.events()]).toEqual(before);
  expect(await bench.attempts()).toContain('1 principal red voice ended confirmed');
  const events = await bench.events();
  expect([events[0], events.at(-1)].join()).toMatch(/dark-began.*dark-ended/u);
});

it('answered after its site was imported, while the import of another failed: the answer counts', async () => {
  const bench = await deskBench(db);
  const night = await dark(bench);
  await importDark(portsOf(bench), night);
  await importDark(portsOf(bench), pressed(bench, night, 'principal'));
  expect(await bench.attempts()).toContain('1 principal red voice ended confirmed');
  expect((await bench.callout()).state.answers.map(({ contactId }) => contactId)).toEqual(['principal']);
});

it('a ladder goes on from where the journal left it', async () => {
  const bench = await openedBench(db, 'orange');
  const before = await bench.attempts();
  const night = await dark(bench);
  bench.clock.advance(61 * SECOND);
  const later = goingOn(bench, night);
  await importDark(portsOf(bench), later);
  expect((await bench.attempts()).length).toBeGreaterThan(before.length);
  expect((await bench.callout()).state.runs).toEqual(siteOf(bench, later).state?.runs);
  bench.clock.advance(2 * MINUTE);
  const called = (await bench.attempts()).length;
  await bench.desk.takeDue();
  expect((await bench.attempts()).length).toBeGreaterThan(called);
});

it('a phone that answered to the gateway before the import is not called again, and nothing is lost of either', async () => {
  const bench = await openedBench(db, 'orange');
  const { id, code } = await bench.attempt(1);
  const night = pressed(bench, await dark(bench), 'principal');
  // The database is back: the gateway is a little faster than the import.
  await bench.desk.report(id, { reportId: '1', event: 'answered' });
  await bench.desk.report(id, { reportId: '2', event: 'digit', digit: code });
  await importDark(portsOf(bench), night);
  const { state } = await bench.callout();
  const officer = (await bench.attempts())[0]?.split(' ')[1];
  expect(new Set(state.answers.map(({ contactId }) => contactId))).toEqual(new Set(['principal', officer]));
  expect((await bench.attempts())[0]).toContain('confirmed');
});

it('attempts that the database made before the import are hung up, and those of the journal keep their people', async () => {
  const bench = await openedBench(db, 'orange');
  const night = await dark(bench);
  const inTheDark = siteOf(bench, night).attempts.filter(({ createdAt }) => createdAt === bench.clock.now()).length;
  bench.clock.advance(61 * SECOND);
  await bench.desk.takeDue();
  const before = await bench.attempts();
  await importDark(portsOf(bench), night);
  const after = await bench.attempts();
  expect(after.length).toBeGreaterThan(before.length);
  expect(inTheDark).toBeGreaterThan(0);
  const numbers = after.map((line) => Number(line.split(' ')[0])).sort((a, b) => a - b);
  expect(numbers).toEqual(after.map((_line, i) => i + 1));
  const extra = before.at(-1)?.split(' ')[0] ?? '';
  expect(after.find((line) => line.startsWith(`${extra} `))).toContain('ended cancelled');
  const { state } = await bench.callout();
  const red = state.runs.findIndex(({ level }) => level === 'red');
  const ringing = await bench.attempt(state.attempts.find(({ open, runs }) => open && runs.includes(red))?.number ?? 0);
  expect(ringing.phone).toBe(bench.policy.contacts.find(({ id }) => id === 'principal')?.phone);
});

it('a callout that was closed meanwhile stays closed: what the night called goes on in a fresh one', async () => {
  const bench = await openedBench(db, 'orange');
  const closed = (await bench.callout()).id;
  const night = await dark(bench);
  await db.updateTable('callout').set({ ended_at: new Date(), due_at: null }).where('id', '=', closed).execute();
  bench.clock.advance(SECOND);
  await importDark(portsOf(bench), night);
  const fresh = await db.selectFrom('callout').select(['id', 'ended_at']).where('site_id', '=', bench.siteId).execute();
  expect(fresh.filter(({ ended_at }) => ended_at === null).map(({ id }) => id)).not.toContain(closed);
  expect(fresh).toHaveLength(2);
});
