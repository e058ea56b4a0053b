import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { LiveEvent, LiveReading } from '../../src/contract/live.ts';
import { appendReport } from '../../src/platform/report-log.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { NOW, storePond } from './pond.ts';
import { openPage, signIn, tcp, testGateway } from './test-gateway.ts';
import type { TestPage } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database, { pulseEveryMs: 20 });
const cookie = await signIn(house, database);
const sensors = await storePond(db);
await house.follower.started;

const LOGS = ['levelChange', 'visibilityChange', 'calloutEvent', 'lateExceedance', 'reportChange'] as const;

let version = 0;
/** Appends level changes as the judge does, and wakes the gateway as NOTIFY does. */
async function append(count: number, { extra = '', wake = true } = {}): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockLog(tx, 'level_change');
    for (let i = 0; i < count; i += 1) {
      version += 1;
      await tx
        .insertInto('level_change')
        .values({
          site_id: 'pond',
          target: 'pond/high',
          sensor_id: sensors.level,
          state_version: version,
          from_level: 'normal',
          to_level: 'red',
          observed_at: new Date(NOW + version),
          recorded_at: new Date(NOW),
          cause: `reached${extra}`,
          value: version,
          limit_value: 1,
        })
        .execute();
    }
  });
  if (wake) house.follower.wake();
}

const events = ({ messages }: TestPage): LiveEvent[] =>
  messages.flatMap((message) => (message.type === 'event' ? [message.event] : []));
const positions = (page: TestPage): number[] =>
  events(page)
    .filter(({ log }) => log === 'levelChange')
    .map(({ position }) => position);
const stored = async (after: number): Promise<number[]> => {
  const rows = await db
    .selectFrom('level_change')
    .select('position')
    .where('position', '>', after)
    .orderBy('position')
    .execute();
  return rows.map(({ position }) => position);
};
const cursorAt = (levelChange: number) => ({
  levelChange,
  visibilityChange: 0,
  calloutEvent: 0,
  lateExceedance: 0,
  reportChange: 0,
});

test('a page is told the time, where it stands, and that the judge is not heard', async () => {
  const page = await openPage(house, cookie);
  page.resume(null);
  await eventually(() => page.messages.length >= 2);
  expect(page.messages[0]).toMatchObject({ type: 'hello', now: house.clock.now() });
  expect(page.messages[1]).toEqual({
    type: 'pulse',
    now: house.clock.now(),
    judge: null,
    alert: false,
    following: true,
    clock: { offsetMs: null, against: null, ok: true },
  });
  page.socket.terminate();
});

test('all logs arrive as they are written', async () => {
  const page = await openPage(house, cookie);
  page.resume(null);
  await eventually(() => page.messages.length > 0);
  await append(1);
  await db.transaction().execute(async (tx) => {
    await lockLog(tx, 'visibility_change');
    await tx
      .insertInto('visibility_change')
      .values({
        site_id: 'pond',
        sensor_ids: sql`array[${sensors.level}::integer, ${sensors.p1}::integer]`,
        visibility: 'blind',
        cause: 'broker-away',
        at: new Date(NOW),
      })
      .execute();
    await lockLog(tx, 'callout_event');
    await tx
      .insertInto('callout_event')
      .values({ site_id: 'pond', callout_id: null, type: 'opened', at: new Date(NOW), facts: '{"level":"red"}' })
      .execute();
    await lockLog(tx, 'late_exceedance');
    await tx
      .insertInto('late_exceedance')
      .values({
        site_id: 'pond',
        target: 'pond/high',
        sensor_id: sensors.level,
        level: 'red',
        standing: 'blue',
        observed_at: new Date(NOW),
        received_at: new Date(NOW + 1),
        recorded_at: new Date(NOW + 2),
        value: 2,
        limit_value: 1,
      })
      .execute();
    const words = { zh: '管涌', en: 'piping' };
    const report = { siteId: 'pond', subject: 'finding', key: 'finding:1', level: 'orange', words } as const;
    await appendReport(tx, { ...report, at: NOW, who: 'li', facts: {} }, NOW);
  });
  house.follower.wake();
  await eventually(() => events(page).length === 5);
  // Each log has its order; between logs none is promised.
  const byLog = LOGS.map((log) => events(page).find((event) => event.log === log));
  expect(byLog).toMatchObject([
    {
      log: 'levelChange',
      target: 'pond/high',
      from: 'normal',
      to: 'red',
      observedAt: NOW + version,
      value: version,
      limit: 1,
    },
    {
      log: 'visibilityChange',
      sensorIds: [sensors.level, sensors.p1],
      visibility: 'blind',
      cause: 'broker-away',
      at: NOW,
    },
    { log: 'calloutEvent', calloutId: null, type: 'opened', facts: { level: 'red' }, at: NOW },
    { log: 'lateExceedance', level: 'red', standing: 'blue', observedAt: NOW, receivedAt: NOW + 1, value: 2, limit: 1 },
    {
      log: 'reportChange',
      subject: 'finding',
      from: 'normal',
      to: 'orange',
      words: { zh: '管涌' },
      who: 'li',
      at: NOW,
    },
  ]);
  page.socket.terminate();
});

test('events arrive by the poll alone when no notification does', async () => {
  const page = await openPage(house, cookie);
  page.resume(null);
  await eventually(() => page.messages.length > 0);
  await append(1, { wake: false });
  await eventually(() => events(page).length === 1);
  page.socket.terminate();
});

test('A16 a page that comes back misses nothing and is told nothing twice, while events keep coming', async () => {
  const start = (await stored(0)).at(-1) ?? 0;
  let page = await openPage(house, cookie);
  page.resume(cursorAt(start));
  const seen: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    // Many more than one page of the catching-up, appended while it catches up.
    const appending = Promise.all(Array.from({ length: 6 }, () => append(40)));
    const before = seen.length;
    await eventually(() => positions(page).length > 20 * round, { what: 'some events' });
    page.socket.terminate();
    await page.closed;
    seen.push(...positions(page));
    expect(seen.length).toBeGreaterThan(before);
    page = await openPage(house, cookie);
    page.resume(cursorAt(seen.at(-1) ?? start));
    await appending;
  }
  const all = await stored(start);
  await eventually(() => seen.length + positions(page).length >= all.length, { what: 'all events' });
  expect([...seen, ...positions(page)]).toEqual(all);
  page.socket.terminate();
});

test('a page that was away for long catches up over many pages of the log', async () => {
  const start = (await stored(0)).at(-1) ?? 0;
  await append(1_700);
  const page = await openPage(house, cookie);
  page.resume(cursorAt(start));
  await append(30);
  const all = await stored(start);
  await eventually(() => positions(page).length >= all.length);
  expect(positions(page)).toEqual(all);
  page.socket.terminate();
});

test('a page that read an event from the overview before the gateway followed it is not told of it again', async () => {
  await append(1, { wake: false });
  const newest = (await stored(0)).at(-1) ?? 0;
  const page = await openPage(house, cookie);
  page.resume(cursorAt(newest));
  await eventually(() => page.messages.length > 0);
  expect(page.messages[0]).toMatchObject({ type: 'hello', cursor: { levelChange: newest } });
  await append(1);
  await eventually(() => positions(page).includes(newest + 1));
  expect(positions(page)).toEqual([newest + 1]);
  page.socket.terminate();
});

test('a page that is ahead of restored logs is told where they stand, and gets what comes', async () => {
  const page = await openPage(house, cookie);
  page.resume(cursorAt(1_000_000));
  await eventually(() => page.messages.length > 0);
  const newest = (await stored(0)).at(-1) ?? 0;
  expect(page.messages[0]).toMatchObject({ type: 'hello', cursor: { levelChange: newest } });
  await append(1);
  await eventually(() => positions(page).length === 1);
  page.socket.terminate();
});

/** Readings whose message is about 20 kB: a few hundred sensors, so that a kernel's buffers fill soon. */
const burst = (n: number): LiveReading[] =>
  Array.from({ length: 500 }, (_, sensor) => [sensor + 1, NOW + n, NOW + n, n, 0]);

test('A16 a page that does not read gets thinned curves, the newest values, and every event', async () => {
  const page = await openPage(house, cookie);
  page.resume(null);
  await eventually(() => page.messages.length > 0);
  const start = (await stored(0)).at(-1) ?? 0;
  tcp(page).pause();
  let n = 0;
  const before = house.hub.stats().thinned;
  await eventually(
    () => {
      for (let i = 0; i < 20; i += 1) house.hub.readings({ siteId: 'pond', readings: burst((n += 1)) });
      return house.hub.stats().thinned > before;
    },
    { what: 'thinning' },
  );
  // From here on only events are added to what waits for it.
  for (let i = 0; i < 200; i += 1) house.hub.readings({ siteId: 'pond', readings: burst((n += 1)) });
  await append(50);
  for (let i = 0; i < 200; i += 1) house.hub.readings({ siteId: 'pond', readings: burst((n += 1)) });
  await append(50);
  const all = await stored(start);
  await eventually(() => house.follower.position('levelChange') === all.at(-1));
  expect(house.hub.stats().cut).toBe(0);

  tcp(page).resume();
  const thinned = await eventually(() =>
    page.messages.findLast((message) => message.type === 'readings' && message.thinned),
  );
  expect(thinned).toEqual({ type: 'readings', siteId: 'pond', readings: burst(n), thinned: true });
  await eventually(() => positions(page).length >= all.length);
  expect(positions(page)).toEqual(all);
  expect(page.messages.filter(({ type }) => type === 'readings').length).toBeLessThan(n);
  page.socket.terminate();
});

test('A16 a page that does not read is cut at the memory bound, and misses nothing when it comes back', async () => {
  const page = await openPage(house, cookie);
  page.resume(null);
  await eventually(() => page.messages.length > 0);
  const start = (await stored(0)).at(-1) ?? 0;
  tcp(page).pause();
  const filler = 'x'.repeat(100_000);
  await eventually(
    async () => {
      await append(20, { extra: filler });
      return house.hub.stats().cut > 0;
    },
    { what: 'the cut', withinMs: 60_000 },
  );
  tcp(page).resume();
  const code = await page.closed;
  expect([1013, 1006]).toContain(code);
  const seen = positions(page);
  const again = await openPage(house, cookie);
  again.resume(cursorAt(seen.at(-1) ?? start));
  const all = await stored(start);
  await eventually(() => seen.length + positions(again).length >= all.length);
  expect([...seen, ...positions(again)]).toEqual(all);
  again.socket.terminate();
});
