import { expect, it } from 'vitest';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import type { Outbox } from '../../alerting/io/outbox.ts';
import { SECOND } from '../../src/core/time.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench } from './desk-bench.ts';
import { door, fakeCarrier } from './fake-carrier.ts';
import { named } from './named-carriers.ts';

const { db } = await testDatabase();
const OFFICER = '+8610000000002';

it('a call that takes the place of another, decided in the middle of a pass, finds the line free', async () => {
  await using carrier = await fakeCarrier();
  const bench = await deskBench(db);
  await bench.logLevel('orange');
  await bench.desk.followLevelChanges();
  await climb();
  await deliver(boxWith(bench.clock));
  carrier.forget();

  let reads = 0;
  const straddled = boxWith({
    async read(from) {
      reads += 1;
      // The pass has looked for what is to be hung up, and not yet for who is to be called: the officer, for the second time.
      if (reads === 2) await climb();
      return bench.clock.read(from);
    },
  });
  const { open, opened } = door();
  carrier.holdHangUps(opened);
  await straddled.pass();
  expect(carrier.rang).toEqual([]);
  await eventually(() => carrier.hungUp.length === 1);
  expect(carrier.rang).toEqual([]);
  open();
  await straddled.settled();
  expect(carrier.rang).toEqual([OFFICER]);

  async function climb(): Promise<void> {
    bench.clock.advance(60 * SECOND);
    await bench.desk.takeDue();
  }

  async function deliver(by: Outbox): Promise<void> {
    await by.pass();
    await by.settled();
  }

  function boxWith(clock: DatabaseClock): Outbox {
    return outbox({
      db,
      clock,
      carriers: [
        named(
          'http',
          httpCarrier({ url: carrier.url, key: 'k', publicUrl: 'https://pond.example', timeoutMs: 10_000 }),
        ),
      ],
      policyOf: bench.policyOf,
      draw: Math.random,
      linkTo: null,
      failed: (error) => {
        throw error;
      },
    });
  }
});
