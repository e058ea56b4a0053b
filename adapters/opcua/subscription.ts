import {
  AttributeIds,
  DataChangeFilter,
  DataChangeTrigger,
  DeadbandType,
  TimestampsToReturn,
  resolveNodeId,
} from 'node-opcua-client';
import type {
  ClientMonitoredItemBase,
  ClientSession,
  ClientSessionRawSubscriptionService,
  ClientSubscription,
  StatusCode,
} from 'node-opcua-client';
import type { DurationMs } from '../../src/core/time.ts';
import { plainValue } from './data-value.ts';
import type { UaValue } from './decode.ts';
import { SessionFailure } from './failure.ts';
import type { UaSession } from './session.ts';
import { within } from './within.ts';

/** A node to be told of. */
export interface Wanted {
  readonly node: string;
  readonly samplingMs: DurationMs;
  /** In the node's unit; 0: every change. */
  readonly deadband: number;
}

export interface Subscribed {
  /** `null`: the server tells of it; else the name of the status with which it refuses. */
  readonly refusal: string | null;
  /** How often the server looks at it, as it says. */
  readonly samplingMs: DurationMs;
  /** Is told of it no more. */
  drop(): void;
}

export interface UaSubscription {
  /** The longest that the server is silent while nothing changes, ms. */
  readonly keepAliveMs: DurationMs;
  /** Resolves, never rejects, when the server has ended it and says so. Many do not. */
  readonly ended: Promise<SessionFailure>;
  /** Asks to be told of nodes. One that is refused leaves the others. `notice` gets each value in its order. */
  add(wanted: readonly Wanted[], notice: (at: number, ua: UaValue) => void): Promise<readonly Subscribed[]>;
}

interface SubscriptionOptions {
  readonly publishMs: DurationMs;
  readonly queue: number;
  readonly keepAliveMs: DurationMs;
  readonly answerWithinMs: DurationMs;
  /** Called at each sign of life: values, or that there are none. */
  readonly heard: () => void;
}

const ITEMS_PER_REQUEST = 100;
/** Of publishing intervals in which we ask for nothing before the server may delete it. */
const LIFETIME = 10_000;

export async function subscribe(
  { session }: UaSession,
  { publishMs, queue, keepAliveMs, answerWithinMs, heard }: SubscriptionOptions,
): Promise<UaSubscription> {
  const keepAliveCount = Math.max(1, Math.floor(keepAliveMs / publishMs));
  const made = session.createSubscription2({
    requestedPublishingInterval: publishMs,
    requestedMaxKeepAliveCount: keepAliveCount,
    requestedLifetimeCount: Math.max(LIFETIME, 3 * keepAliveCount),
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 0,
  });
  const subscription = await within(made, { withinMs: answerWithinMs, what: 'a subscription' });
  subscription.on('keepalive', heard);
  subscription.on('received_notifications', heard);
  return {
    keepAliveMs: subscription.publishingInterval * subscription.maxKeepAliveCount,
    ended: endOf(subscription),
    async add(wanted, notice) {
      const results = wanted.map((): Subscribed => ({ refusal: 'BadUnexpectedError', samplingMs: 0, drop: () => {} }));
      for (const { group, places } of groupsOf(wanted)) {
        await monitor(group, places);
      }
      return results;

      async function monitor(group: Group, places: readonly number[], isPlain = false): Promise<void> {
        const nodes = places.map((place) => ({
          nodeId: resolveNodeId(wanted[place]?.node ?? ''),
          attributeId: AttributeIds.Value,
        }));
        const parameters = {
          samplingInterval: group.samplingMs,
          queueSize: queue,
          discardOldest: true,
          filter: isPlain ? null : filterOf(group.deadband),
        };
        const asked = subscription.monitorItems(nodes, parameters, TimestampsToReturn.Both);
        const { monitoredItems } = await within(asked, { withinMs: answerWithinMs, what: 'subscribing to nodes' });
        const unfiltered: number[] = [];
        // Before anything else is waited for: the first value follows at once.
        for (const [i, item] of monitoredItems.entries()) {
          const place = places[i] ?? 0;
          results[place] = resultOf(item, group.samplingMs, () => {
            drop(item);
          });
          if (!isPlain && /Filter|Deadband/.test(nameOf(item))) unfiltered.push(place);
          item.on('changed', (value) => {
            notice(place, plainValue(value));
          });
        }
        // A server that cannot tell of new times, or knows no deadband, tells of each change.
        if (unfiltered.length > 0) await monitor(group, unfiltered, true);
      }

      function drop({ monitoredItemId }: Item): void {
        if (monitoredItemId === undefined) return;
        const { subscriptionId } = subscription;
        const raw = session as ClientSession & ClientSessionRawSubscriptionService;
        raw.deleteMonitoredItems({ subscriptionId, monitoredItemIds: [monitoredItemId] }).catch(() => {});
      }
    },
  };
}

type Item = ClientMonitoredItemBase & {
  readonly statusCode?: StatusCode;
  readonly monitoredItemId?: number;
  readonly result?: { readonly revisedSamplingInterval?: number };
};

const nameOf = ({ statusCode }: Item): string => statusCode?.name ?? 'BadUnexpectedError';

function resultOf(item: Item, samplingMs: DurationMs, drop: () => void): Subscribed {
  const isGood = (item.statusCode?.value ?? 0x8000_0000) >>> 30 === 0;
  const revised = item.result?.revisedSamplingInterval;
  return {
    refusal: isGood ? null : nameOf(item),
    samplingMs: Math.max(samplingMs, Number.isFinite(revised) ? (revised ?? 0) : 0),
    drop,
  };
}

/** Told of a new time too, so that a value that stands still is seen to live. A deadband takes that away (Part 4, 7.22.2). */
const filterOf = (deadband: number): DataChangeFilter =>
  new DataChangeFilter({
    trigger: DataChangeTrigger.StatusValueTimestamp,
    deadbandType: deadband > 0 ? DeadbandType.Absolute : DeadbandType.None,
    deadbandValue: deadband,
  });

interface Group {
  readonly samplingMs: DurationMs;
  readonly deadband: number;
}

/** Those with the same parameters, few at a time, by their place among `wanted`. */
function groupsOf(wanted: readonly Wanted[]): { group: Group; places: number[] }[] {
  const byParameters = Map.groupBy(wanted.keys(), (i) => {
    const each = wanted[i];
    return each === undefined ? '' : `${String(each.samplingMs)} ${String(each.deadband)}`;
  });
  return [...byParameters.values()].flatMap((places) => {
    const group = wanted[places[0] ?? 0];
    if (group === undefined) return [];
    const chunks = Math.ceil(places.length / ITEMS_PER_REQUEST);
    return Array.from({ length: chunks }, (_, i) => ({
      group,
      places: places.slice(i * ITEMS_PER_REQUEST, (i + 1) * ITEMS_PER_REQUEST),
    }));
  });
}

function endOf(subscription: ClientSubscription): Promise<SessionFailure> {
  const { promise, resolve } = Promise.withResolvers<SessionFailure>();
  const end = (what: string) => (): void => {
    resolve(new SessionFailure('closed', `the server has ended the subscription (${what})`));
  };
  subscription.on('terminated', end('terminated'));
  subscription.on('status_changed', end('status changed'));
  subscription.on('internal_error', end('internal error'));
  subscription.on('error', end('error'));
  return promise;
}
