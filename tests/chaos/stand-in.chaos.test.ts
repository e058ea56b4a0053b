import { expect, test } from 'vitest';
import { SECOND } from '../../src/core/time.ts';
import { eventually } from '../support/eventually.ts';
import { startSpine } from '../support/spine.ts';
import { calledPeople } from '../support/story-record.ts';
import { ENGINEER, OFFICER, storySite } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';

const { url } = await testDatabase();

test('E2 the process that calls is stopped, not ended: the gateway calls in its place, readiness says so, and nobody is rung twice when it goes on', async () => {
  await using spine = await startSpine({ databaseUrl: url, site: storySite({ officerSeconds: 30 }) });
  const ready = async () =>
    (await (await fetch(`${spine.url}/readyz`)).json()) as { missing: string[]; auditor: { standingIn: boolean } };
  await eventually(async () => !(await ready()).missing.includes('auditor'));
  await spine.phones.phone(OFFICER).ignores();
  spine.alert.pause();
  await spine.measure('ponds/story/level', 338.5);
  await spine.measure('ponds/story/level', 338.87);
  const engineer = await spine.phones.phone(ENGINEER).expectCall({ withinMs: 150 * SECOND });
  expect(await ready()).toMatchObject({ auditor: { standingIn: true } });
  spine.alert.resume();
  await engineer.thenPress('right');
  await eventually(async () => !(await ready()).auditor.standingIn, { withinMs: 60 * SECOND });
  const people = await calledPeople(spine);
  expect(people.filter((phone) => phone === ENGINEER)).toHaveLength(1);
  expect(people.filter((phone) => phone === OFFICER)).toHaveLength(1);
});
