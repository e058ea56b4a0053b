import { expect, test } from 'vitest';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { NOW, storePond } from '../gateway/pond.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();
await storePond(db);
const { content } = await db.selectFrom('site_config').select('content').executeTakeFirstOrThrow();
const doctor = async (): Promise<{ code: number; said: string }> => {
  const said: string[] = [];
  const code = await doctorCommand([], { db, now: NOW, print: (line) => said.push(line) });
  return { code, said: said.join('\n') };
};

test('a house without lines is well', async () => {
  expect(await doctor()).toMatchObject({ code: 0, said: expect.stringContaining('no site has a line') as string });
});

test('a line that gives nothing is told with why and what to do', async () => {
  const line = (name: string) => ({ name, protocol: 'files', edge: 'central', paused: false, columns: [] });
  const next = { ...(content as object), acquire: [line('one'), line('two'), line('three')] };
  await db
    .insertInto('site_config')
    .values({ site_id: 'pond', version: 2, content: JSON.stringify(next), applied_at: new Date(NOW), applied_by: 'x' })
    .execute();
  const at = { site_id: 'pond', device: null, at: new Date(NOW - 7_200_000), recorded_at: new Date(NOW) };
  await db
    .insertInto('line_change')
    .values([
      { ...at, line: 'one', state: 'connected', fault: null, detail: null },
      { ...at, line: 'two', state: 'faulty', fault: 'no-answer', detail: 'slave 3, register 7' },
    ])
    .execute();
  const { code, said } = await doctor();
  expect(code).toBe(1);
  expect(said).toContain('✓ pond one');
  expect(said).toMatch(/! pond two .*no-answer for 2 h.*\n.*slave 3, register 7\n.*slave address, baud/);
  expect(said).toContain('? pond three (files, central): has said nothing');
});
