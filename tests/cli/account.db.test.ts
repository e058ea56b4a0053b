import { expect, test } from 'vitest';
import { accountCommand } from '../../src/cli/account.ts';
import { passwordChecker } from '../../src/gateway/accounts.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();
const printed: string[] = [];
const account = (...words: string[]) =>
  accountCommand(
    words,
    { role: ['operator'] },
    { db, now: hostClock().now(), who: 'test', print: (line) => printed.push(line) },
  );

test('an account is told in a sentence with its password, and can sign in with it', async () => {
  await account('add', ' chief ');
  expect(printed).toHaveLength(1);
  const password = /^Account "chief" can sign in now\. Its password, shown only this once: (\S+)$/.exec(
    printed[0] ?? '',
  )?.[1];
  expect(await passwordChecker(db)('chief', password ?? '')).toMatchObject({ name: 'chief' });
});

test.each(['', '  ', '\t'])('a blank name is refused: %j', async (name) => {
  await expect(account('add', name)).rejects.toThrow('the name of an account must not be blank');
});
