import { beforeEach, expect, test } from 'vitest';
import { handoverDesk } from '../../src/app/handover-desk.ts';
import { MINUTE } from '../../src/core/time.ts';
import { createAccount } from '../../src/gateway/accounts.ts';
import { NOW, storePond } from '../gateway/pond.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';

const { db, pool } = await testDatabase();
const clock = fakeClock(NOW);
const desk = handoverDesk({ db, clock });
const person = async (name: string) => {
  const { id } = await createAccount(db, { name, grants: [], password: 'a password of the test' }, NOW);
  return { accountId: id, name };
};
const [LI, WANG, ZHAO] = [await person('li'), await person('wang'), await person('zhao')];

beforeEach(async () => {
  await pool.query('truncate site, audit restart identity cascade');
  clock.set(NOW);
  const { level } = await storePond(db);
  await db
    .insertInto('level_state')
    .values({
      target: 'pond/high',
      sensor_id: level,
      site_id: 'pond',
      level: 'red',
      state_version: 1,
      pending: '{}',
      config_version: 1,
      changed_at: new Date(NOW),
    })
    .execute();
});

test('what stands is frozen when it is opened, and both sign what they have seen', async () => {
  const id = await desk.open('pond', 'li');
  await pool.query(`update level_state set level = 'normal'`);
  await desk.note(id, 'pump two leaks', 'li');
  clock.advance(MINUTE);
  await desk.sign(id, LI);
  await desk.sign(id, WANG);
  expect(await desk.byId(id)).toMatchObject({
    openedBy: 'li',
    content: { levels: [{ target: 'pond/high', level: 'red' }] },
    notes: [{ by: 'li', text: 'pump two leaks' }],
    outgoing: { by: 'li', at: NOW + MINUTE },
    incoming: { by: 'wang', at: NOW + MINUTE },
  });
  const audit = await db.selectFrom('audit').select(['who', 'action']).orderBy('id').execute();
  expect(audit.map(({ who, action }) => `${who} ${action}`)).toEqual([
    'li handover/open',
    'li handover/sign',
    'wang handover/sign',
  ]);
});

test('one person never signs for both, whatever a program does', async () => {
  const id = await desk.open('pond', 'li');
  await desk.sign(id, LI);
  await expect(desk.sign(id, LI)).rejects.toMatchObject({ code: 'handover/own' });
  await expect(
    pool.query(`update shift_handover set incoming_account = outgoing_account where id = $1`, [id]),
  ).rejects.toThrow('check constraint');
});

test('signed by both it never changes again, by the desk or by a statement', async () => {
  const id = await desk.open('pond', 'li');
  await desk.sign(id, LI);
  await desk.sign(id, WANG);
  await expect(desk.note(id, 'late', 'zhao')).rejects.toMatchObject({ code: 'handover/signed' });
  await expect(desk.sign(id, ZHAO)).rejects.toMatchObject({ code: 'handover/signed' });
  await expect(pool.query(`update shift_handover set notes = '[]'`)).rejects.toThrow('kept as it is');
  await expect(pool.query('delete from shift_handover')).rejects.toThrow('kept as it is');
});

test('what was frozen is not changed before the signatures either, and one is open at a time', async () => {
  await desk.open('pond', 'li');
  await expect(pool.query(`update shift_handover set content = '{}'`)).rejects.toThrow('kept as it is');
  await expect(desk.open('pond', 'wang')).rejects.toMatchObject({ code: 'handover/open' });
  expect(await desk.list('pond')).toHaveLength(1);
});
