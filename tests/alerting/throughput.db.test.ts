import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import { MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { openedBench } from './desk-bench.ts';
import { fakeCarrier } from './fake-carrier.ts';
import { named } from './named-carriers.ts';

const { db } = await testDatabase();
const PEOPLE = 200;

it('E17 two hundred persons are called within a minute: all of them in one pass, under the limit of each number', async () => {
  await using carrier = await fakeCarrier();
  const bench = await openedBench(db, 'orange');
  await db.updateTable('attempt').set({ status: 'ended' }).execute();
  const { id: calloutId } = await bench.callout();
  const phones = Array.from({ length: PEOPLE }, (_, i) => `+86 100 0000 00${String(i)}`.replaceAll(' ', ''));
  const at = new Date(bench.clock.now());
  await db
    .insertInto('attempt')
    .values(
      phones.map((phone, i) => ({
        id: randomUUID(),
        callout_id: calloutId,
        number: 1_000 + i,
        site_id: bench.siteId,
        contact_id: `person-${String(i)}`,
        medium: 'voice' as const,
        phone,
        level: 'orange' as const,
        code: '7',
        say: JSON.stringify({ zh: '请按 7 确认', en: 'press 7' }),
        slots: null,
        status: 'queued',
        due_at: at,
        lease_until: null,
        carrier_ref: null,
        created_at: at,
        ended_at: null,
        outcome: null,
      })),
    )
    .execute();
  const box = outbox({
    db,
    clock: bench.clock,
    carriers: [
      named('http', httpCarrier({ url: carrier.url, key: 'k', publicUrl: 'http://127.0.0.1:1' }), {
        limits: { perNumber: [{ most: 1, withinMs: MINUTE }], keptForRed: 0 },
      }),
    ],
    policyOf: bench.policyOf,
    draw: Math.random,
    linkTo: null,
    failed: (error) => {
      throw error;
    },
  });
  // The clock stands still: not one of them waits for its turn.
  expect(await box.pass()).toBe(PEOPLE);
  await box.settled();
  expect(carrier.rang.toSorted()).toEqual(phones.toSorted());
});
