import { beforeEach, describe, expect, it } from 'vitest';
import { maintenanceCommand } from '../../src/cli/maintenance.ts';
import { HOUR } from '../../src/core/time.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';

const database = await testDatabase();
const { pool, db } = database;
const clock = fakeClock();
const NOON = clock.now();

beforeEach(async () => {
  await pool.query('truncate site, audit restart identity cascade');
  clock.set(NOON);
  await apply(database, { sensors: [{ code: 'well' }], rules: [] });
});

/** What the command prints. */
async function run(words: string, options: Parameters<typeof maintenanceCommand>[1] = {}): Promise<string[]> {
  const printed: string[] = [];
  await maintenanceCommand(words.split(' '), options, { db, clock, who: 'li', print: (line) => printed.push(line) });
  return printed;
}

describe('tailwatch maintenance', () => {
  it('begins work, lists it, ends it, and says who patrols', async () => {
    const [begun = ''] = await run('start pond well', { minutes: '90', reason: 'cable', patrol: 'Wang', every: '30' });
    const [id = '', ...rest] = begun.split('  ');
    expect(rest.join('  ')).toBe(
      'well  2026-07-01T00:00Z to 2026-07-01T01:30Z, running: cable (li; Wang patrols every 30 min)',
    );
    expect(await run('list pond')).toEqual([begun]);
    clock.advance(HOUR);
    expect(await run(`end ${id}`)).toEqual([
      `${id}  well  2026-07-01T00:00Z to 2026-07-01T01:00Z, ended by li: cable (li; Wang patrols every 30 min)`,
    ]);
    expect(await db.selectFrom('audit').select('action').where('who', '=', 'li').execute()).toHaveLength(2);
  });

  it('says of what is over that it is', async () => {
    await run('start pond well', { minutes: '5', reason: 'x' });
    clock.advance(HOUR);
    expect(await run('list pond')).toEqual([expect.stringContaining('to 2026-07-01T00:05Z, over: x (li)')]);
  });

  it.each<[string, Parameters<typeof maintenanceCommand>[1], RegExp]>([
    ['start pond well', { reason: 'x' }, /^--minutes must be whole minutes, 30 days at most\nusage: /],
    ['start pond well', { minutes: '5' }, /^--reason must say in one line/],
    ['start pond well', { minutes: '5', reason: 'x', patrol: 'Wang' }, /^--every must be whole minutes/],
    ['start pond well', { minutes: '5', reason: 'x', every: '30' }, /^--patrol must say who patrols/],
    ['start pond sky', { minutes: '5', reason: 'x' }, /^the site has no point "sky"$/],
    ['start nowhere well', { minutes: '5', reason: 'x' }, /^there is no such site$/],
    ['start pond', {}, /^usage: tailwatch maintenance start/],
    ['list pond well', {}, /^usage: /],
    ['list nowhere', {}, /^there is no such site$/],
    ['end 7', {}, /^"7" is no ID$/],
    ['end 7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0009', {}, /^there is no such maintenance$/],
    ['forget pond', {}, /^usage: /],
  ])('%s %j is one plain fault', async (words, options, said) => {
    await expect(run(words, options)).rejects.toThrow(said);
    expect(await db.selectFrom('maintenance').select('id').execute()).toEqual([]);
  });
});
