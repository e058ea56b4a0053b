import { expect, it } from 'vitest';
import type { Delivery } from '../../adapters/adapter.ts';
import { decode } from '../../adapters/mqtt/decode.ts';
import { topicMap } from '../../adapters/mqtt/topic-map.ts';
import { IntakeQueue } from '../../ingest/io/intake-queue.ts';
import { instant } from '../../src/core/time.ts';

/** A queue of which everything that happens is written down. */
function watched(boundBytes = 1_000_000) {
  const story: string[] = [];
  const queue = new IntakeQueue({
    boundBytes,
    pause: () => story.push('pause'),
    resume: () => story.push('resume'),
  });
  const delivery = (name: string, bytes = 0): Delivery => ({
    topic: name,
    payload: new Uint8Array(bytes),
    samples: [],
    refusals: [],
    settle: () => story.push(`settle ${name}`),
  });
  return { queue, story, offer: (name: string, bytes?: number) => queue.offer(delivery(name, bytes)) };
}
const topics = (deliveries: readonly Delivery[]) => deliveries.map(({ topic }) => topic);

it('gives all that has gathered, and gives it again until it is settled', () => {
  const { queue, story, offer } = watched();
  offer('a');
  offer('b');
  expect(topics(queue.take(10))).toEqual(['a', 'b']);
  offer('c');
  expect(topics(queue.take(10))).toEqual(['a', 'b']);
  queue.settle();
  expect(story).toEqual(['settle a', 'settle b']);
  expect(topics(queue.take(10))).toEqual(['c']);
});

it('gives no more than asked for, oldest first', () => {
  const { queue, offer } = watched();
  for (const name of ['a', 'b', 'c']) offer(name);
  expect(topics(queue.take(2))).toEqual(['a', 'b']);
  queue.settle();
  expect(topics(queue.take(2))).toEqual(['c']);
});

it('pauses the sources once above its bound and resumes them once below half of it', () => {
  const { queue, story, offer } = watched(10_000);
  for (const name of ['a', 'b', 'c']) offer(name, 4_000);
  offer('d', 4_000);
  expect(story).toEqual(['pause']);
  queue.take(2);
  queue.settle();
  expect(story).toEqual(['pause', 'settle a', 'settle b']);
  queue.take(2);
  queue.settle();
  expect(story.slice(3)).toEqual(['settle c', 'settle d', 'resume']);
  expect(queue.bytes).toBe(0);
});

it('counts what a message holds in memory: a list of numbers is small on the line, and grows when it is read', () => {
  const { queue } = watched();
  const read = (payload: string) => {
    const bytes = new TextEncoder().encode(payload);
    const map = topicMap([{ siteId: 'pond', topic: 'a', values: 'v', observedAt: 't', time: 'epoch-ms' }]);
    queue.offer({
      topic: 'a',
      payload: bytes,
      ...decode(map, { topic: 'a', payload: bytes, receivedAt: instant(0) }),
      settle: () => {},
    });
    return queue.bytes;
  };
  const codes = Array.from({ length: 1_000 }, (_, i) => `c${String(i)}`);
  const one = read('{"t":1,"v":{"a":1}}');
  const good = read(JSON.stringify({ t: 1, v: Object.fromEntries(codes.map((code) => [code, 1])) })) - one;
  const bad = read(JSON.stringify({ t: 1, v: Object.fromEntries(codes.map((code) => [code, null])) })) - one - good;
  for (const bytes of [good, bad]) expect(bytes).toBeGreaterThan(160_000);
  queue.take(10);
  queue.settle();
  expect(queue.bytes).toBe(0);
});

it('counts topics: a flood of long ones is bounded like one of payloads', () => {
  const { story, offer } = watched(1_000_000);
  for (let i = 0; i < 10; i += 1) offer('x'.repeat(60_000));
  expect(story).toEqual(['pause']);
});

it('gives no batch that is too large to be stored, and always at least one', () => {
  const { queue, offer } = watched(100_000_000);
  for (const name of ['a', 'b', 'c']) offer(name, 3_000_000);
  offer('d', 9_000_000);
  const batches = [1, 2, 3].map(() => {
    const batch = topics(queue.take(10));
    queue.settle();
    return batch;
  });
  expect(batches).toEqual([['a', 'b'], ['c'], ['d']]);
  expect(queue.bytes).toBe(0);
});

it('forgets everything without settling it, and resumes', () => {
  const { queue, story, offer } = watched(100);
  offer('a', 200);
  queue.take(1);
  offer('b');
  queue.clear();
  expect(story).toEqual(['pause', 'resume']);
  expect([queue.take(5), queue.bytes]).toEqual([[], 0]);
});

it('is ready when something was offered, also before it was asked, and when it is woken', async () => {
  const { queue, offer } = watched();
  offer('a');
  await queue.ready();
  queue.take(1);
  queue.settle();
  const waiting = queue.ready();
  queue.wake();
  await waiting;
  queue.wake();
  await queue.ready();
});

it('shows each once to whoever only looks, no more than a batch at a time, and gives them as if nobody had', () => {
  const { queue, story, offer } = watched(1_000_000_000);
  offer('a', 5 * 1024 * 1024);
  offer('b', 5 * 1024 * 1024);
  offer('c');
  expect(topics(queue.see(10))).toEqual(['a']);
  expect(queue.hasUnseen).toBe(true);
  expect(topics(queue.see(10))).toEqual(['b', 'c']);
  expect(queue.hasUnseen).toBe(false);
  expect(queue.see(10)).toEqual([]);
  expect(topics(queue.take(10))).toEqual(['a']);
  queue.settle();
  expect(queue.hasUnseen).toBe(false);
  queue.unsee();
  expect(topics(queue.see(10))).toEqual(['b', 'c']);
  expect(story).toEqual(['settle a']);
});
