import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { twilioCarrier } from '../../../alerting/channels/twilio/twilio-carrier.ts';
import { twilioSignature } from '../../../alerting/channels/twilio/twilio-signature.ts';
import { twilioWebhook } from '../../../alerting/channels/twilio/twilio-webhook.ts';
import { startVendor } from '../../support/vendor-server.ts';
import type { VendorAnswer, VendorServer } from '../../support/vendor-server.ts';

const ATTEMPT = '0b9c2d1e-1111-4222-8333-444455556666';
const SID = 'AC-of-the-test';
const TOKEN = '12345678901234567890123456789012';
const BASE = 'https://pond.example/carrier/vendors/twilio';
const VOICE = { language: 'cmn-CN', voice: 'Polly.Zhiyu' };

let server: VendorServer;
let answers: Record<string, VendorAnswer>;
beforeEach(async () => {
  answers = {};
  server = await startVendor(({ headers, path }) => {
    const known = `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`;
    if (headers.authorization !== known) return { status: 401, body: { code: 20003, message: 'Authenticate' } };
    const what = path.replace(`/2010-04-01/Accounts/${SID}`, '');
    return answers[what] ?? { status: 404, body: { code: 20404 } };
  });
});
afterEach(() => server[Symbol.asyncDispose]());

const carrier = (more: Partial<Parameters<typeof twilioCarrier>[0]> = {}) =>
  twilioCarrier({
    accountSid: SID,
    authToken: TOKEN,
    from: '+861000000099',
    webhook: BASE,
    voice: VOICE,
    url: server.url,
    ...more,
  });
const request = { attemptId: ATTEMPT, to: '+861000000042', text: '示范 & 库，红色预警。请按 7 确认。' };
const form = (i = 0) => new URLSearchParams(server.requests[i]?.body);

describe('a call by Twilio', () => {
  it('says the text until a key is pressed, and reports where the attempt is named', async () => {
    answers['/Calls.json'] = { status: 201, body: { sid: 'CA1' } };
    expect(await carrier().call(request)).toBe('CA1');
    const asked = form();
    expect(Object.fromEntries(asked)).toMatchObject({
      To: '+861000000042',
      From: '+861000000099',
      StatusCallback: `${BASE}/attempts/${ATTEMPT}`,
    });
    expect(asked.getAll('StatusCallbackEvent')).toEqual(['ringing', 'answered', 'completed']);
    expect(asked.get('Twiml')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response>' +
        `<Gather input="dtmf" numDigits="1" timeout="10" action="${BASE}/attempts/${ATTEMPT}?step=1" method="POST">` +
        '<Say language="cmn-CN" voice="Polly.Zhiyu" loop="0">示范 &#38; 库，红色预警。请按 7 确认。</Say></Gather></Response>',
    );
  });

  it('is refused for good by a 4xx, may be taken later after 429 and 5xx, and may have rung without an answer', async () => {
    answers['/Calls.json'] = { status: 400, body: { code: 21211 } };
    await expect(carrier().call(request)).rejects.toMatchObject({ code: 'carrier/refused', facts: { code: '21211' } });
    for (const status of [429, 503]) {
      answers['/Calls.json'] = { status, body: {} };
      await expect(carrier().call(request)).rejects.toMatchObject({ code: 'carrier/unreachable', facts: { status } });
    }
    answers['/Calls.json'] = { status: 201, body: {} };
    await expect(carrier().call(request)).rejects.toMatchObject({ code: 'carrier/unreachable', facts: {} });
    await expect(carrier({ url: 'http://127.0.0.1:1' }).call(request)).rejects.toMatchObject({
      code: 'carrier/unreachable',
      facts: {},
    });
  });

  it('is hung up, also when it is over already', async () => {
    answers['/Calls/CA1.json'] = { status: 200, body: { sid: 'CA1' } };
    await carrier().hangUp('CA1');
    expect(form().get('Status')).toBe('completed');
    await carrier().hangUp('CA-unknown');
    answers['/Calls/CA1.json'] = { status: 500, body: {} };
    await expect(carrier().hangUp('CA1')).rejects.toMatchObject({ code: 'carrier/unreachable' });
  });
});

describe('looked after', () => {
  it('tells what is left, and that nothing is left', async () => {
    answers['/Balance.json'] = { body: { balance: '12.30', currency: 'USD' } };
    expect(await carrier().about()).toMatchObject({ simulated: false, balance: '12.30 USD' });
    answers['/Balance.json'] = { body: { balance: '-0.10', currency: 'USD' } };
    expect((await carrier().about()).unable).toMatch(/nothing is left/u);
    expect((await carrier({ authToken: 'wrong' }).about()).unable).toMatch(/does not know/u);
  });
});

describe('E19 asked, because it cannot reach us', () => {
  it('tells the state of a call, and what people wrote to our number; nothing of ours is named to it', async () => {
    answers['/Calls.json'] = { status: 201, body: { sid: 'CA1' } };
    answers['/Calls/CA1.json'] = { body: { status: 'no-answer' } };
    answers['/Messages.json'] = {
      body: {
        messages: [
          { sid: 'SM1', from: '+861000000042', body: '4711', direction: 'inbound' },
          { sid: 'SM2', from: '+861000000099', body: '…', direction: 'outbound-api' },
        ],
      },
    };
    const closed = carrier({ webhook: null });
    await closed.call(request);
    expect(server.requests[0]?.body).not.toContain('pond.example');
    const open = [{ attemptId: ATTEMPT, reference: 'CA1', medium: 'voice', phone: request.to, askedAt: 0 }];
    expect(await closed.receipts?.(open)).toEqual([
      { attemptId: ATTEMPT, report: { reportId: 'CA1:no-answer', id: 'CA1', event: 'no-answer' } },
      { from: '+861000000042', text: '4711', reportId: 'SM1' },
    ]);
  });
});

describe('what Twilio posts', () => {
  const webhook = twilioWebhook({ base: BASE, authToken: TOKEN, voice: VOICE });
  const call = (path: string, fields: Readonly<Record<string, string>>, signature?: string) => {
    const url = `${BASE}${path}`;
    return {
      url,
      headers: { 'x-twilio-signature': signature ?? twilioSignature(TOKEN, url, fields) },
      body: new TextEncoder().encode(new URLSearchParams(fields).toString()),
    };
  };
  const of = `/attempts/${ATTEMPT}`;
  const heard = (path: string, fields: Readonly<Record<string, string>>) => webhook.hear(call(path, fields));

  it('is believed only as signed, over the address and every field', () => {
    expect(() => webhook.hear(call(of, { CallSid: 'CA1', CallStatus: 'ringing' }, 'forged'))).toThrow(
      /does not match/u,
    );
    const signed = twilioSignature(TOKEN, `${BASE}${of}`, { CallSid: 'CA1', CallStatus: 'ringing' });
    expect(() => webhook.hear(call(of, { CallSid: 'CA1', CallStatus: 'busy' }, signed))).toThrow(/does not match/u);
  });

  it.each([
    [{ CallSid: 'CA1', CallStatus: 'ringing' }, 'ringing'],
    [{ CallSid: 'CA1', CallStatus: 'in-progress' }, 'answered'],
    [{ CallSid: 'CA1', CallStatus: 'completed', AnsweredBy: 'machine_start' }, 'ended'],
    [{ CallSid: 'CA1', CallStatus: 'no-answer' }, 'no-answer'],
    [{ CallSid: 'CA1', CallStatus: 'busy' }, 'busy'],
    [{ CallSid: 'CA1', AnsweredBy: 'machine_start' }, 'voicemail'],
    [{ MessageSid: 'SM1', MessageStatus: 'delivered' }, 'delivered'],
    [{ MessageSid: 'SM1', MessageStatus: 'failed' }, 'undelivered'],
  ])('%j is %s', (fields, event) => {
    expect(heard(of, fields)).toMatchObject([{ attemptId: ATTEMPT, report: { event } }]);
  });

  it('what is no news is none: on its way, a person detected, no key in time', () => {
    expect(heard(of, { CallSid: 'CA1', CallStatus: 'initiated' })).toEqual([]);
    expect(heard(of, { CallSid: 'CA1', AnsweredBy: 'human' })).toEqual([]);
    expect(heard(`${of}?step=2`, { CallSid: 'CA1' })).toEqual([]);
  });

  it('the same key pressed twice is two reports, the same report sent twice is one', () => {
    const key = (step: number) => heard(`${of}?step=${String(step)}`, { CallSid: 'CA1', Digits: '3' })[0];
    expect(key(1)).toMatchObject({ report: { event: 'digit', digit: '3', reportId: 'CA1:key-1' } });
    expect(key(1)).toEqual(key(1));
    expect(key(2)).not.toEqual(key(1));
  });

  it('answers a key with what is said next: again, good-bye, or listening on', () => {
    const after = (reply: Parameters<typeof webhook.answer>[1][number]) =>
      webhook.answer(call(`${of}?step=1`, {}), [reply]).body;
    expect(after({ say: '按键不正确。', gather: { digits: 1 } })).toContain(`?step=2" method="POST"><Say`);
    expect(after({ say: '已确认。', hangup: true })).toMatch(/<Say [^>]+>已确认。<\/Say><Hangup\/>/u);
    expect(after({})).toMatch(/<Gather [^>]+><\/Gather><Redirect/u);
    expect(webhook.answer(call(of, {}), [{}]).body).toBe('<Response/>');
  });

  it('a message that somebody sends is a message', () => {
    expect(heard('/messages', { MessageSid: 'SM9', From: '+861000000042', Body: '４７１１ 收到' })).toEqual([
      { from: '+861000000042', text: '４７１１ 收到', reportId: 'SM9' },
    ]);
  });
});
