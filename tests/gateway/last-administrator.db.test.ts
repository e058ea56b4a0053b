import { expect, test } from 'vitest';
import { accountCommand } from '../../src/cli/account.ts';
import { administrators } from '../../src/gateway/setup.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { at, twoMines } from './two-mines.ts';

const database = await testDatabase();
const { db, as, signedIn, account, accountNamed, clock, lastAudit } = await twoMines(database);
const idOf = async (name: string) => (await accountNamed(name)).id;
const command = (...words: string[]) =>
  accountCommand(words, {}, { db, now: clock.now(), who: 'command line, test', print: () => {} });

test('two administrators who shut each other out at once leave one', async () => {
  const [one, other] = [as(await signedIn('one', at(null, 'admin'))), as(await signedIn('other', at(null, 'admin')))];
  const [oneId, otherId] = [await idOf('one'), await idOf('other')];
  // Both are through their doors, and wait for their turn.
  const { asked } = await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('setup_code')
      .values({ code_hash: Buffer.from('x'), made_at: new Date() })
      .execute();
    const both = Promise.all([one(`POST /api/people/${otherId}/disable`), other(`POST /api/people/${oneId}/disable`)]);
    await eventually(async () => {
      const { rows } = await database.pool.query<{ waiting: number }>(
        `select count(*)::int as waiting from pg_locks where not granted and relation = 'setup_code'::regclass`,
      );
      return rows[0]?.waiting === 2;
    });
    return { asked: both };
  });
  const statuses = (await asked).map(({ status }) => status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([204, 403]);
  expect(await administrators(db)).toHaveLength(1);
});

test('the last administrator of every site is not shut out, not even by the command line', async () => {
  const [last] = await administrators(db);
  const { name } = await db
    .selectFrom('account')
    .select('name')
    .where('id', '=', last ?? '')
    .executeTakeFirstOrThrow();
  await account('of one mine', at('north', 'admin'));
  await account('operator', at(null, 'operator'));
  await expect(command('disable', name)).rejects.toMatchObject({ code: 'account/last-admin' });
  expect(await administrators(db)).toEqual([last]);
  const heir = await account('heir', at(null, 'admin'));
  await command('disable', name);
  expect(await administrators(db)).toEqual([heir]);
  expect(await lastAudit()).toMatchObject({
    who: 'command line, test',
    action: 'account/disabled',
    facts: { account: name },
  });
  await command('enable', name);
  expect(await administrators(db)).toHaveLength(2);
});

test('an administrator through a group counts as one', async () => {
  const house = as(await signedIn('housekeeper', at(null, 'admin')));
  const { body } = await house('POST /api/groups', { name: 'office', grants: at(null, 'admin') });
  const { groupId } = body as { groupId: string };
  const member = await account('office worker', at('north', 'viewer'));
  await house(`PUT /api/groups/${groupId}`, { name: 'office', grants: at(null, 'admin'), memberIds: [member] });
  expect(await administrators(db)).toContain(member);
  await house(`PUT /api/groups/${groupId}`, { name: 'office', grants: at('north', 'admin'), memberIds: [member] });
  expect(await administrators(db)).not.toContain(member);
});
