import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { WebSocket } from 'ws';
import { ServerMessage } from '../../src/contract/live.ts';
import type { ClientMessage } from '../../src/contract/live.ts';
import { createAccount } from '../../src/gateway/accounts.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { freePort } from '../../src/platform/free-port.ts';
import type { BenchHouse } from './house.ts';

const READINGS = 500;
const EVERY_MS = 20;

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/**
 * From the call that publishes a reading to its arrival at a page, ms: broker, commit with its judgement, broker,
 * gateway, WebSocket. At a rate that nothing is busy with.
 */
export async function readingToPage(house: BenchHouse): Promise<Latency> {
  const port = await freePort();
  const mqtt = house.broker.urlOf('tailwatch');
  await house.programs.run('gateway', ['src/main.ts', 'gateway'], {
    DATABASE_URL: house.databaseUrl,
    MQTT_URL: mqtt,
    PORT: String(port),
  });
  const page = await openPage(house, `http://127.0.0.1:${String(port)}`);
  const device = await connectAsync(house.broker.urlOf('instruments'), { clientId: 'bench-latency' });
  (device.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);

  const sentAt = new Map<number, number>();
  const took: number[] = [];
  page.on('message', (data: Buffer) => {
    const now = performance.now();
    const message = ServerMessage.parse(JSON.parse(data.toString('utf8')));
    if (message.type !== 'readings') return;
    for (const [, observedAt] of message.readings) {
      const sent = sentAt.get(observedAt);
      if (sent !== undefined) took.push(now - sent);
    }
  });
  for (let i = 0; i < READINGS; i += 1) {
    const t = Date.now();
    sentAt.set(t, performance.now());
    await device.publishAsync('pond/s0/data', JSON.stringify({ v: 338.5, t }), { qos: 1 });
    await delay(EVERY_MS);
  }
  await delay(1_000);
  page.close();
  await device.endAsync();
  const sorted = took.toSorted((a, b) => a - b);
  const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

async function openPage({ database }: BenchHouse, url: string): Promise<WebSocket> {
  const password = await createAccount(database.db, 'bench', hostClock().now());
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
