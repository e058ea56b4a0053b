import { randomUUID } from 'node:crypto';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { Appointments } from './appointments.ts';
import { step } from './call.ts';
import type { Call, CallEvent } from './call.ts';
import { eventOf, intendedGesture } from './gesture.ts';
import type { Gesture } from './gesture.ts';
import { codeAskedFor } from './listening.ts';
import { reporter } from './reporter.ts';
import type { NetworkState } from './network-state.ts';
import { onCall, onMessage } from './script.ts';
import type { CallEntry, Script } from './script.ts';
import { ReportReply } from './wire.ts';
import type { PlaceCall, SendMessage } from './wire.ts';
import type { z } from 'zod';

/** An SMS, to a phone or back from it. */
export interface Message {
  readonly id: string;
  /** The sender's Idempotency-Key; empty for one a phone sent. */
  readonly key: string;
  readonly to: string;
  readonly text: string;
  readonly at: Instant;
  readonly inbound: string;
  readonly state: 'delivered' | 'undelivered' | 'reply';
}

export interface NetworkOptions {
  readonly key: string;
  /** How long a phone rings before the call is given up. */
  readonly ringMs: number;
  /** How long a call may last once it was picked up. */
  readonly talkMs: number;
  /** How fast text is spoken, characters a second; Infinity speaks at once. */
  readonly speakingRate: number;
  readonly retryAfterMs?: readonly number[];
  /** What an earlier run knew when it ended, however it ended. */
  readonly earlier?: NetworkState | null;
}

type Accepted = { readonly id: string; readonly again: boolean };
/** How many calls, and messages, are remembered. */
const REMEMBERED = 10_000;

/** How many of each a later run is told. */
const HANDED_ON = 500;

/** Phones that ring, and people who do with them what their script says or a hand on the page does. */
export class PhoneNetwork implements Disposable {
  readonly calls = new Map<string, Call>();
  readonly messages: Message[] = [];
  /** How often each Idempotency-Key was asked for. */
  readonly requests = new Map<string, number>();
  readonly scripts = new Map<string, Script>();
  readonly #options: NetworkOptions;
  readonly #end = new AbortController();
  readonly #reporter;
  readonly #byKey = new Map<string, string>();
  readonly #appointments = new Appointments();
  readonly #taken = new Map<string, { calls: number; messages: number }>();
  readonly #watchers = new Set<() => void>();
  /** Keys a scripted person still means to press, by call. */
  readonly #intended = new Map<string, { presses: string[]; thinkMs: number; thinking: boolean }>();
  /** What the phone does with a call that rings. */
  readonly #entries = new Map<string, CallEntry>();

  constructor(options: NetworkOptions) {
    this.#options = options;
    const { key, retryAfterMs } = options;
    this.#reporter = reporter({
      key,
      now,
      signal: this.#end.signal,
      settled: () => this.#changed(),
      ...(retryAfterMs && { retryAfterMs }),
    });
    if (options.earlier) this.#resume(options.earlier);
  }

  /** What a later run has to know to go on: see `earlier`. */
  state(): NetworkState {
    const calls = [...this.calls.values()];
    const open = calls.filter(({ state }) => state !== 'ended');
    const handedOn = [...new Set([...calls.slice(-HANDED_ON), ...open])];
    const messages = this.messages.slice(-HANDED_ON);
    const keys = new Set([...handedOn, ...messages].map(({ key }) => key));
    return {
      calls: handedOn,
      messages,
      requests: [...this.requests].filter(([key]) => keys.has(key)),
      scripts: [...this.scripts],
      taken: [...this.#taken],
      entries: [...this.#entries],
      intended: [...this.#intended].map(([id, { presses, thinkMs }]) => [id, { presses: [...presses], thinkMs }]),
      pending: this.#reporter.pending(),
    };
  }

  /** Goes on: a phone that rang rings for the rest of its time, a line that was up is up, an untold report is told. */
  #resume({ calls, messages, requests, scripts, taken, entries, intended, pending }: NetworkState): void {
    for (const call of calls) this.calls.set(call.id, call);
    this.messages.push(...messages);
    for (const { key, id } of [...calls, ...messages]) if (key !== '') this.#byKey.set(key, id);
    for (const [key, times] of requests) this.requests.set(key, times);
    for (const [number, script] of scripts) this.scripts.set(number, script);
    for (const [number, counts] of taken) this.#taken.set(number, counts);
    for (const [id, { presses, thinkMs }] of intended)
      this.#intended.set(id, { presses: [...presses], thinkMs, thinking: false });
    for (const { line, url, report } of pending) this.#hear(line, this.#reporter.tell(line, url, report));
    const ringing = new Map(entries);
    for (const { id, state, say, history } of calls) {
      const goneMs = now() - (history.at(-1)?.at ?? now());
      if (state === 'dialling') this.#do(id, { type: 'dialled' });
      if (state === 'dialling' || state === 'ringing') this.#ring(id, ringing.get(id), goneMs);
      if (state === 'talking' || state === 'recording') this.#talk(id, say, goneMs);
    }
  }

  get reports() {
    return this.#reporter.records;
  }

  /** Runs `onChange` after every change until the returned function is called. */
  watch(onChange: () => void): () => void {
    this.#watchers.add(onChange);
    return () => this.#watchers.delete(onChange);
  }

  /** Gives a phone a script, from its first entry on. */
  follow(number: string, script: Script): void {
    this.scripts.set(number, script);
    this.#taken.delete(number);
    this.#changed();
  }

  /** Rings a phone. The same key again gives the call it gave before and rings nobody. */
  placeCall(key: string, { to, language, say, gather, callback }: z.infer<typeof PlaceCall>): Accepted {
    const known = this.#seen(key);
    if (known !== undefined) return { id: known, again: true };
    const engaged = this.callOf(to) !== undefined;
    const call: Call = {
      id: randomUUID(),
      key,
      to,
      language,
      say,
      callback,
      state: 'dialling',
      ending: null,
      heard: [],
      pressed: [],
      gathering: gather !== undefined,
      closing: false,
      history: [{ state: 'dialling', at: now() }],
    };
    this.#byKey.set(key, call.id);
    this.calls.set(call.id, call);
    forgetOldest(this.calls);
    if (engaged) this.#do(call.id, { type: 'busy' });
    else this.#behave(call.id, onCall(this.scripts.get(to) ?? [], this.#take(to, 'calls')));
    return { id: call.id, again: false };
  }

  /** The caller ends its call. False when there is no such call; one that has ended stays as it was. */
  endCall(id: string): boolean {
    if (!this.calls.has(id)) return false;
    this.#do(id, { type: 'ended-by-caller' });
    return true;
  }

  /** Delivers an SMS. The same key again delivers nothing more. */
  sendMessage(key: string, { to, text, callback, inbound }: z.infer<typeof SendMessage>): Accepted {
    const known = this.#seen(key);
    if (known !== undefined) return { id: known, again: true };
    const entry = onMessage(this.scripts.get(to) ?? [], this.#take(to, 'messages'));
    const state = entry.behaviour === 'undelivered' ? 'undelivered' : 'delivered';
    const message: Message = { id: randomUUID(), key, to, text, inbound, at: now(), state };
    this.#byKey.set(key, message.id);
    this.#keep(message);
    void this.#tell(message.id, callback, { id: message.id, event: state });
    if (entry.behaviour === 'replies') {
      const reply = entry.text === 'code' ? codeAskedFor(text) : entry.text;
      if (reply !== null) this.#appointments.make(message.id, entry.afterMs, () => this.#reply(message, reply));
    }
    return { id: message.id, again: false };
  }

  /** What a hand does with a phone. False when it cannot be done now: nothing rings, or nobody is on the line. */
  gesture(number: string, gesture: Gesture): boolean {
    const call = this.callOf(number);
    return call !== undefined && this.#do(call.id, eventOf(gesture));
  }

  /** Replies to the newest message of a phone. False when it has none. */
  reply(number: string, text: string): boolean {
    const last = this.messages.findLast((message) => message.to === number && message.state === 'delivered');
    if (last !== undefined) this.#reply(last, text);
    return last !== undefined;
  }

  /** The call that rings at, or is held with, a phone. */
  callOf(number: string): Call | undefined {
    for (const call of this.calls.values()) if (call.to === number && call.state !== 'ended') return call;
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#end.abort();
    this.#appointments.cancelAll();
    this.#watchers.clear();
  }

  #behave(id: string, entry: ReturnType<typeof onCall>): void {
    if (entry.behaviour === 'busy') return void this.#do(id, { type: 'busy' });
    if (entry.behaviour === 'fails') return void this.#do(id, { type: 'failed' });
    if (entry.behaviour === 'answers')
      this.#intended.set(id, { presses: [...entry.presses], thinkMs: entry.thenAfterMs, thinking: false });
    this.#do(id, { type: 'dialled' });
    this.#ring(id, entry, 0);
  }

  /** Rings for what is left of its time after `goneMs`, or until the phone does what it does. */
  #ring(id: string, entry: CallEntry | undefined, goneMs: number): void {
    const after = (ms: number, event: CallEvent) =>
      this.#appointments.make(id, Math.max(0, ms - goneMs), () => this.#do(id, event));
    if (entry !== undefined) this.#entries.set(id, entry);
    after(this.#options.ringMs, { type: 'ring-time-over' });
    if (entry?.behaviour === 'answers') after(entry.afterMs, { type: 'picked-up' });
    if (entry?.behaviour === 'voicemail') after(entry.afterMs, { type: 'voicemail' });
  }

  #talk(id: string, text: string, goneMs: number): void {
    const leftMs = Math.max(0, this.#options.talkMs - goneMs);
    this.#appointments.make(id, leftMs, () => this.#do(id, { type: 'talk-time-over' }));
    const call = this.calls.get(id);
    if (call !== undefined) this.#spoken(call, text);
  }

  /** Applies an event and its consequences. False when it changed nothing. */
  #do(id: string, event: CallEvent): boolean {
    const call = this.calls.get(id);
    if (call === undefined) return false;
    const { next, reports } = step(call, event, now());
    if (next === call) return false;
    this.calls.set(id, next);
    if (next.state !== call.state) this.#entered(next);
    else if (event.type === 'told') this.#spoken(next, event.say ?? '');
    for (const report of reports) this.#hear(id, this.#tell(id, next.callback, { id, ...report }));
    this.#changed();
    return true;
  }

  /** Does with a call what the caller answers to a report about it. */
  #hear(id: string, answer: Promise<unknown>): void {
    void answer.then((reply) => {
      const told = ReportReply.safeParse(reply);
      if (!told.success) return;
      this.#do(id, {
        type: 'told',
        say: told.data.say,
        gather: told.data.gather !== undefined,
        hangup: told.data.hangup === true,
      });
    });
  }

  #entered(call: Call): void {
    if (call.state !== 'ringing') {
      this.#appointments.cancel(call.id);
      this.#entries.delete(call.id);
    }
    if (call.state === 'talking' || call.state === 'recording') this.#talk(call.id, call.say, 0);
    if (call.state === 'ended') this.#intended.delete(call.id);
  }

  /** A text is on the line: it takes its time, and a scripted person hears it. */
  #spoken(call: Call, text: string): void {
    const lengthMs = (text.length / this.#options.speakingRate) * 1000;
    if (call.closing || call.state === 'recording')
      this.#appointments.make(call.id, lengthMs, () => this.#do(call.id, { type: 'text-spoken' }));
    const intended = this.#intended.get(call.id);
    if (intended === undefined || intended.thinking || !call.gathering) return;
    const press = intended.presses.shift();
    if (press === undefined) return;
    intended.thinking = true;
    this.#appointments.make(call.id, intended.thinkMs, () => {
      intended.thinking = false;
      const line = this.calls.get(call.id) ?? call;
      this.#do(call.id, eventOf(intendedGesture(press, line.say)));
    });
  }

  #reply(to: Message, text: string): void {
    const at = now();
    const id = randomUUID();
    this.#keep({ id, key: '', to: to.to, text, at, inbound: to.inbound, state: 'reply' });
    void this.#tell(`replies ${to.to}`, to.inbound, { from: to.to, text }).then((answer) => {
      const told = ReportReply.safeParse(answer);
      const back = told.success ? told.data.say : undefined;
      if (back !== undefined) this.#keep({ ...to, id: randomUUID(), key: '', text: back, at: now() });
    });
  }

  #keep(message: Message): void {
    this.messages.push(message);
    if (this.messages.length > REMEMBERED) this.messages.shift();
    this.#changed();
  }

  #tell(line: string, url: string, facts: Readonly<Record<string, string>>): Promise<unknown> {
    return this.#reporter.tell(line, url, { reportId: randomUUID(), ...facts, at: new Date(now()).toISOString() });
  }

  #seen(key: string): string | undefined {
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
    return this.#byKey.get(key);
  }

  #take(number: string, kind: 'calls' | 'messages'): number {
    const taken = this.#taken.get(number) ?? { calls: 0, messages: 0 };
    this.#taken.set(number, { ...taken, [kind]: taken[kind] + 1 });
    return taken[kind];
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

const now = (): Instant => instant(Date.now());

function forgetOldest(calls: Map<string, Call>): void {
  if (calls.size <= REMEMBERED) return;
  for (const [id, call] of calls) {
    if (call.state !== 'ended') continue;
    calls.delete(id);
    return;
  }
}
