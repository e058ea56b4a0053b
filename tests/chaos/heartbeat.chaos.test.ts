import { afterAll, expect, test } from 'vitest';
import { SECOND } from '../../src/core/time.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { openHouse } from '../support/running-house.ts';
import { testDatabase } from '../support/test-database.ts';

const { url } = await testDatabase();
const house = await openHouse();
afterAll(() => house[Symbol.asyncDispose]());

test('an alert process that hangs is named by /readyz, and no longer once it goes on', async () => {
  const port = String(await freePort());
  await house.run('gateway', ['src/main.ts', 'gateway'], { DATABASE_URL: url, PORT: port });
  const missing = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    return ((await response.json()) as { missing: string[] }).missing;
  };
  expect(await missing()).toContain('alert');
  const alert = await house.run('alert', ['src/main.ts', 'alert'], { DATABASE_URL: url });
  expect(await missing()).not.toContain('alert');

  alert.pause();
  await eventually(async () => (await missing()).includes('alert'), { what: 'its absence', withinMs: 60 * SECOND });
  alert.resume();
  await eventually(async () => !(await missing()).includes('alert'), { what: 'its return', withinMs: 60 * SECOND });
});
