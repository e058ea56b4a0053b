import { afterAll, expect, it } from 'vitest';
import { httpCarrier } from '../../../alerting/channels/http-carrier.ts';
import { broadcastBox } from '../../../alerting/io/broadcast-box.ts';
import { headCounts } from '../../../src/core/evacuation.ts';
import type { Standing } from '../../../src/core/evacuation.ts';
import { SECOND } from '../../../src/core/time.ts';
import { fakeCarrier } from '../fake-carrier.ts';
import { testDatabase } from '../../support/test-database.ts';
import { broadcastBench, group, person, phone } from './broadcast-bench.ts';

const { db } = await testDatabase();
const carrier = await fakeCarrier();
afterAll(() => carrier[Symbol.asyncDispose]());

it('five hundred numbers: at five calls and twenty messages a second each is called and texted once within five minutes, workers killed in between', {
  timeout: 300_000,
}, async () => {
  const everybody = Array.from({ length: 500 }, (_, i) => person(`household ${String(i + 1)}`, phone(1_000 + i)));
  const bench = await broadcastBench(db, { valley: group(...everybody) });
  const makeBox = () =>
    broadcastBox({
      db,
      clock: bench.clock,
      carrier: httpCarrier({ url: carrier.url, key: 'k', publicUrl: 'https://pond.example', timeoutMs: 5_000 }),
      pace: { callsPerSecond: 5, messagesPerSecond: 20, lines: 100 },
      failed: (error) => {
        throw error;
      },
    });
  const id = await bench.press();
  let box = makeBox();
  let seconds = 0;
  const answered = new Set<string>();
  while (seconds < 300 && carrier.asked.length < 1_000) {
    await box.pass();
    await box.settled();
    // Every other household presses at once; the others let it ring.
    for (const { key, path } of carrier.asked.filter((one) => !answered.has(one.key))) {
      answered.add(key);
      if (path === '/v1/calls' && answered.size % 2 === 0)
        await bench.desk.report(key, { reportId: 'd', event: 'digit', digit: '1' });
      else if (path === '/v1/calls') await bench.desk.report(key, { reportId: 'b', event: 'busy' });
    }
    seconds += 1;
    bench.clock.advance(SECOND);
    if (seconds % 20 === 0) box = makeBox();
  }
  const first = carrier.asked.filter(({ path }) => path === '/v1/calls').slice(0, 500);
  expect(new Set(first.map(({ body }) => body.to)).size).toBe(500);
  expect(new Set(carrier.asked.map(({ key }) => key)).size).toBe(carrier.asked.length);
  expect(seconds).toBeLessThanOrEqual(300);
  const rows = await db
    .selectFrom('broadcast_recipient')
    .select(['standing', 'person'])
    .where('broadcast_id', '=', id)
    .execute();
  const counts = headCounts(
    rows.map(({ standing, person: one }) => ({
      standing: standing as Standing,
      persons: (one as { persons: number }).persons,
    })),
  );
  expect(counts.all).toEqual({ recipients: 500, persons: 1_000 });
  expect(counts.safe.recipients + counts['at-risk'].recipients + counts.unreachable.recipients).toBe(500);
});
