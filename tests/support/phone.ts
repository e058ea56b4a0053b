import { randomBytes } from 'node:crypto';
import { codeAskedFor, keyAskedFor, wrongKey } from '../../simulators/carrier/listening.ts';
import type { CallEnding, CallState } from '../../simulators/carrier/call.ts';
import type { ScriptEntry } from '../../simulators/carrier/script.ts';
import { startCarrier } from '../../simulators/carrier/server.ts';
import { eventually } from './eventually.ts';

/** A call as the carrier's log tells it. `requests`: how often it was asked for under its Idempotency-Key. */
export interface LoggedCall {
  readonly id: string;
  readonly key: string;
  readonly to: string;
  readonly state: CallState;
  readonly ending: CallEnding | null;
  readonly say: string;
  readonly heard: readonly string[];
  readonly pressed: readonly string[];
  readonly gathering: boolean;
  readonly history: readonly { readonly state: string; readonly at: number }[];
  readonly requests: number;
}

/** An SMS in the carrier's log; `state` is `reply` for one that a phone sent. */
export interface LoggedMessage {
  readonly id: string;
  readonly key: string;
  readonly to: string;
  readonly text: string;
  readonly at: number;
  readonly state: 'delivered' | 'undelivered' | 'reply';
  readonly requests: number;
}

interface LoggedReport {
  readonly url: string;
  readonly report: {
    readonly reportId: string;
    readonly event?: string;
    readonly digit?: string;
    readonly text?: string;
  };
  readonly tries: readonly { readonly at: number; readonly status: number }[];
}

interface CarrierLog {
  readonly calls: readonly LoggedCall[];
  readonly messages: readonly LoggedMessage[];
  readonly reports: readonly LoggedReport[];
}

type Key = 'right' | 'wrong' | (string & {});

/** A call that rings at, or is held with, a phone of the test. */
export interface ExpectedCall {
  readonly id: string;
  readonly key: string;
  /** The call as it is now. */
  look(): Promise<LoggedCall>;
  thenPickUp(): Promise<ExpectedCall>;
  /** Picks up if it still rings, waits until the line listens, then presses: the key asked for, another one, or this one. */
  thenPress(key: Key, wait?: Wait): Promise<ExpectedCall>;
  /** Waits until something said on the line matches. */
  thenHears(text: RegExp | string): Promise<ExpectedCall>;
  thenHangUp(): Promise<ExpectedCall>;
  /** A voicemail takes the call. */
  thenVoicemail(): Promise<ExpectedCall>;
  /** Waits for its end, and says how it ended. */
  thenEnds(ending?: CallEnding): Promise<LoggedCall>;
}

interface ExpectedSms {
  readonly id: string;
  readonly key: string;
  readonly text: string;
  /** `code` sends back the code the text asks for, anything else is sent as it stands. */
  thenReply(text: 'code' | (string & {})): Promise<void>;
}

interface Wait {
  readonly withinMs?: number;
}

/** A phone of the test, spoken to in words. */
export interface Phone {
  readonly number: string;
  /** Waits for the next call to it that no `expectCall` has returned yet. */
  expectCall(wait?: Wait): Promise<ExpectedCall>;
  expectSms(wait?: Wait): Promise<ExpectedSms>;
  /** Rings out, every time. */
  ignores(): Promise<void>;
  isBusy(): Promise<void>;
  hasVoicemail(): Promise<void>;
  cannotBeReached(): Promise<void>;
  /** Picks up every call and presses these keys, each as the line listens again. */
  answers(presses?: readonly Key[], afterMs?: number): Promise<void>;
  /** Replies to every SMS. */
  replies(text?: 'code' | (string & {}), afterMs?: number): Promise<void>;
  /** One entry a call, or message, in turn; the last one repeats. */
  follows(...script: readonly ScriptEntry[]): Promise<void>;
}

/** The phones of a carrier simulator, over its real HTTP. */
export interface Phones {
  readonly url: string;
  readonly key: string;
  phone(number: string): Phone;
  /** Everything that happened at the carrier so far, oldest first. */
  log(): Promise<CarrierLog>;
  /** Numbers in the order they were called or written to. */
  contacted(): Promise<
    readonly { readonly number: string; readonly medium: 'voice' | 'sms'; readonly key: string; readonly at: number }[]
  >;
}

/** Pauses between the tries of a report: soon, and for half an hour, for a caller that was killed may take minutes to start. */
const PATIENCE = [...Array.from({ length: 500 }, () => 20), ...Array.from({ length: 7_200 }, () => 250)];

/** Starts a carrier simulator of this test's own, in this process; its phones ring until told otherwise. */
export async function startPhones({ ringMs = 60_000 } = {}): Promise<Phones & AsyncDisposable> {
  const key = randomBytes(12).toString('hex');
  const carrier = await startCarrier({
    port: 0,
    key,
    ringMs,
    talkMs: 20 * 60_000,
    speakingRate: Number.POSITIVE_INFINITY,
    retryAfterMs: PATIENCE,
  });
  return { ...phonesOf({ url: carrier.url, key }), [Symbol.asyncDispose]: () => carrier[Symbol.asyncDispose]() };
}

/** The phones of a carrier simulator that runs somewhere else, as a program of its own. */
function phonesOf({ url, key }: { readonly url: string; readonly key: string }): Phones {
  const line: Line = { ask: asker(url, key), expected: new Set() };
  const log = async () => (await line.ask('GET', '/v1/log')) as CarrierLog;
  return {
    url,
    key,
    log,
    phone: (number) => phone(line, number),
    async contacted() {
      const { calls, messages } = await log();
      return [
        ...calls.map((call) => ({
          number: call.to,
          medium: 'voice' as const,
          key: call.key,
          at: call.history[0]?.at ?? 0,
        })),
        ...messages
          .filter(({ state }) => state !== 'reply')
          .map(({ to, key: own, at }) => ({ number: to, medium: 'sms' as const, key: own, at })),
      ].toSorted((a, b) => a.at - b.at);
    },
  };
}

interface Line {
  readonly ask: (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => Promise<unknown>;
  /** Ids of calls and messages that an expectation has returned. */
  readonly expected: Set<string>;
}

function asker(url: string, key: string): Line['ask'] {
  return async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
}

function phone(line: Line, number: string): Phone {
  const path = `/phones/${encodeURIComponent(number)}`;
  const script = async (...entries: readonly ScriptEntry[]) =>
    void (await line.ask('PUT', `/v1${path}/script`, entries));
  const next = async <T extends { id: string; to: string }>(list: readonly T[], fits: (item: T) => boolean) => {
    const found = list.find((item) => item.to === number && fits(item) && !line.expected.has(item.id));
    if (found !== undefined) line.expected.add(found.id);
    return found;
  };
  const log = async () => (await line.ask('GET', '/v1/log')) as CarrierLog;
  return {
    number,
    follows: script,
    ignores: () => script({ behaviour: 'silent' }),
    isBusy: () => script({ behaviour: 'busy' }),
    hasVoicemail: () => script({ behaviour: 'voicemail' }),
    cannotBeReached: () => script({ behaviour: 'fails' }),
    answers: (presses = ['right'], afterMs = 0) => script({ behaviour: 'answers', presses: [...presses], afterMs }),
    replies: (text = 'code', afterMs = 0) => script({ behaviour: 'replies', text, afterMs }),
    async expectCall({ withinMs = 60_000 } = {}) {
      const call = await eventually(async () => next((await log()).calls, () => true), {
        withinMs,
        what: `a call to ${number}`,
      });
      return expectedCall(line, path, call);
    },
    async expectSms({ withinMs = 60_000 } = {}) {
      const sms = await eventually(async () => next((await log()).messages, ({ state }) => state !== 'reply'), {
        withinMs,
        what: `an SMS to ${number}`,
      });
      return {
        id: sms.id,
        key: sms.key,
        text: sms.text,
        async thenReply(text) {
          const reply = text === 'code' ? codeAskedFor(sms.text) : text;
          if (reply === null) throw new Error(`the SMS asks for no code: ${sms.text}`);
          await line.ask('POST', path, { do: 'reply', text: reply });
        },
      };
    },
  };
}

function expectedCall(line: Line, path: string, { id, key, to }: LoggedCall): ExpectedCall {
  const hand = (gesture: Readonly<Record<string, string>>) => line.ask('POST', path, gesture);
  const look = async (): Promise<LoggedCall> => {
    const call = ((await line.ask('GET', '/v1/log')) as CarrierLog).calls.find((entry) => entry.id === id);
    if (call === undefined) throw new Error(`the carrier forgot call ${id}`);
    return call;
  };
  const until = (what: string, fits: (call: LoggedCall) => boolean, wait: Wait = {}) =>
    eventually(
      async () => {
        const call = await look();
        if (fits(call)) return call;
        throw new Error(`it is ${call.ending ?? call.state}, after ${call.heard.at(-1) ?? 'nothing said'}`);
      },
      { what: `${what} on the call to ${to}`, ...wait },
    );
  const self: ExpectedCall = {
    id,
    key,
    look,
    async thenPickUp() {
      await hand({ do: 'pick-up' });
      return self;
    },
    async thenPress(wanted, wait) {
      if ((await look()).state === 'ringing') await self.thenPickUp();
      const { say } = await until('a listening line', (call) => call.state === 'talking' && call.gathering, wait);
      const asked = keyAskedFor(say);
      if (wanted === 'right' && asked === null) throw new Error(`the text names no key: ${say}`);
      await hand({
        do: 'press',
        digit: wanted === 'right' ? (asked ?? '') : wanted === 'wrong' ? wrongKey(say) : wanted,
      });
      return self;
    },
    async thenHears(text) {
      await until(`"${String(text)}"`, (call) =>
        call.heard.some((said) => (typeof text === 'string' ? said.includes(text) : text.test(said))),
      );
      return self;
    },
    async thenHangUp() {
      await hand({ do: 'hang-up' });
      return self;
    },
    async thenVoicemail() {
      await hand({ do: 'voicemail' });
      return self;
    },
    async thenEnds(ending) {
      const call = await until('the end', ({ state }) => state === 'ended');
      if (ending !== undefined && call.ending !== ending)
        throw new Error(`the call to ${to} ended ${String(call.ending)}, not ${ending}`);
      return call;
    },
  };
  return self;
}
