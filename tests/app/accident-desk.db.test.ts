import { beforeEach, expect, test } from 'vitest';
import { accidentDesk, remindOfAccidents } from '../../src/app/accident-desk.ts';
import { MINUTE } from '../../src/core/time.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';

const database = await testDatabase();
const { db, pool } = database;
const clock = fakeClock();
const desk = accidentDesk({ db, clock });
const START = clock.now();
const KNOWN = {
  what: 'dam slumped',
  where: 'section 2',
  happenedAt: START - 5 * MINUTE,
  grade: 'general',
  casualties: null,
  measures: '',
} as const;

beforeEach(async () => {
  await pool.query('truncate site, audit restart identity cascade');
  clock.set(START);
  await apply(database, { sensors: [{ code: 'level' }], rules: [{ sensor: 'level', limits: { red: 40 } }] });
});

const minutesOf = (at: number | null) => (at === null ? null : (at - START) / MINUTE);
const due = async (id: string) =>
  Object.fromEntries((await desk.byId(id)).reports.map(({ report, dueAt }) => [report, minutesOf(dueAt)]));
const events = async () =>
  (await db.selectFrom('callout_event').select(['type', 'at']).orderBy('position').execute()).map(
    ({ type, at }) => `${type} ${String(minutesOf(at.getTime()))}`,
  );

test('an accident starts the clock for the county and for mine safety, and the next tier when the county was told', async () => {
  const id = await desk.declare('pond', KNOWN, 'li');
  expect(await due(id)).toEqual({ county: 60, 'province-mine-safety': 60, 'next-tier': null });
  clock.advance(20 * MINUTE);
  await desk.told(id, 'county', 'Ms Chen, by telephone', 'wang');
  expect(await due(id)).toEqual({ county: 60, 'province-mine-safety': 60, 'next-tier': 80 });
  expect((await desk.byId(id)).reports[0]?.told).toEqual({
    by: 'wang',
    at: START + 20 * MINUTE,
    note: 'Ms Chen, by telephone',
  });
  await expect(desk.told(id, 'county', 'again', 'li')).rejects.toMatchObject({ code: 'accident/told' });
  await expect(desk.told(id, 'press', 'x', 'li')).rejects.toMatchObject({ code: 'accident/report-not-found' });
});

test('one that turns out larger owes the province within the hour; no deadline moves, and none is taken back', async () => {
  const id = await desk.declare('pond', KNOWN, 'li');
  clock.advance(30 * MINUTE);
  const casualties = { dead: 3, missing: 0, injured: 2, trapped: 0 };
  await desk.amend(id, { ...KNOWN, grade: 'larger', casualties }, 'li');
  expect(await due(id)).toEqual({ county: 60, 'province-mine-safety': 60, province: 90, 'next-tier': null });
  await desk.amend(id, KNOWN, 'li');
  expect(await due(id)).toMatchObject({ county: 60, province: 90 });
  const audit = await db
    .selectFrom('audit')
    .select(['action', 'facts'])
    .where('action', 'like', 'accident/%')
    .execute();
  expect(audit.map(({ action }) => action)).toEqual(['accident/declare', 'accident/amend', 'accident/amend']);
  expect(audit[1]?.facts).toMatchObject({ before: { grade: 'general' }, after: { grade: 'larger' } });
});

test('who has not been told is reminded of by its row: before, at the deadline, and after it until it is done', async () => {
  const id = await desk.declare('pond', KNOWN, 'li');
  await desk.told(id, 'province-mine-safety', 'duty room', 'li');
  for (let minute = 0; minute <= 75; minute += 1) {
    clock.set((START + minute * MINUTE) as typeof START);
    await remindOfAccidents({ db, clock });
  }
  await desk.told(id, 'county', 'late', 'li');
  await desk.close(id, 'handed over to the county', 'li');
  clock.advance(600 * MINUTE);
  expect(await remindOfAccidents({ db, clock })).toBe(0);
  expect(await events()).toEqual([
    'accident-declared 0',
    'accident-told 0',
    'accident-due 45',
    'accident-overdue 60',
    'accident-overdue 70',
    'accident-told 75',
    'accident-closed 75',
  ]);
  await expect(desk.amend(id, KNOWN, 'li')).rejects.toMatchObject({ code: 'accident/closed' });
});

test('no callout hears of it', async () => {
  await desk.declare('pond', KNOWN, 'li');
  expect(await db.selectFrom('callout').selectAll().execute()).toEqual([]);
});
