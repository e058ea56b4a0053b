import { beforeEach, describe, expect, test } from 'vitest';
import { onDuty } from '../../alerting/roster/on-duty.ts';
import { rosterVersion } from '../../alerting/io/roster-book.ts';
import { rosterDesk } from '../../src/app/roster-desk.ts';
import { rosterAt } from '../../src/app/roster-look.ts';
import { sitePolicies, sitePolicy } from '../../src/app/site-policy.ts';
import type { RosterPlan } from '../../src/contract/roster.ts';
import { DAY, HOUR, instant } from '../../src/core/time.ts';
import { POND, storePond } from '../gateway/pond.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';

const { db, pool } = await testDatabase();
/** Eight in the morning in Shanghai, when duties change. */
const EIGHT = instant(Date.UTC(2026, 6, 1));
const clock = fakeClock(EIGHT);
const desk = rosterDesk({ db, clock });
const [one = '', two = '', three = ''] = POND.contacts.map(({ id }) => id);
const EDITOR = { name: 'chief', mayEdit: true };

const PLAN: RosterPlan = {
  rotations: [
    {
      id: 'officers',
      name: '带班领导',
      duty: 'duty-officer',
      pattern: { kind: 'daily' },
      handOver: '08:00',
      firstDay: '2026-07-01',
      turns: [[one], [two]],
    },
  ],
  holidays: [],
  accounts: { [one]: 'li', [two]: 'wang' },
};
const look = (who = 'chief') => desk.look('pond', who, 14 * DAY);
const save = async (plan = PLAN) => desk.save('pond', { baseVersion: (await look()).version, ...plan }, 'chief');
const onAt = async (hours: number) => {
  const { content } = await rosterVersion(db, 'pond');
  return onDuty(rosterAt({ config: POND }, content), 'duty-officer', instant(EIGHT + hours * HOUR));
};
const audited = async () =>
  (await db.selectFrom('audit').select(['who', 'action']).orderBy('id').execute()).map(({ who, action }) => [
    who,
    action,
  ]);

beforeEach(async () => {
  await pool.query('truncate site, audit restart identity cascade');
  clock.set(EIGHT);
  await storePond(db);
});

test('each change is a new version, and the audit says whose', async () => {
  expect(await look()).toMatchObject({
    version: 0,
    changedBy: null,
    unrostered: ['control-room', 'duty-officer', 'principal'],
  });
  await save();
  await desk.override(
    'pond',
    { rotationId: 'officers', from: EIGHT, until: EIGHT + HOUR, people: [three], note: 'inspection' },
    'chief',
  );
  expect(await look()).toMatchObject({ version: 2, changedBy: 'chief', unrostered: ['control-room', 'principal'] });
  expect([await onAt(0), await onAt(1), await onAt(24)]).toEqual([[three], [one], [two]]);
  expect(await audited()).toEqual([
    ['chief', 'roster/plan'],
    ['chief', 'roster/override'],
  ]);
  await expect(pool.query('delete from duty_roster')).rejects.toThrow('append-only');
  const first = await rosterVersion(db, 'pond', instant(EIGHT));
  expect(first.version).toBe(2);
  expect((await rosterVersion(db, 'pond', instant(EIGHT - 1))).version).toBe(0);
});

test('what somebody else has changed meanwhile is not written over', async () => {
  const { version } = await look();
  await save();
  await expect(desk.save('pond', { baseVersion: version, ...PLAN }, 'other')).rejects.toMatchObject({
    code: 'roster/overtaken',
  });
});

test('a plan that names who is no contact is refused, with where', async () => {
  const rotations = PLAN.rotations.map((rotation) => ({ ...rotation, turns: [['nobody']], duty: 'cook' }));
  await expect(save({ ...PLAN, rotations })).rejects.toMatchObject({
    code: 'roster/invalid',
    faults: [{ path: 'rotations.0.duty' }, { path: 'rotations.0.turns.0' }],
  });
});

test('nobody is put in the place of the principal who could not settle red', async () => {
  const rotations = PLAN.rotations.map((rotation) => ({ ...rotation, duty: 'principal', turns: [[three], [one]] }));
  await expect(save({ ...PLAN, rotations })).rejects.toMatchObject({ faults: [{ path: 'rotations.0.turns.1' }] });
  const alone = rotations.map((rotation) => ({ ...rotation, turns: [[three]] }));
  await save({ ...PLAN, rotations: alone });
  const override = { rotationId: 'officers', from: EIGHT, until: EIGHT + HOUR, people: [two], note: 'journey' };
  await expect(desk.override('pond', override, 'chief')).rejects.toMatchObject({ code: 'roster/invalid' });
});

describe('a swap', () => {
  const ask = () =>
    desk.askSwap(
      'pond',
      { rotationId: 'officers', other: two, givesFrom: EIGHT, givesUntil: EIGHT + DAY, note: 'dentist' },
      'li',
    );
  const swapId = async () => (await look()).swaps.at(-1)?.id ?? '';

  test('holds from the moment the other agrees, and both words stay on record', async () => {
    await save();
    await ask();
    expect(await onAt(2)).toEqual([one]);
    clock.advance(HOUR);
    await desk.answerSwap('pond', { swapId: await swapId(), word: 'agreed' }, 'wang');
    expect([await onAt(0.5), await onAt(2), await onAt(25)]).toEqual([[one], [two], [two]]);
    expect(await audited()).toEqual([
      ['chief', 'roster/plan'],
      ['li', 'roster/swap'],
      ['wang', 'roster/swap'],
    ]);
    expect((await look()).swaps).toMatchObject([
      { asker: one, other: two, asked: { by: 'li' }, answer: { by: 'wang', word: 'agreed', at: EIGHT + HOUR } },
    ]);
  });

  test('is agreed to by nobody else: not by the asker, not by an engineer', async () => {
    await save();
    await ask();
    for (const who of ['li', 'chief'])
      await expect(desk.answerSwap('pond', { swapId: await swapId(), word: 'agreed' }, who)).rejects.toMatchObject({
        code: 'swap/not-yours',
      });
    await desk.answerSwap('pond', { swapId: await swapId(), word: 'withdrawn' }, 'li');
    await expect(desk.answerSwap('pond', { swapId: await swapId(), word: 'agreed' }, 'wang')).rejects.toMatchObject({
      code: 'swap/not-open',
    });
  });

  test('is asked for by who is of the rotation alone', async () => {
    await save();
    const asked = { rotationId: 'officers', other: two, givesFrom: EIGHT, givesUntil: EIGHT + DAY, note: '' };
    await expect(desk.askSwap('pond', asked, 'chief')).rejects.toMatchObject({ code: 'swap/not-yours' });
    await expect(desk.askSwap('pond', { ...asked, other: three }, 'li')).rejects.toMatchObject({
      code: 'swap/not-yours',
    });
  });
});

test('an absence is entered by whom it concerns, or by who edits the roster; ended, it is over', async () => {
  await save();
  const away = { contactId: one, from: EIGHT, until: EIGHT + 3 * DAY, note: 'ill' };
  await expect(desk.absent('pond', away, { name: 'wang', mayEdit: false })).rejects.toMatchObject({
    code: 'roster/not-own',
  });
  await desk.absent('pond', away, { name: 'li', mayEdit: false });
  expect(await onAt(2)).toEqual([two]);
  const [absence] = (await look()).absences;
  clock.advance(HOUR);
  await desk.end('pond', absence?.id ?? '', EDITOR);
  expect([await onAt(0.5), await onAt(2)]).toEqual([[two], [one]]);
  await expect(desk.end('pond', absence?.id ?? '', EDITOR)).rejects.toMatchObject({ code: 'roster/not-found' });
});

test('a callout is decided by the roster as it is at that moment', async () => {
  const all = sitePolicies((error) => {
    throw error;
  });
  expect((await sitePolicy('pond', db)).roster).toBeUndefined();
  expect((await all(db))[0]?.roster).toBeUndefined();
  await save();
  expect((await sitePolicy('pond', db)).roster?.rotations).toMatchObject([{ id: 'officers' }]);
  expect((await all(db))[0]?.roster?.rotations).toMatchObject([{ id: 'officers' }]);
});
