import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, expect, it } from 'vitest';
import { outsideHeartbeat } from '../../src/app/outside-heartbeat.ts';
import { HeartbeatBody } from '../../src/contract/watchdog-config.ts';
import type { Readiness } from '../../src/gateway/ports.ts';
import { eventually } from '../support/eventually.ts';

const heard: { readonly body: HeartbeatBody; readonly key: string | undefined }[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = HeartbeatBody.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    heard.push({ body, key: request.headers.authorization });
    response.writeHead(204).end();
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/heartbeat`;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const WELL: Readiness = {
  database: true,
  broker: true,
  judge: true,
  alert: true,
  armed: true,
  auditor: true,
  audited: { lookedAt: 1, neglects: 0, standingIn: false },
  carrier: { simulated: false, reachable: true, detail: 'ok', page: null },
  clock: { offsetMs: null, against: null, ok: true },
};

/** So many looks with this readiness, then an ordered stop; what was heard of them. */
async function heardOf(readiness: Readiness): Promise<string[]> {
  heard.length = 0;
  const stop = new AbortController();
  let looks = 0;
  const beating = outsideHeartbeat(
    {
      url,
      key: 'key',
      everyMs: 1,
      log: pino({ level: 'silent' }),
      readiness: () => {
        looks += 1;
        return Promise.resolve(readiness);
      },
    },
    stop.signal,
  );
  await eventually(() => looks > 3);
  stop.abort();
  await beating;
  return [...new Set(heard.map(({ body }) => body.type))];
}

it('signs of life are sent while all is well, with the key, and the ordered stop is announced', async () => {
  expect(await heardOf(WELL)).toEqual(['alive', 'stopping']);
  expect(new Set(heard.map(({ key }) => key))).toEqual(new Set(['Bearer key']));
});

it.each([
  ['the database', { database: false }],
  ['the broker', { broker: false }],
  ['the judge', { judge: false }],
  ['the process that calls', { alert: false }],
  ['somebody who has armed it', { armed: false }],
  ['the auditor', { auditor: false }],
  ['a carrier', { carrier: null }],
  ['a carrier that can be reached', { carrier: { simulated: false, reachable: false, detail: 'away', page: null } }],
  ['what is owed to somebody', { audited: { lookedAt: 1, neglects: 1, standingIn: false } }],
  [
    'the process that should call, in whose place another does',
    { audited: { lookedAt: 1, neglects: 0, standingIn: true } },
  ],
] satisfies [string, Partial<Readiness>][])('without %s no sign of life is sent', async (_what, lacks) => {
  expect(await heardOf({ ...WELL, ...lacks })).toEqual(['stopping']);
});
