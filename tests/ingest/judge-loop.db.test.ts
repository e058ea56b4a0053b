import { beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply, countReadings, levelStory } from '../support/watched-pond.ts';
import { loopJudge } from './judge-bench.ts';
import { measured } from './judging.ts';

const database = await testDatabase();
const startJudge = (name?: string) => loopJudge(database, name);

beforeEach(async () => {
  await database.pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(database, {
    sensors: [{ code: 'level' }],
    rules: [{ sensor: 'level', limits: { blue: 10, yellow: 20, orange: 30, red: 40 }, deadband: 1 }],
  });
});

test('a delivery is settled after its commit, and live subscribers are told', async () => {
  await using judge = await startJudge();
  const told = measured(-1, 35);
  judge.queue.offer(told);
  await eventually(() => told.settled === 1);
  expect(await countReadings(database)).toBe(1);
  expect(judge.source.story).toEqual(['connect', 'live']);
});

describe('when the connection is lost at COMMIT', () => {
  test.each([
    ['the commit was done and its answer lost', true],
    ['the commit was never asked for', false],
  ])('%s: stored once, judged once, settled once', async (_name, isDone) => {
    await using judge = await startJudge();
    const seenAtCut: number[] = [];
    judge.proxy.watch = (fromClient) => {
      if (!fromClient.includes('commit\0')) return true;
      judge.proxy.watch = () => true;
      judge.proxy.open(false);
      judge.proxy.holdAnswers();
      // Cut as soon as the database has done what was passed on to it.
      void eventually(async () => isDone === (await countReadings(database)) > 0).then(async () => {
        seenAtCut.push(await countReadings(database));
        judge.proxy.cut();
        judge.proxy.release();
        judge.proxy.open(true);
      });
      return isDone;
    };
    const told = [measured(-2, 35), measured(-1, 45)];
    for (const each of told) judge.queue.offer(each);
    await eventually(() => told.every(({ settled }) => settled === 1), { what: 'both settled' });

    expect(seenAtCut).toEqual([isDone ? 2 : 0]);
    expect(await countReadings(database)).toBe(2);
    expect((await levelStory(database)).map((line) => line.split(' ')[1])).toEqual(['normal->orange', 'orange->red']);
    expect(await database.db.selectFrom('quarantine').selectAll().execute()).toEqual([]);
    expect(judge.source.story).not.toContain('close');
  });
});

test('while the database is away nothing is settled and memory is bounded; afterwards everything is stored', async () => {
  await using judge = await startJudge();
  judge.proxy.open(false);
  judge.proxy.cut();
  const told = Array.from({ length: 100 }, (_, i) => measured(i - 200, 5));
  for (const each of told) judge.queue.offer(each);
  await eventually(() => judge.source.story.includes('pause'), { what: 'the source being paused' });
  expect(told.filter(({ settled }) => settled > 0)).toEqual([]);

  judge.proxy.open(true);
  await eventually(() => told.every(({ settled }) => settled === 1), { what: 'all settled' });
  expect(await countReadings(database)).toBe(100);
  expect(judge.queue.bytes).toBe(0);
  expect(judge.source.story.filter((line) => line !== 'live')).toEqual(['connect', 'pause', 'resume']);
});

test('a judge that loses its lease lets go of the line, writes nothing and stands by until it is its own again', async () => {
  await using first = await startJudge('a');
  await database.pool.query(`update engine_lease set renewed_at = renewed_at - interval '1 hour'`);
  {
    await using second = await startJudge('b');
    expect(second.source.story).toEqual(['connect']);
    const stolen = measured(-1, 45);
    first.queue.offer(stolen);
    await eventually(() => first.source.story.includes('close'), { what: 'the line being let go' });
    expect([stolen.settled, await countReadings(database), first.queue.bytes]).toEqual([0, 0, 0]);
    second.queue.offer(measured(-1, 5));
    await eventually(async () => (await countReadings(database)) === 1);
  }
  await eventually(() => first.source.story.filter((line) => line === 'connect').length === 2, {
    what: 'the first judge being back',
  });
  const told = measured(1, 6);
  first.queue.offer(told);
  await eventually(() => told.settled === 1);
  expect(await levelStory(database)).toEqual([]);
});

test('a new configuration is judged by after the reload, also when nobody told of it', async () => {
  await using judge = await startJudge();
  await apply(database, {
    sensors: [{ code: 'level' }, { code: 'other' }],
    rules: [{ sensor: 'other', limits: { red: 1 } }],
  });
  judge.loop.tick();
  await eventually(async () => {
    const told = measured(-1, 5, 'other');
    judge.queue.offer(told);
    await eventually(() => told.settled === 1);
    return (await levelStory(database)).length === 1;
  });
});
