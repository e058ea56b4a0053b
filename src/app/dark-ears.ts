import { randomUUID } from 'node:crypto';
import mqtt from 'mqtt';
import type { z } from 'zod';
import { UNRECORDED_TOPIC, Unrecorded } from '../contract/live.ts';
import { brokerAddress } from '../core/broker-address.ts';
import { SECOND, instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { BrokerTrust } from '../platform/broker-trust.ts';

type Targets = z.infer<typeof Unrecorded>['targets'];

export interface DarkEars {
  /** What the judge said last of levels that it cannot record. A judge that falls silent takes nothing back. */
  heard(): Targets;
  /** Since when the judge says that it cannot record; null where it does not say so now. */
  unrecordedSince(): Instant | null;
  /** The database answers: what is said from now on counts. */
  forget(): void;
}

/** The judge says it every two seconds for as long as it is so. */
const SAID_WITHIN_MS = 10 * SECOND;

/** Listens to the judge, at a broker that is known by `trust` if it is mqtts, until `signal`; hears nothing where no broker is known. */
export function darkEars(url: string | null, trust: BrokerTrust, signal: AbortSignal): DarkEars {
  let heard: Targets = [];
  let last: { readonly since: Instant; readonly heardAt: number } | null = null;
  const ears: DarkEars = {
    heard: () => heard,
    unrecordedSince: () => (last !== null && performance.now() - last.heardAt <= SAID_WITHIN_MS ? last.since : null),
    forget() {
      heard = [];
    },
  };
  if (url === null) return ears;
  const { url: at, ...who } = brokerAddress(url);
  const clientId = `tailwatch-dark-${randomUUID().slice(0, 8)}`;
  const client = mqtt.connect(at, {
    ...who,
    ...trust,
    clientId,
    reconnectPeriod: SECOND,
    connectTimeout: 10 * SECOND,
  });
  client.on('connect', () => {
    client.subscribe(UNRECORDED_TOPIC, { qos: 0 });
  });
  // The judge and the gateway say that the broker is away.
  client.on('error', () => {});
  client.on('message', (_topic, payload) => {
    try {
      const { since, targets } = Unrecorded.parse(JSON.parse(payload.toString('utf8')));
      heard = targets;
      last = { since: instant(since), heardAt: performance.now() };
    } catch {
      // Another version of the judge's: what it said before still stands.
    }
  });
  signal.addEventListener('abort', () => void client.endAsync(true).catch(() => {}), { once: true });
  return ears;
}
