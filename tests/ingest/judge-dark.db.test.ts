import { beforeEach, describe, expect, test } from 'vitest';
import { LiveReadings, PULSE_TOPIC, Pulse, UNRECORDED_TOPIC, Unrecorded, liveTopic } from '../../src/contract/live.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply, countReadings, levelStory } from '../support/watched-pond.ts';
import { loopJudge } from './judge-bench.ts';
import type { HandSource } from './judge-bench.ts';
import { NOON, measured, message } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;

const SITE = {
  sensors: [{ code: 'level' }, { code: 'other' }],
  rules: [
    { sensor: 'level', limits: { blue: 10, yellow: 20, orange: 30, red: 40 }, deadband: 1 },
    { id: 'slow', sensor: 'other', limits: { red: 40 }, onDelaySeconds: 600 },
  ],
};

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(database, SITE);
});

/** The newest that was published of what is known and not recorded. */
const unrecorded = ({ published }: HandSource): Unrecorded | undefined => {
  const newest = published.findLast(({ topic }) => topic === UNRECORDED_TOPIC);
  return newest && Unrecorded.parse(JSON.parse(newest.payload));
};
const levels = (source: HandSource): string[] | undefined =>
  unrecorded(source)?.targets.map(({ target, level }) => `${target} ${level}`);
const live = ({ published }: HandSource): LiveReadings[] =>
  published
    .filter(({ topic }) => topic === liveTopic('pond'))
    .map(({ payload }) => LiveReadings.parse(JSON.parse(payload)));
const settledIn = (told: readonly { readonly settled: number }[]): number =>
  told.reduce((sum, { settled }) => sum + settled, 0);

type Judge = Awaited<ReturnType<typeof loopJudge>>;
async function commits(judge: Judge, ...told: readonly ReturnType<typeof measured>[]): Promise<void> {
  for (const each of told) judge.queue.offer(each);
  await eventually(() => told.every(({ settled }) => settled === 1), { what: 'all settled' });
}
/** Nothing is told of any more after a pulse. */
async function isOver(judge: Judge): Promise<void> {
  await eventually(() => {
    judge.source.published.length = 0;
    judge.loop.pulse();
    return unrecorded(judge.source) === undefined;
  });
}

describe('while the database is away', () => {
  test('a red is told of as not recorded, nothing is settled or stored; afterwards the log is as if it had been there', async () => {
    await using judge = await loopJudge(database);
    await commits(judge, measured(-60, 15), measured(-60, 45, 'other'));
    judge.source.published.length = 0;
    judge.takeDatabaseAway();
    // The slow one has waited since -60: committed delays go on in memory.
    const told = [measured(-50, 35), measured(-49, 45), measured(-48, 46, 'other')];
    for (const each of told) judge.queue.offer(each);

    await eventually(() => levels(judge.source)?.length === 2, { what: 'both reds in memory' });
    expect(levels(judge.source)?.toSorted()).toEqual(['pond/level red', 'pond/slow red']);
    expect(unrecorded(judge.source)).toMatchObject({ at: NOON, since: NOON });
    expect(unrecorded(judge.source)?.targets.find(({ target }) => target === 'pond/level')).toEqual({
      siteId: 'pond',
      target: 'pond/level',
      level: 'red',
      value: 45,
      limit: 40,
      observedAt: NOON - 49 * 60_000,
      verified: true,
      guarded: true,
    });
    expect(live(judge.source).map(({ recorded, readings }) => [recorded, readings.length])).toEqual([[false, 3]]);
    judge.loop.pulse();
    const pulse = judge.source.published.findLast(({ topic }) => topic === PULSE_TOPIC);
    expect(Pulse.parse(JSON.parse(pulse?.payload ?? ''))).toMatchObject({ database: false });
    expect([settledIn(told), await countReadings(database)]).toEqual([0, 2]);

    judge.proxy.open(true);
    await eventually(() => settledIn(told) === 3, { what: 'all settled' });
    await isOver(judge);
    expect(await countReadings(database)).toBe(5);
    expect((await levelStory(database)).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'pond/level normal->blue',
      'pond/level blue->orange',
      'pond/level orange->red',
      'pond/slow normal->red',
    ]);
    expect(live(judge.source).every(({ recorded }) => recorded === undefined)).toBe(true);
  });

  test('what stood before is told of with what raised it, and a level that falls in memory is no longer', async () => {
    await using judge = await loopJudge(database);
    await commits(judge, measured(-60, 35));
    judge.takeDatabaseAway();
    await eventually(() => {
      judge.loop.tick();
      return levels(judge.source)?.length === 1;
    });
    expect(unrecorded(judge.source)?.targets).toMatchObject([{ level: 'orange', value: 35, limit: 30 }]);
    judge.queue.offer(measured(-50, 25));
    judge.queue.offer(measured(-49, 5));
    judge.queue.offer(measured(-48, 5));
    await eventually(() => levels(judge.source)?.length === 0, { what: 'normal in memory' });
    expect(await levelStory(database)).toHaveLength(1);
  });

  test('the same again is no other reading, another value for it is a conflict, and poison holds up nothing', async () => {
    await using judge = await loopJudge(database);
    await commits(judge, measured(-60, 5));
    judge.takeDatabaseAway();
    const told = [measured(-50, 6), message('{"t":1,"v":"no number"}'), measured(-50, 6), measured(-50, 45)];
    for (const each of told) {
      judge.queue.offer(each);
      await eventually(() => judge.queue.seen === told.indexOf(each) + 1);
    }
    await eventually(() => levels(judge.source)?.[0] === 'pond/level red', { what: 'the conflict being judged' });
    expect(
      live(judge.source)
        .slice(1)
        .map(({ readings }) => readings.map((each) => each[3])),
    ).toEqual([[6], [45]]);
    judge.proxy.open(true);
    await eventually(() => settledIn(told) === 4);
    expect(await db.selectFrom('quarantine').select('reason').execute()).toHaveLength(1);
    expect(await db.selectFrom('reading_conflict').select('value').execute()).toEqual([{ value: 45 }]);
  });

  test('above the bound of what may wait it judges what it has and goes on telling of it', async () => {
    await using judge = await loopJudge(database);
    await commits(judge, measured(-600, 5));
    judge.takeDatabaseAway();
    for (let i = 0; !judge.queue.isFull; i += 1) judge.queue.offer(measured(i - 500, 45));
    await eventually(() => levels(judge.source)?.length === 1);
    expect(judge.source.story).toContain('pause');
    const before = judge.source.published.length;
    judge.loop.pulse();
    expect(judge.source.published.slice(before).map(({ topic }) => topic)).toEqual([UNRECORDED_TOPIC, PULSE_TOPIC]);
  });

  test('a database that comes, records nothing and goes again ends no outage', async () => {
    await using judge = await loopJudge(database);
    await commits(judge, measured(-60, 5));
    judge.takeDatabaseAway();
    judge.queue.offer(measured(-50, 45));
    await eventually(() => levels(judge.source)?.length === 1);
    judge.clock.advance(60_000);
    let cuts = 0;
    judge.proxy.watch = (fromClient) => {
      if (!fromClient.includes('insert into reading')) return true;
      cuts += 1;
      judge.proxy.cut();
      return false;
    };
    judge.proxy.open(true);
    await eventually(() => cuts > 1, { what: 'two sessions that come to nothing' });
    judge.loop.pulse();
    expect(unrecorded(judge.source)).toMatchObject({ since: NOON, at: NOON + 60_000, targets: [{ level: 'red' }] });
    expect(live(judge.source).filter(({ recorded }) => recorded === false)).toHaveLength(1);
    judge.proxy.watch = () => true;
    await isOver(judge);
    expect(await levelStory(database)).toHaveLength(1);
  });

  test('what was recorded meanwhile is where the next outage begins', async () => {
    await using judge = await loopJudge(database);
    await commits(judge, measured(-60, 5));
    judge.takeDatabaseAway();
    judge.queue.offer(measured(-50, 45));
    await eventually(() => levels(judge.source)?.length === 1);
    judge.proxy.open(true);
    await isOver(judge);
    await commits(judge, measured(-40, 25), measured(-39, 25));
    judge.clock.advance(60_000);
    judge.loop.tick();
    judge.takeDatabaseAway();
    judge.queue.offer(measured(-30, 26));
    await eventually(() => levels(judge.source)?.[0] === 'pond/level yellow', {
      what: 'the level of the second outage',
    });
  });
});

test('a judge that has never seen its database judges nothing, and tells of nothing', async () => {
  await using judge = await loopJudge(database, 'a', { away: true });
  const told = measured(-50, 45);
  judge.queue.offer(told);
  await eventually(() => judge.attempts > 1, { what: 'two attempts' });
  judge.loop.pulse();
  expect(unrecorded(judge.source)).toBeUndefined();
  expect(judge.queue.seen).toBe(0);
  judge.proxy.open(true);
  await eventually(() => told.settled === 1);
});
