import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rosterDesk } from '../../src/app/roster-desk.ts';
import { rosterCommand } from '../../src/cli/roster.ts';
import { NOW, storePond } from '../gateway/pond.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();
const clock = fakeClock(NOW);
const folder = await mkdtemp(join(tmpdir(), 'tailwatch-roster-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
await storePond(db);
const said = async (...words: string[]): Promise<string[]> => {
  const lines: string[] = [];
  await rosterCommand(words, { db, clock, who: 'test', print: (line) => lines.push(line) });
  return lines;
};

test('who is on duty, where nobody is, out as a workbook and in again', async () => {
  expect(await said('who', 'pond')).toEqual([
    'control-room: not rostered, all its contacts',
    'duty-officer: not rostered, all its contacts',
    'principal: not rostered, all its contacts',
  ]);
  const rotation = {
    id: 'officers',
    name: '带班',
    duty: 'duty-officer',
    pattern: { kind: 'weekly' as const },
    handOver: '08:00',
    firstDay: '2026-07-01',
    lastDay: '2026-07-20',
    turns: [['duty'], ['principal']],
  };
  await rosterDesk({ db, clock }).save(
    'pond',
    { baseVersion: 0, rotations: [rotation], holidays: [], accounts: {} },
    'chief',
  );
  expect((await said('who', 'pond'))[0]).toBe('duty-officer: duty');
  expect(await said('gaps', 'pond')).toEqual([
    'duty-officer: nobody from 2026-07-21 08:00 to 2026-07-31 08:00 (no-shift)',
  ]);
  const file = join(folder, 'roster.xlsx');
  expect(await said('export', 'pond', file)).toEqual([`pond: written to ${file}`]);
  expect(await said('import', 'pond', file)).toEqual(['pond: version 2 in force']);
  const { plan } = await rosterDesk({ db, clock }).look('pond', 'test', 1);
  expect(plan.rotations).toEqual([rotation]);
});

test('what cannot be understood says how it is written', async () => {
  await expect(said('export', 'pond')).rejects.toThrow('usage: tailwatch roster');
  await expect(said('who', 'nowhere')).rejects.toMatchObject({ code: 'site/not-found' });
});
