import type { Acquired, LineFault } from '../../src/core/acquired.ts';
import { AppError } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { backOffMs } from '../../src/platform/back-off.ts';
import type { LinePorts, RawValue } from '../acquisition.ts';
import type { Bus } from './bus.ts';
import type { Device, PollResult } from './device.ts';
import { afresh, answered, firstTurn, nextTurn, unanswered } from './poll-schedule.ts';
import { waitOn } from './timeline.ts';
import type { Timeline } from './timeline.ts';

/** What a poller says of its wire. `null`: it stands. */
export type WireState = { readonly fault: LineFault; readonly detail: string } | null;

interface PollerOptions {
  readonly devices: readonly Device[];
  /** Before a device's name in reports: the modem that it hangs on. */
  readonly prefix: string;
  /** Opens the wire, or waits for it. Throws `adapter/not-connected`. */
  readonly openBus: (signal: AbortSignal) => Promise<Bus>;
  /** Longest that asking a device that is dead can take. */
  readonly probeMs: DurationMs;
  readonly timeline: Timeline;
  readonly ports: LinePorts;
  readonly wire: (state: WireState) => void;
}

/** Who asks the devices of one wire, one after the other: polls by the grid, and what somebody wants to know now. */
export interface Poller {
  run(signal: AbortSignal): Promise<void>;
  readonly devices: readonly Device[];
  /** Has a device polled before all others. Rejects when it does not answer. */
  measure(device: Device, signal: AbortSignal): Promise<void>;
  liveRaw(): readonly RawValue[];
}

/** A wire that is not there so long is on record. */
const WIRE_GRACE_MS: DurationMs = 10 * SECOND;
/** Wires in a row that brought no answer. */
const BARREN_MOST = 3;

const FAULT: Readonly<Record<Exclude<PollResult['how'], 'answered' | 'closed'>, LineFault>> = {
  'no-answer': 'no-answer',
  'bad-answer': 'bad-answer',
  'refused': 'refused-request',
};

/** Somebody who waits for a measurement. */
interface Waiting {
  readonly device: Device;
  resolve(): void;
  reject(error: AppError): void;
}

/** How a wire came to its end. */
interface Served {
  /** Something was answered. */
  readonly isFruitful: boolean;
  /** The other end let go of it, or it was cut: we did not. */
  readonly isLost: boolean;
}

/** Makes a poller; it asks nothing before it runs. */
export function poller(options: PollerOptions): Poller {
  const { devices, prefix, openBus, probeMs, timeline, ports, wire } = options;
  const live = new Map<string, RawValue>();
  let waiting: Waiting[] = [];
  let nap: AbortController | null = null;
  let offered: Promise<void> = Promise.resolve();
  // The grid is the clock's, counted on by a time that no correction of the host moves.
  const aheadMs = ports.clock.now() - timeline.now();
  const now = (): DurationMs => timeline.now() + aheadMs;
  let turns = devices.map(({ everyMs }) => firstTurn(everyMs, now()));

  let isStanding = false;
  function stands(): void {
    if (!isStanding) wire(null);
    isStanding = true;
  }
  function fails(state: NonNullable<WireState>): void {
    isStanding = false;
    wire(state);
  }

  /** Polls a device and hands its values over. */
  async function poll(bus: Bus, turn: number): Promise<PollResult['how']> {
    const device = devices[turn];
    if (device === undefined) throw new RangeError('it is the turn of a device that there is not');
    const observedAt = ports.clock.now();
    const result = await device.poll((query) => bus.ask(query), now());
    const receivedAt = ports.clock.now();
    const acquired = result.polled.map(({ sensor, value, quality, why, raw }): Acquired => {
      return { sensorCode: sensor, observedAt, receivedAt, value, quality, ...(why !== undefined && { why }), raw };
    });
    for (const { sensor, at, raw, value } of result.polled)
      live.set(sensor, {
        at,
        sensorCode: sensor,
        device: prefix + device.name,
        raw,
        ...(value !== null && { value }),
        receivedAt,
      });
    // The next device is asked while the disk takes these: one portion is on its way at most.
    await offered;
    offered = acquired.length === 0 ? Promise.resolve() : ports.offer(acquired);
    offered.catch(() => {});
    const isAnswered = result.how === 'answered' || result.how === 'refused';
    // However often it failed before: what answers is there.
    if (isAnswered) stands();
    tell(device, result);
    // A wire that ended says nothing of the device: it is asked again by the next one.
    if (result.how === 'closed') return 'closed';
    turns = turns.map((each, i) => (i !== turn ? each : isAnswered ? answered(each, now()) : unanswered(each, now())));
    tellBehind(device, turns[turn]?.missed ?? 0);
    await serveWaiting(device, result);
    return result.how;
  }

  /** Told once, and once when it is over. */
  const behind = new Set<Device>();
  function tellBehind(device: Device, missed: number): void {
    if (missed > 0 === behind.has(device)) return;
    if (missed > 0) behind.add(device);
    else behind.delete(device);
    const text = missed > 0 ? 'the line is too slow for its devices: a poll was left out' : 'the line keeps up again';
    ports.log.warn({ device: prefix + device.name, missed }, text);
  }

  async function serveWaiting(device: Device, { how }: PollResult): Promise<void> {
    const served = waiting.filter((each) => each.device === device);
    if (served.length === 0) return;
    waiting = waiting.filter((each) => each.device !== device);
    if (how === 'answered') await offered;
    for (const each of served) {
      if (how === 'answered') each.resolve();
      else each.reject(noAnswer(device.name, how));
    }
  }

  function tell({ name }: Device, { how, detail }: PollResult): void {
    const device = prefix + name;
    if (how === 'answered') ports.report({ device, state: 'connected', ...(detail !== '' && { detail }) });
    else if (how !== 'closed')
      ports.report({ device, state: 'faulty', fault: FAULT[how], ...(detail !== '' && { detail }) });
  }

  /** Asks until the wire ends. */
  async function serve(bus: Bus, signal: AbortSignal): Promise<Served> {
    let isFruitful = false;
    let how: PollResult['how'] = 'closed';
    void bus.ended.then(() => nap?.abort());
    while (!signal.aborted && bus.isOpen) {
      const wanted = waiting[0];
      const next = wanted === undefined ? nextTurn(turns, now(), probeMs) : { turn: devices.indexOf(wanted.device) };
      if ('at' in next) {
        how = 'closed';
        nap = new AbortController();
        await waitOn(timeline, Math.max(0, next.at - now()), AbortSignal.any([signal, nap.signal]));
        nap = null;
        continue;
      }
      how = await poll(bus, next.turn);
      isFruitful ||= how === 'answered' || how === 'refused';
    }
    return { isFruitful, isLost: how === 'closed' };
  }

  async function run(signal: AbortSignal): Promise<void> {
    let barren = 0;
    let unopened = 0;
    let isLost = false;
    while (!signal.aborted) {
      const cancel = timeline.after(WIRE_GRACE_MS, () => fails({ fault: 'closed', detail: 'not there' }));
      try {
        const bus = await openBus(signal).finally(cancel);
        unopened = 0;
        if (barren < BARREN_MOST) stands();
        // Whoever was silent because the wire was gone is asked at once; who made us open it anew is not.
        if (isLost) turns = turns.map((turn) => afresh(turn, now()));
        const close = (): void => bus.close();
        signal.addEventListener('abort', close);
        const served = await serve(bus, signal).finally(() => {
          signal.removeEventListener('abort', close);
          bus.close();
        });
        isLost = served.isLost;
        barren = isLost && !served.isFruitful ? barren + 1 : 0;
        if (barren === BARREN_MOST) fails({ fault: 'closed', detail: 'opens, and ends before anything is answered' });
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof AppError) || error.code !== 'adapter/not-connected') throw error;
        isLost = true;
        unopened += 1;
        fails({ fault: 'unreachable', detail: error.message });
      }
      const failures = barren + unopened;
      if (failures > 0) await waitOn(timeline, backOffMs(failures - 1, SECOND / 4, 10 * SECOND), signal);
    }
    for (const each of waiting) each.reject(noAnswer(each.device.name, 'closed'));
    waiting = [];
    await offered.catch(() => {});
  }

  return {
    devices,
    run,
    measure: (device, signal) =>
      new Promise((resolve, reject) => {
        const one: Waiting = { device, resolve, reject };
        waiting.push(one);
        signal.addEventListener('abort', () => {
          waiting = waiting.filter((each) => each !== one);
          reject(noAnswer(device.name, 'closed'));
        });
        nap?.abort();
      }),
    liveRaw: () => [...live.values()],
  };
}

const noAnswer = (device: string, how: PollResult['how']): AppError =>
  new AppError('adapter/not-connected', `${device} was asked and gave no value`, {
    retryable: true,
    facts: { device, how },
  });
