import type { Acquired } from '../../src/core/acquired.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import type { Clock, Instant } from '../../src/core/time.ts';
import type { OpcUaItem, OpcUaLine } from '../../src/contract/acquire/opcua-config.ts';
import { pause } from '../../src/platform/back-off.ts';
import type { LinePorts } from '../acquisition.ts';
import { decode } from './decode.ts';
import type { Reception, UaValue } from './decode.ts';
import { SessionFailure } from './failure.ts';
import { itemWatch } from './item-watch.ts';
import type { ItemWatch } from './item-watch.ts';
import type { LineTimes } from './line-times.ts';
import type { ServerStatus, UaSession } from './session.ts';
import { subscribe } from './subscription.ts';
import type { UaSubscription } from './subscription.ts';
import type { ValuesOut } from './values-out.ts';

interface WatchPorts {
  readonly config: OpcUaLine;
  readonly times: LineTimes;
  readonly clock: Clock;
  /** Moves on whatever is done to the host's clock. */
  readonly steadily: () => Instant;
  readonly out: ValuesOut;
  readonly report: LinePorts['report'];
  readonly clockIsWrong: (is: boolean) => void;
  /** Whether the session may be begun anew for the sake of a node; asked, it counts as done. */
  readonly mayBeginAnew: () => boolean;
  readonly signal: AbortSignal;
}

/** A server's clock that is off by more measures nothing: its time stands beside ours, and is told as a fault. */
const CLOCK_OFF_MS = MINUTE;
/** No sensor can have this name: a fault of the server's clock leaves its points as they are. */
const SERVER_CLOCK = 'server clock';
const RUNNING = 0;

/** Each node's value with its quality, as `decode` makes it. */
export const decoded = (
  items: readonly OpcUaItem[],
  values: readonly UaValue[],
  reception: Reception,
): readonly Acquired[] =>
  items.flatMap((item, i) => {
    const ua = values[i];
    return ua === undefined ? [] : [decode(item, ua, reception)];
  });

/** Subscribes and looks after it. Returns when `signal` aborts; throws a `SessionFailure` at the first doubt. */
export async function watchSession(session: UaSession, ports: WatchPorts): Promise<void> {
  const { config, times, clock, steadily, out, report, signal } = ports;
  const watches = config.items.map((item) => itemWatch(item, config, times, steadily()));
  let heardAt = steadily();
  let isClockWrong = false;

  const decodedNow = ({ item }: ItemWatch, ua: UaValue): Acquired =>
    decode(item, ua, { receivedAt: clock.now(), time: config.time, isClockWrong });
  const take = (watch: ItemWatch, ua: UaValue): void => {
    out.put(decodedNow(watch, ua), watch.item.node);
  };
  const tellNodes = (which: readonly ItemWatch[]): void => {
    for (const each of which.flatMap((watch) => watch.reports(steadily()))) report(each);
  };
  const tellServer = ({ at, state }: ServerStatus): void => {
    isClockWrong = at !== null && Math.abs(at - clock.now()) > CLOCK_OFF_MS;
    ports.clockIsWrong(isClockWrong);
    const says = at === null ? '' : new Date(at).toISOString();
    const detail = `the clock of the server says ${says}`;
    report({
      device: SERVER_CLOCK,
      ...(isClockWrong ? { state: 'faulty', fault: 'clock-wrong', detail } : { state: 'connected' }),
    });
    if (state !== null && state !== RUNNING)
      throw new SessionFailure('closed', `the server says that it does not run (ServerState ${String(state)})`);
  };

  tellServer(await session.serverStatus());
  const subscription = await subscribe(session, {
    publishMs: config.publishSeconds * SECOND,
    queue: config.queue,
    keepAliveMs: times.keepAliveMs,
    answerWithinMs: times.answerWithinMs,
    heard: () => {
      heardAt = steadily();
    },
  });
  const add = (which: readonly ItemWatch[]): Promise<void> =>
    addTo(subscription, session, which, { config, steadily, take });
  await add(watches);
  report({ state: 'connected' });
  await look(watches.filter((watch) => !watch.isSubscribed()));

  while (!signal.aborted) {
    await held(session, subscription, ports);
    if (signal.aborted) return;
    out.check();
    const silentAfterMs = Math.max(times.silentAfterMs, 3 * subscription.keepAliveMs);
    if (steadily() - heardAt > silentAfterMs)
      throw new SessionFailure(
        'no-answer',
        `nothing has come by the subscription for ${String(silentAfterMs / SECOND)} s`,
      );
    tellServer(await session.serverStatus());
    for (const watch of watches) {
      const acquired = watch.release(steadily());
      if (acquired !== null) out.put(acquired, watch.item.node);
    }
    await look(watches.filter((watch) => watch.isDue(steadily())));
    tellNodes(watches);
  }

  /** Reads those of which the subscription says nothing: they live on by that, and it is seen whether it should have. */
  async function look(which: readonly ItemWatch[]): Promise<void> {
    if (which.length === 0) return;
    const values = await session.read(
      which.map(({ item }) => item.node),
      signal,
    );
    const back: ItemWatch[] = [];
    let undelivered: ItemWatch | null = null;
    for (const [i, watch] of which.entries()) {
      const ua = values[i];
      if (ua === undefined) continue;
      const verdict = watch.read(ua, steadily());
      const isCertain = verdict !== 'agrees' && verdict !== 'differs';
      if (isCertain || !watch.isSubscribed()) take(watch, ua);
      else watch.hold(decodedNow(watch, ua), steadily());
      if (verdict === 'back') back.push(watch);
      if (verdict === 'undelivered') undelivered = watch;
    }
    tellNodes(which);
    if (back.length > 0) await add(back);
    if (undelivered !== null && ports.mayBeginAnew())
      throw new SessionFailure(
        'silent',
        `the subscription does not tell of ${undelivered.item.node}, which has changed`,
      );
  }
}

async function addTo(
  subscription: UaSubscription,
  session: UaSession,
  which: readonly ItemWatch[],
  {
    config,
    steadily,
    take,
  }: Pick<WatchPorts, 'config' | 'steadily'> & { take: (watch: ItemWatch, ua: UaValue) => void },
): Promise<void> {
  const known = which.flatMap((watch) => {
    const node = session.nodeId(watch.item.node);
    return node === null ? [] : [{ watch, node }];
  });
  const wanted = known.map(({ watch: { item }, node }) => ({
    node,
    samplingMs: (item.samplingSeconds ?? config.samplingSeconds) * SECOND,
    deadband: item.deadband,
  }));
  const results = await subscription.add(wanted, (place, ua) => {
    const watch = known[place]?.watch;
    if (watch === undefined) return;
    watch.notice(ua, steadily());
    take(watch, ua);
  });
  for (const [i, result] of results.entries()) known[i]?.watch.subscribed(result, steadily());
}

/** Until the next look is due. Throws when the session or its subscription ends before, or nothing can be stored. */
async function held(session: UaSession, subscription: UaSubscription, { times, signal }: WatchPorts): Promise<void> {
  using waiting = disposableAbort(signal);
  const ended = await Promise.race([
    pause(times.lookEveryMs, waiting.signal).then(() => null),
    session.ended,
    subscription.ended,
  ]);
  if (ended !== null && !signal.aborted) throw ended;
}

function disposableAbort(outer: AbortSignal): { readonly signal: AbortSignal } & Disposable {
  const own = new AbortController();
  return {
    signal: AbortSignal.any([outer, own.signal]),
    [Symbol.dispose]() {
      own.abort();
    },
  };
}
