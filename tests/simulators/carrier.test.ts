import { createServer, get } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPhones } from '../support/phone.ts';
import type { Phones } from '../support/phone.ts';
import { eventually } from '../support/eventually.ts';

const NUMBER = '+861000000001';
const TEXT = '红色预警。请按 7 确认。';

interface Told {
  readonly path: string;
  readonly raw: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { reportId: string; event?: string; digit?: string; from?: string; text?: string };
}

/** A caller that writes down what it is told and answers as `reply` says: a number is a status, no reply is a 503. */
async function startCaller(reply: (told: Told) => unknown) {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    let raw = '';
    request.on('data', (chunk: Buffer) => (raw += chunk.toString()));
    request.on('end', () => {
      const entry: Told = {
        path: request.url ?? '',
        raw,
        headers: request.headers,
        body: JSON.parse(raw) as Told['body'],
      };
      told.push(entry);
      const answer = reply(entry);
      const status = answer === undefined ? 503 : typeof answer === 'number' ? answer : 200;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 200 ? JSON.stringify(answer) : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    told,
    url,
    events: () => told.map(({ body }) => body.event),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

let phones: Phones & AsyncDisposable;
let reply: (told: Told) => unknown;
let caller: Awaited<ReturnType<typeof startCaller>>;

beforeEach(async () => {
  reply = () => ({});
  caller = await startCaller((told) => reply(told));
  phones = await startPhones({ ringMs: 60_000 });
});
afterEach(async () => {
  await phones[Symbol.asyncDispose]();
  caller.close();
});

async function post(path: string, key: string | null, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(phones.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${phones.key}`,
      'content-type': 'application/json',
      ...(key !== null && { 'idempotency-key': key }),
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json().catch(() => null)) as { id: string; title?: string } };
}
const place = (key: string, to = NUMBER) =>
  post('/v1/calls', key, {
    to,
    language: 'zh-CN',
    say: TEXT,
    gather: { digits: 1 },
    callback: `${caller.url}/carrier/attempts/${key}`,
  });
const write = (key: string, text: string) =>
  post('/v1/messages', key, {
    to: NUMBER,
    text,
    callback: `${caller.url}/carrier/attempts/${key}`,
    inbound: `${caller.url}/carrier/messages`,
  });
const reportsInOrder = (...events: string[]) =>
  eventually(() => caller.events().join() === events.join(), { what: events.join() });

it('says that it is simulated, and where its phones can be seen', async () => {
  const response = await fetch(`${phones.url}/v1/about`, { headers: { authorization: `Bearer ${phones.key}` } });
  expect(await response.json()).toMatchObject({ simulated: true, page: `${phones.url}/` });
});

describe('a call', () => {
  it('that nobody picks up rings until the caller hangs up', async () => {
    const { body } = await place('a');
    await phones.phone(NUMBER).expectCall();
    const hangup = await fetch(`${phones.url}/v1/calls/${body.id}/hangup`, {
      method: 'POST',
      headers: { authorization: `Bearer ${phones.key}` },
    });
    expect(hangup.status).toBe(204);
    await reportsInOrder('ringing', 'ended');
  });

  it('is picked up, hears the wrong key refused and the right one read back', async () => {
    reply = ({ body }) =>
      body.event !== 'digit'
        ? {}
        : body.digit === '7'
          ? { say: '已确认。', hangup: true }
          : { say: TEXT, gather: { digits: 1 } };
    await place('a');
    const call = await phones.phone(NUMBER).expectCall();
    await call.thenPress('wrong');
    await call.thenPress('right');
    await call.thenHears(/已确认/);
    const ended = await call.thenEnds('ended-by-caller');
    expect(ended.pressed).toEqual(['8', '7']);
    await reportsInOrder('ringing', 'answered', 'digit', 'digit', 'ended');
  });

  it('under the same key is the same call, and rings once', async () => {
    const first = await place('a');
    const again = await place('a');
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.id).toBe(first.body.id);
    expect((await phones.log()).calls.map(({ requests }) => requests)).toEqual([2]);
  });

  it('to a phone on which another call is up is busy', async () => {
    await place('a');
    await phones.phone(NUMBER).expectCall();
    await place('b');
    await (await phones.phone(NUMBER).expectCall()).thenEnds('busy');
  });

  it('ends as the script of its phone says, one entry a call, the last one again and again', async () => {
    await phones
      .phone(NUMBER)
      .follows(
        { behaviour: 'busy' },
        { behaviour: 'fails' },
        { behaviour: 'voicemail' },
        { behaviour: 'answers', presses: ['hang-up'] },
      );
    const endings = [];
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      await place(key);
      endings.push((await (await phones.phone(NUMBER).expectCall()).thenEnds()).ending);
    }
    expect(endings).toEqual(['busy', 'failed', 'voicemail', 'hung-up', 'hung-up']);
    await reportsInOrder(
      'busy',
      'failed',
      'ringing',
      'voicemail',
      'ended',
      ...Array.from({ length: 2 }, () => ['ringing', 'answered', 'ended']).flat(),
    );
  });

  it('rings out when its ring time is over', async () => {
    await phones[Symbol.asyncDispose]();
    phones = await startPhones({ ringMs: 1 });
    await place('a');
    await reportsInOrder('ringing', 'no-answer');
  });
});

describe('a report', () => {
  it('is signed over time, path and body', async () => {
    await place('a');
    const { headers, path, raw } = await eventually(() => caller.told[0]);
    const stamp = String(headers['x-carrier-timestamp']);
    expect(Math.abs(Number(stamp) - Date.now() / 1000)).toBeLessThan(300);
    expect(headers['x-carrier-signature']).toBe(
      createHmac('sha256', phones.key).update(`${stamp}\n${path}\n${raw}`).digest('hex'),
    );
  });

  it('that is not taken comes again under the same reportId, before any later one', async () => {
    let refusals = 3;
    reply = () => (refusals-- > 0 ? undefined : {});
    await place('a');
    await (await phones.phone(NUMBER).expectCall()).thenPickUp();
    await reportsInOrder('ringing', 'ringing', 'ringing', 'ringing', 'answered');
    expect(new Set(caller.told.map(({ body }) => body.reportId)).size).toBe(2);
  });
});

describe('a caller that refuses', () => {
  it('once, after it was away for long, is told again all the same', async () => {
    const replies = [...Array.from({ length: 10 }, () => 503), 404, 200];
    reply = () => replies.shift() ?? {};
    await place('a');
    await reportsInOrder(...Array.from({ length: 12 }, () => 'ringing'));
  });

  it('five times is not told any more, and hears of what comes after', async () => {
    reply = ({ body }) => (body.event === 'ringing' ? 404 : {});
    await place('a');
    await (await phones.phone(NUMBER).expectCall()).thenPickUp();
    await reportsInOrder(...Array.from({ length: 5 }, () => 'ringing'), 'answered');
  });
});

describe('a message', () => {
  it('is delivered and answered with the code it asks for', async () => {
    await write('a', '橙色预警，回复 4711 确认');
    await (await phones.phone(NUMBER).expectSms()).thenReply('code');
    const inbound = await eventually(() => caller.told.find(({ path }) => path === '/carrier/messages'));
    expect(inbound.body).toMatchObject({ from: NUMBER, text: '4711' });
  });

  it('that is replied to brings back what the caller says to that, as a message, once', async () => {
    reply = ({ body }) => (body.from === undefined ? {} : { say: '请再回复一个数字' });
    await write('a', '回复 4711 确认');
    const phone = phones.phone(NUMBER);
    await (await phone.expectSms()).thenReply('code');
    expect((await phone.expectSms()).text).toBe('请再回复一个数字');
    expect((await phones.log()).messages.map(({ state }) => state)).toEqual(['delivered', 'reply', 'delivered']);
  });

  it('is replied to by a script', async () => {
    await phones.phone(NUMBER).replies('收到');
    await write('a', '回复 4711 确认');
    expect((await eventually(() => caller.told.find(({ path }) => path === '/carrier/messages'))).body.text).toBe(
      '收到',
    );
  });

  it('under the same key is delivered once', async () => {
    await write('a', 'x');
    expect((await write('a', 'x')).status).toBe(200);
    expect((await phones.contacted()).map(({ medium }) => medium)).toEqual(['sms']);
  });
});

describe('the API refuses', () => {
  it('a wrong key, a missing Idempotency-Key and a number that is none, and names what was wrong', async () => {
    expect((await post('/v1/calls', 'a', {}, { authorization: 'Bearer x' })).status).toBe(401);
    expect(await post('/v1/calls', null, {})).toMatchObject({
      status: 400,
      body: { title: expect.stringMatching('Idempotency-Key') },
    });
    const refused = await place('a', '123');
    expect(refused.status).toBe(400);
    expect(refused.body.title).toContain('to');
  });

  it('a page of another site that resolves to this machine', async () => {
    const response = await new Promise<number>((resolve, reject) => {
      get(`${phones.url}/phones`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      }).on('error', reject);
    });
    expect(response).toBe(421);
  });
});
