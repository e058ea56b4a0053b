import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { apply, countReadings, levelStory } from '../support/watched-pond.ts';
import { judges, message } from '../ingest/judging.ts';
import { SITE, TOPIC, openDarkPond } from './dark-pond.ts';
import type { DarkPond } from './dark-pond.ts';

/** The log of a judge whose database was never away, given the same measurements one by one. */
export async function undisturbed(calm: TestDatabase, { sent }: Pick<DarkPond, 'sent'>): Promise<string[]> {
  await calm.pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(calm, SITE);
  const { begin, clock } = judges(calm);
  clock.set((sent.at(-1)?.at ?? 0) as Parameters<typeof clock.set>[0]);
  await using session = await begin();
  for (const { at, value } of sent)
    await session.commit.take([message(JSON.stringify({ t: at, v: value }), TOPIC, clock.now())]);
  return await levelStory(calm);
}

/** A red passes while the database is stopped for so many pulses, two seconds each: it is told of, and nothing is lost. */
export async function redInTheDark(calm: TestDatabase, pulses: number): Promise<void> {
  await using pond = await openDarkPond();
  await pond.measure(5, 12, 12, 5, 5);
  await pond.stored();
  const before = pond.acknowledged;
  await pond.database.stop();
  await pond.measure(25, 45);
  await pond.told('red');
  const dark = () => pond.heard.pulses.filter(({ database }) => !database).length;
  for (let i = 0; i < pulses; i += 1) {
    await pond.measure(46, 45);
    await eventually(() => dark() > i, { what: 'a pulse of a judge that cannot record' });
  }
  expect(pond.acknowledged).toBe(before);
  expect(pond.heard.unrecorded.at(-1)?.targets).toMatchObject([{ target: 'pond/level', level: 'red', value: 45 }]);
  await pond.measure(5, 5, 5, 5);
  await eventually(() => pond.heard.unrecorded.at(-1)?.targets.length === 0, { what: 'the end of the red' });
  expect(pond.heard.readings.some(({ recorded }) => recorded === false)).toBe(true);

  await pond.database.start();
  await pond.stored();
  await pond.isOver();
  expect(await levelStory(pond.database)).toEqual(await undisturbed(calm, pond));
  expect(await pond.database.db.selectFrom('reading_conflict').selectAll().execute()).toEqual([]);
  expect(await countReadings(pond.database)).toBe(pond.sent.length);
}
