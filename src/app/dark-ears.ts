import { randomUUID } from 'node:crypto';
import mqtt from 'mqtt';
import type { z } from 'zod';
import { UNRECORDED_TOPIC, Unrecorded } from '../contract/live.ts';
import { brokerAddress } from '../core/broker-address.ts';
import { SECOND } from '../core/time.ts';

type Targets = z.infer<typeof Unrecorded>['targets'];

export interface DarkEars {
  /** What the judge said last of levels that it cannot record. A judge that falls silent takes nothing back. */
  heard(): Targets;
  /** The database answers: what is said from now on counts. */
  forget(): void;
}

/** Listens to the judge until `signal`; hears nothing where no broker is known. */
export function darkEars(url: string | null, signal: AbortSignal): DarkEars {
  let heard: Targets = [];
  const ears: DarkEars = {
    heard: () => heard,
    forget() {
      heard = [];
    },
  };
  if (url === null) return ears;
  const { url: at, ...who } = brokerAddress(url);
  const clientId = `tailwatch-dark-${randomUUID().slice(0, 8)}`;
  const client = mqtt.connect(at, { ...who, clientId, reconnectPeriod: SECOND, connectTimeout: 10 * SECOND });
  client.on('connect', () => {
    client.subscribe(UNRECORDED_TOPIC, { qos: 0 });
  });
  // The judge and the gateway say that the broker is away.
  client.on('error', () => {});
  client.on('message', (_topic, payload) => {
    try {
      heard = Unrecorded.parse(JSON.parse(payload.toString('utf8'))).targets;
    } catch {
      // Another version of the judge's: what it said before still stands.
    }
  });
  signal.addEventListener('abort', () => void client.endAsync(true).catch(() => {}), { once: true });
  return ears;
}
