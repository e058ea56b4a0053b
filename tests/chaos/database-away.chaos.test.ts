import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { levelStory } from '../support/watched-pond.ts';
import { openDarkPond } from './dark-pond.ts';
import { redInTheDark, undisturbed } from './red-in-the-dark.ts';

const calm = await testDatabase();

test('a red that passes while the database is stopped is told of within seconds, and recorded afterwards', () =>
  redInTheDark(calm, 2));

test('a database that restarts in the stream costs no reading and no level', async () => {
  await using pond = await openDarkPond();
  await pond.measure(5);
  for (const value of [25, 45, 5]) {
    const restarting = pond.database.stop().then(() => pond.database.start());
    await pond.measure(...Array<number>(20).fill(value));
    await restarting;
  }
  await pond.stored();
  expect(await levelStory(pond.database)).toEqual(await undisturbed(calm, pond));
});

test('a judge killed in the dark has no memory, says so, and loses nothing', async () => {
  await using pond = await openDarkPond();
  await pond.measure(5);
  await pond.stored();
  await pond.database.stop();
  await pond.measure(45);
  await pond.told('red');
  await pond.judge.kill();
  const told = pond.heard.unrecorded.length;
  const starting = pond.judge.start();
  await eventually(async () => (await pond.judge.log()).includes('has no memory'), { what: 'the judge saying so' });
  await pond.measure(46, 5, 5, 5, 5, 5);
  expect(pond.heard.unrecorded.length).toBe(told);
  await pond.database.start();
  await starting;
  await pond.stored();
  expect(await levelStory(pond.database)).toEqual(await undisturbed(calm, pond));
});

test('a broker that restarts in the dark is found again, and what it kept is judged in memory', async () => {
  await using pond = await openDarkPond();
  await pond.measure(5);
  await pond.stored();
  await pond.database.stop();
  await pond.measure(15);
  await pond.told('blue');
  await pond.broker.stop();
  await pond.broker.start();
  await pond.measure(45, 46);
  await pond.told('red');
  await pond.database.start();
  await pond.stored();
  await pond.isOver();
  expect(await levelStory(pond.database)).toEqual(await undisturbed(calm, pond));
});

test('a broker that forgets its session in the dark is found again, and what had come is not lost with it', async () => {
  await using pond = await openDarkPond();
  await pond.measure(5);
  await pond.stored();
  await pond.database.stop();
  await pond.measure(15);
  await pond.told('blue');
  await pond.broker.kill();
  await pond.broker.start();
  // With the session it lost the subscription: what comes before the judge is back is lost.
  await eventually(async () => {
    await pond.measure(45);
    return pond.heard.unrecorded.at(-1)?.targets[0]?.level === 'red';
  });
  await pond.database.start();
  await pond.isOver();
  expect((await levelStory(pond.database)).map((line) => line.split(' ')[1])).toEqual(['normal->blue', 'blue->red']);
});
