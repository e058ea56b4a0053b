import { expect, test } from 'vitest';
import type { MqttSource } from '../../adapters/mqtt/mqtt-source.ts';
import { IntakeQueue } from '../../ingest/io/intake-queue.ts';
import { judgeInDark } from '../../src/app/judge-dark.ts';
import type { Shadow } from '../../src/app/shadow.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { eventually } from '../support/eventually.ts';
import { fakeClock } from '../support/fake-clock.ts';

/** Somebody in the dark, whose line to the broker is the test's. */
function inDark(shadow: Partial<Shadow> = {}) {
  const clock = fakeClock();
  const line = { isConnected: true, connects: 0, ticks: 0 };
  const source: MqttSource = {
    get isConnected() {
      return line.isConnected;
    },
    connect: () => Promise.resolve(),
    follow: () => {},
    admit: () => {},
    takeHeard: () => new Map(),
    publish: () => {},
    pause: () => {},
    resume: () => {},
    close: () => Promise.resolve(),
  };
  const queue = new IntakeQueue({ boundBytes: 1_000_000, pause: source.pause, resume: source.resume });
  const dark = judgeInDark({
    queue,
    source,
    clock,
    log: createLogger('judge', 'silent'),
    lookEveryMs: 1,
    connect: async () => {
      line.connects += 1;
    },
  });
  const judging: Shadow = {
    take: () => Promise.resolve({ readings: [], refusals: [] }),
    tick: async () => {
      line.ticks += 1;
      return [];
    },
    siteOf: () => undefined,
    targets: () => [],
    ...shadow,
  };
  return {
    line,
    queue,
    dark,
    begin: () => {
      dark.begin(clock.now(), { shadow: () => judging, hasCommitted: true });
    },
    /** Lets so many of its seconds pass, one look each. */
    async pass(seconds: number) {
      for (let i = 0; i < seconds; i += 1) {
        const { ticks } = line;
        clock.advance(SECOND);
        await eventually(() => line.ticks > ticks);
      }
    },
  };
}

test('a line that is lost in the dark is opened again; one that is lost again at once only after a minute', async () => {
  const { line, dark, begin, pass } = inDark();
  begin();
  await pass(2);
  expect(line.connects).toBe(0);
  line.isConnected = false;
  await pass(3);
  expect(line.connects).toBe(3);
  line.isConnected = true;
  await pass(2);
  // Another judge with a database took it: two that take it from each other would both starve.
  line.isConnected = false;
  await pass(5);
  expect(line.connects).toBe(3);
  await pass(MINUTE / SECOND);
  expect(line.connects).toBeGreaterThan(3);
  await dark.rest();
});

test('what cannot be judged in memory ends nothing', async () => {
  let asked = 0;
  const { queue, dark, begin } = inDark({
    take: () => {
      asked += 1;
      return Promise.reject(new Error('a fault of the program'));
    },
  });
  begin();
  for (const count of [1, 2]) {
    queue.offer({ topic: 'a', payload: Buffer.from(''), samples: [], refusals: [], settle: () => {} });
    await eventually(() => asked === count);
  }
  await dark.end();
});
