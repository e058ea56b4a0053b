import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startSpine } from '../support/spine.ts';
import type { Spine } from '../support/spine.ts';
import { ENGINEER, OFFICER, PRINCIPAL, storySite } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';

const { url } = await testDatabase();

/** What happens to the service while the story goes on; nothing of the story may change by it. */
type Mishap = (spine: Spine) => Promise<void>;

/** The storm rises to orange and on to red; officer ignores, engineer answers orange, principal answers red. */
async function live(spine: Spine, mishap: { afterRed?: Mishap; whileRinging?: Mishap; pastDeadline?: Mishap } = {}): Promise<void> {
  const { phones } = spine;
  await phones.phone(OFFICER).ignores();
  await spine.measure('ponds/story/level', 338.5);
  await spine.measure('ponds/story/level', 338.87);
  const ignored = await phones.phone(OFFICER).expectCall();
  await mishap.whileRinging?.(spine);
  await mishap.pastDeadline?.(spine);
  const engineer = await phones.phone(ENGINEER).expectCall({ withinMs: 30_000 });
  await engineer.thenPress('wrong');
  await engineer.thenPress('right');
  await engineer.thenHears('已确认');
  await engineer.thenEnds();
  expect((await ignored.thenEnds()).ending).not.toBe(null);

  await spine.measure('ponds/story/level', 338.95);
  await mishap.afterRed?.(spine);
  const principal = await phones.phone(PRINCIPAL).expectCall({ withinMs: 30_000 });
  await principal.thenPress('right');
  await principal.thenHears('红色');
  await principal.thenEnds();
  await eventually(async () => (await phase(spine)) === 'answered', { what: 'silence' });
}

const phase = async ({ database }: Spine): Promise<unknown> => {
  const row = await database.db.selectFrom('callout').select('state').executeTakeFirst();
  return (row?.state as { phase?: string } | undefined)?.phase;
};

/** Who was called, in order; and that no phone rang twice under one number. */
async function calledPeople({ phones }: Spine): Promise<string[]> {
  const { calls } = await phones.log();
  expect(new Set(calls.map((call) => call.key)).size).toBe(calls.length);
  return calls.map((call) => call.to);
}

const THE_PEOPLE = [OFFICER, ENGINEER, PRINCIPAL];

test('a storm reaches red; the officer is ignored, the engineer answers orange, the principal answers red, then silence', async () => {
  await using spine = await startSpine({ databaseUrl: url, site: storySite() });
  await live(spine);
  expect(await calledPeople(spine)).toEqual(THE_PEOPLE);
});
