import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { WebSocket } from 'ws';
import { ServerMessage } from '../../src/contract/live.ts';
import type { ClientMessage } from '../../src/contract/live.ts';
import { createAccount } from '../../src/gateway/accounts.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { freePort } from '../../src/platform/free-port.ts';
import type { RunningProgram } from '../support/running-house.ts';
import type { BenchHouse } from './house.ts';

/** How long readings are published at each rate. */
const LENGTH_MS = 10_000;

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** A page, and an instrument that is timed. */
export interface LiveLine extends AsyncDisposable {
  readonly gateway: RunningProgram;
  /**
   * From the call that publishes a reading to its arrival at a page, ms: broker, commit with its judgement, broker,
   * gateway, WebSocket. Readings come one a message, from all sensors in turn.
   */
  latencyAt(perSecond: number): Promise<Latency>;
}

export async function liveLine(house: BenchHouse, sensors: number): Promise<LiveLine> {
  const port = await freePort();
  const mqtt = house.broker.urlOf('tailwatch');
  const gateway = await house.programs.run('gateway', ['src/main.ts', 'gateway'], {
    DATABASE_URL: house.databaseUrl,
    MQTT_URL: mqtt,
    PORT: String(port),
  });
  const page = await openPage(house, `http://127.0.0.1:${String(port)}`);
  const device = await connectAsync(house.broker.urlOf('instruments'), { clientId: 'bench-latency' });
  (device.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);

  let sentAt = new Map<number, number>();
  let took: number[] = [];
  page.on('message', (data: Buffer) => {
    const now = performance.now();
    const message = ServerMessage.parse(JSON.parse(data.toString('utf8')));
    if (message.type !== 'readings') return;
    for (const [, observedAt] of message.readings) {
      const sent = sentAt.get(observedAt);
      if (sent !== undefined) took.push(now - sent);
    }
  });
  return {
    gateway,
    async latencyAt(perSecond) {
      [sentAt, took] = [new Map(), []];
      const count = (perSecond * LENGTH_MS) / 1000;
      // Each reading has a millisecond of its own, by which it is known again.
      const first = Date.now() - count;
      const begin = performance.now();
      for (let i = 0; i < count; i += 1) {
        const early = begin + (i / perSecond) * 1000 - performance.now();
        if (early > 0) await delay(early);
        sentAt.set(first + i, performance.now());
        const payload = JSON.stringify({ v: 338.5, t: first + i });
        void device.publishAsync(`pond/s${String(i % sensors)}/data`, payload, { qos: 1 });
      }
      await delay(1_000);
      if (took.length < count * 0.99)
        throw new Error(`only ${String(took.length)} of ${String(count)} readings reached the page`);
      const sorted = took.toSorted((a, b) => a - b);
      const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
      return { p50: quantile(0.5), p99: quantile(0.99) };
    },
    async [Symbol.asyncDispose]() {
      page.terminate();
      await device.endAsync(true);
    },
  };
}

async function openPage({ database }: BenchHouse, url: string): Promise<WebSocket> {
  const grants = [{ role: 'operator', siteId: null }] as const;
  const bench = { name: 'bench', grants, password: 'a password of the bench' };
  const { password } = await createAccount(database.db, bench, hostClock().now());
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name: 'bench', password }),
  });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (cookie === undefined) throw new Error(`not signed in: ${await response.text()}`);
  const page = new WebSocket(`${url.replace('http', 'ws')}/live`, { headers: { cookie }, origin: url });
  await once(page, 'open');
  page.send(JSON.stringify({ type: 'resume', cursor: null } satisfies ClientMessage));
  return page;
}
