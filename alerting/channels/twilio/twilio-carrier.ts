import { z } from 'zod';
import { SECOND } from '../../../src/core/time.ts';
import type { DurationMs } from '../../../src/core/time.ts';
import type { Carrier, CarrierRequest, Pending, Receipt } from '../carrier.ts';
import { askVendor, nameless, notNow, refused } from '../vendor-request.ts';
import type { VendorAnswer } from '../vendor-request.ts';
import { callEvent, messageEvent, twilioAddress } from './twilio-webhook.ts';
import { onAndOn, untilKey } from './twiml.ts';
import type { Voice } from './twiml.ts';

interface TwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** Our number there, in E.164. */
  readonly from: string;
  /** Where Twilio reaches our webhook; null: it reaches nothing of ours, and is asked. */
  readonly webhook: string | null;
  readonly voice: Voice;
  /** A machine that takes the call is left for the next rung at once; a person who is taken for one is cut off. */
  readonly detectsMachines?: boolean;
  /** Of the API, without a slash at its end. */
  readonly url?: string | undefined;
  /** How long a phone rings, and how long a call may last. */
  readonly ringMs?: DurationMs;
  readonly callMs?: DurationMs;
  readonly timeoutMs?: DurationMs | undefined;
}

const Created = z.object({ sid: z.string().min(1).max(64) });
const Failed = z.object({ code: z.union([z.number(), z.string()]) });
const State = z.object({ status: z.string() });
const Balance = z.object({ balance: z.string(), currency: z.string() });
const Inbound = z.object({
  messages: z.array(z.object({ sid: z.string(), from: z.string(), body: z.string(), direction: z.string() })),
});

/**
 * Twilio's voice and messages. It keeps no key: an attempt asked for twice may ring twice. The text is in the request
 * itself, so that a call says it even when Twilio cannot reach us; only its keys need that.
 */
export function twilioCarrier({
  accountSid,
  authToken,
  from,
  webhook,
  voice,
  detectsMachines = false,
  url = 'https://api.twilio.com',
  ringMs = 45 * SECOND,
  callMs = 300 * SECOND,
  timeoutMs,
}: TwilioOptions): Carrier {
  const account = `${url}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;

  const get = (path: string): Promise<VendorAnswer> =>
    askVendor({ url: account + path, method: 'GET', headers: { authorization }, timeoutMs });
  const post = (path: string, form: readonly (readonly [string, string])[]): Promise<VendorAnswer> =>
    askVendor({
      url: account + path,
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: formed(form),
      timeoutMs,
    });

  async function place(path: string, form: readonly (readonly [string, string])[]): Promise<string> {
    const answer = await post(path, form);
    if (answer.status < 200 || answer.status >= 300) throw failure(answer);
    const created = Created.safeParse(answer.body);
    if (!created.success) throw nameless();
    return created.data.sid;
  }

  const callForm = ({ attemptId, to, text }: CarrierRequest): (readonly [string, string])[] => {
    const plain = [
      ['To', to],
      ['From', from],
      ['Timeout', String(ringMs / SECOND)],
      ['TimeLimit', String(callMs / SECOND)],
    ] as const;
    if (webhook === null) return [...plain, ['Twiml', onAndOn(text, voice)]];
    const reports = twilioAddress(webhook, attemptId);
    return [
      ...plain,
      ['Twiml', untilKey(text, twilioAddress(webhook, attemptId, 1), voice)],
      ['StatusCallback', reports],
      ...['ringing', 'answered', 'completed'].map((event) => ['StatusCallbackEvent', event] as const),
      ...(detectsMachines
        ? ([
            ['MachineDetection', 'Enable'],
            ['AsyncAmd', 'true'],
            ['AsyncAmdStatusCallback', reports],
          ] as const)
        : []),
    ];
  };

  return {
    call: (request) => place('/Calls.json', callForm(request)),

    message: ({ attemptId, to, text }) =>
      place('/Messages.json', [
        ['To', to],
        ['From', from],
        ['Body', text],
        ...(webhook === null ? [] : [['StatusCallback', twilioAddress(webhook, attemptId)] as const]),
      ]),

    async hangUp(reference) {
      const answer = await post(`/Calls/${encodeURIComponent(reference)}.json`, [['Status', 'completed']]);
      // 404 is not known, 400 is over already.
      if (answer.status >= 500 || [401, 403, 408, 429].includes(answer.status)) throw notNow('hang-up', answer.status);
    },

    async about() {
      const answer = await get('/Balance.json');
      const balance = Balance.safeParse(answer.body);
      const about = { name: 'Twilio', simulated: false, page: null };
      if (answer.status === 401 || answer.status === 403)
        return { ...about, unable: 'Twilio does not know the account' };
      if (answer.status !== 200 || !balance.success) throw notNow('balance', answer.status);
      const { balance: left, currency } = balance.data;
      return {
        ...about,
        balance: `${left} ${currency}`,
        ...(Number(left) <= 0 && { unable: `nothing is left to call with: ${left} ${currency}` }),
      };
    },

    async receipts(open) {
      const states = await Promise.all(open.map(stateOf));
      return [...states.flat(), ...(await written())];
    },
  };

  async function stateOf({ attemptId, reference, medium }: Pending): Promise<readonly Receipt[]> {
    const isCall = medium === 'voice';
    const answer = await get(`/${isCall ? 'Calls' : 'Messages'}/${encodeURIComponent(reference)}.json`);
    const state = State.safeParse(answer.body);
    if (answer.status !== 200 || !state.success) throw notNow('state', answer.status);
    const event = isCall ? callEvent(state.data.status) : messageEvent(state.data.status);
    if (event === undefined) return [];
    return [{ attemptId, report: { reportId: `${reference}:${state.data.status}`, id: reference, event } }];
  }

  /** What people sent to our number, of the last page; each is taken once by its name. */
  async function written(): Promise<readonly Receipt[]> {
    const answer = await get(`/Messages.json?To=${encodeURIComponent(from)}&PageSize=50`);
    const inbound = Inbound.safeParse(answer.body);
    if (answer.status !== 200 || !inbound.success) throw notNow('messages', answer.status);
    return inbound.data.messages
      .filter(({ direction }) => direction === 'inbound')
      .map(({ sid, from: sender, body }) => ({ from: sender, text: body, reportId: sid }));
  }
}

function formed(form: readonly (readonly [string, string])[]): string {
  const fields = new URLSearchParams();
  for (const [name, value] of form) fields.append(name, value);
  return fields.toString();
}

/** 429 and 5xx may pass; what else Twilio says no to, it always will. */
function failure({ status, body }: VendorAnswer): Error {
  const code = Failed.safeParse(body).data?.code ?? status;
  return status === 429 || status >= 500 ? notNow(String(code), status) : refused(String(code), status);
}
