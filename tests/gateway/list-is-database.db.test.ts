import { expect, test } from 'vitest';
import { afterEvent } from '../../dashboards/src/state/overview-events.ts';
import { isNew } from '../../dashboards/src/state/resume.ts';
import type { SiteOverview } from '../../src/contract/http.ts';
import type { LiveEvent } from '../../src/contract/live.ts';
import { judges, measured, noonPlus } from '../ingest/judging.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { openPage, signIn, testGateway } from './test-gateway.ts';
import type { TestPage } from './test-gateway.ts';

const database = await testDatabase();
const house = await testGateway(database, { pulseEveryMs: 20 });
const cookie = await signIn(house, database);
await apply(database, {
  sensors: ['a', 'b', 'c'].map((code) => ({ code, range: { min: 0, max: 100 } })),
  rules: ['a', 'b', 'c'].map((sensor) => ({ sensor, limits: { blue: 10, yellow: 20, orange: 30, red: 40 } })),
});
await house.follower.started;

const overview = async (): Promise<SiteOverview> =>
  (await house.app.inject({ url: '/api/sites/pond/overview', headers: { cookie } })).json<SiteOverview>();

/** What the list of levels and of sensors says. */
const listed = ({ level, rules, sensors }: SiteOverview) => ({
  level,
  rules: rules.map(({ target, level: own, verified, changedAt }) => ({ target, level: own, verified, changedAt })),
  sensors: sensors.map(({ code, visibility, visibilitySince }) => ({ code, visibility, visibilitySince })),
});

/** A page that began at this moment: what it read, and the events it has been told since. */
interface Began {
  readonly read: SiteOverview;
  readonly page: TestPage;
}
const eventsOf = ({ messages }: TestPage): LiveEvent[] =>
  messages.flatMap((message) => (message.type === 'event' ? [message.event] : []));
const shows = ({ read, page }: Began): SiteOverview =>
  eventsOf(page)
    .filter((event) => isNew(read.cursor, event))
    .reduce(afterEvent, read);

test('R22 whenever a page began, its list is what the database says, after every commit', async () => {
  const { clock, begin } = judges(database);
  await using session = await begin();
  const began: Began[] = [];
  // A sensor that has never reported is no event when it first does.
  for (const sensor of ['a', 'b', 'c']) await session.commit.take([measured(-1, 5, sensor, noonPlus(-1))]);
  // Rises, falls, doubtful ones that are confirmed or withdrawn, a silence, a conflict: minute, value, sensor.
  const told: readonly (readonly [number, number, string])[] = [
    [0, 15, 'a'],
    [1, 999, 'a'],
    [2, 25, 'b'],
    [3, 45, 'a'],
    [4, 999, 'b'],
    [5, 5, 'b'],
    [6, 999, 'c'],
    [6, 998, 'c'],
    [9, 5, 'a'],
    [12, 35, 'b'],
    [30, 5, 'b'],
    [31, 5, 'a'],
  ];
  for (const [minute, value, sensor] of told) {
    clock.set(noonPlus(minute));
    await session.commit.take([measured(minute, value, sensor, noonPlus(minute))]);
    await session.commit.tick(true);
    house.follower.wake();
    const read = await overview();
    const page = await openPage(house, cookie);
    page.resume(read.cursor);
    began.push({ read, page });
    const present = listed(read);
    for (const each of began) {
      await eventually(() => JSON.stringify(listed(shows(each))) === JSON.stringify(present), {
        what: `a page that began earlier showing minute ${String(minute)}`,
      });
    }
  }
  expect(listed(await overview())).toMatchObject({ level: 'red', sensors: [{}, {}, { visibility: 'blind' }] });
  for (const { page } of began) page.socket.terminate();
});
