import { createHash, timingSafeEqual } from 'node:crypto';
import { GEO_HAZARD_TOPIC, commandsFor, isBelow, isTakenBy } from '../core/topic-filter.ts';
import { DEVICE_HASH_OF_NOBODY, isDevicePassword } from './device-password.ts';

/** Our own processes: may publish and subscribe everything. */
export const BROKER_USER = 'tailwatch';
/** The process that asks instruments: may publish what it acquired and tells, and hear what is asked of it. */
export const ACQUIRE_USER = 'acquire';
/** All instruments of this machine: may publish anything outside `tailwatch/`, and subscribe to nothing. */
export const SHARED_USER = 'instruments';
const INTERNAL = 'tailwatch/';
const ACQUIRED = 'tailwatch/acquired/';
const TOLD = 'tailwatch/told/';
const COMMANDS = 'tailwatch/command/';

/** An instrument, logger or gateway with a password of its own. */
export interface BrokerDevice {
  readonly id: string;
  readonly siteId: string;
  readonly username: string;
  /** As `hashDevicePassword` makes it. */
  readonly passwordHash: string;
  /** Where it may publish: filters of MQTT. */
  readonly topics: readonly string[];
}

/** Who is connected. */
export type Guest =
  | { readonly kind: 'service' }
  | { readonly kind: 'acquire' }
  | { readonly kind: 'shared' }
  | { readonly kind: 'device'; readonly device: BrokerDevice };

/** Why somebody was not let in, or was cut: a wrong user or password; the shared user from another machine; a topic that is not its own. */
export type BrokerRefusal = 'password' | 'shared-user-beyond' | 'topic';

interface Passwords {
  readonly password: string;
  /** Of the acquire process; absent or null: it has no user of its own. */
  readonly acquirePassword?: string | null;
  /** Of the shared user; null: there is none. */
  readonly devicePassword: string | null;
}

interface SignIn {
  readonly user: string | undefined;
  readonly password: Uint8Array | undefined;
  /** The connection comes from this machine. */
  readonly isLocal: boolean;
}

/** Who may come in, and what a guest may do. */
export function brokerGuests({ password: ours, acquirePassword = null, devicePassword }: Passwords) {
  let devices: ReadonlyMap<string, BrokerDevice> = new Map();
  return {
    /** These devices and no others. */
    admit(next: readonly BrokerDevice[]): void {
      devices = new Map(next.map((device) => [device.username, device]));
    },
    /** Takes the same time for a user who is not known as for a device's wrong password. */
    signIn({ user, password, isLocal }: SignIn): Guest | BrokerRefusal {
      if (user === undefined || password === undefined) return 'password';
      if (user === BROKER_USER) return isSameSecret(ours, password) ? { kind: 'service' } : 'password';
      if (user === ACQUIRE_USER && acquirePassword !== null)
        return isSameSecret(acquirePassword, password) ? { kind: 'acquire' } : 'password';
      if (user === SHARED_USER) {
        if (devicePassword === null || !isSameSecret(devicePassword, password)) return 'password';
        return isLocal ? { kind: 'shared' } : 'shared-user-beyond';
      }
      const device = devices.get(user);
      const isRight = isDevicePassword(password, device?.passwordHash ?? DEVICE_HASH_OF_NOBODY);
      return device !== undefined && isRight ? { kind: 'device', device } : 'password';
    },
    /** Whether a guest who came in before may stay, as what it is now; null: no. */
    still(guest: Guest): Guest | null {
      if (guest.kind !== 'device') return guest;
      const device = devices.get(guest.device.username);
      return device?.id === guest.device.id ? { kind: 'device', device } : null;
    },
  };
}

/** Topics under `$` but one are the broker's, those under `tailwatch/` our own; else a device has its list. */
export function mayPublish(guest: Guest, topic: string): boolean {
  if (topic.startsWith('$') && topic !== GEO_HAZARD_TOPIC) return false;
  if (guest.kind === 'service') return true;
  if (guest.kind === 'acquire') return topic.startsWith(ACQUIRED) || topic.startsWith(TOLD);
  // An edge is a device that was given such topics of its own site, and no more.
  if (guest.kind === 'device' && (topic.startsWith(ACQUIRED) || topic.startsWith(TOLD)))
    return guest.device.topics.some((own) => own.startsWith(INTERNAL) && isTakenBy([own], topic));
  if (topic === 'tailwatch' || topic.startsWith(INTERNAL)) return false;
  return guest.kind === 'shared' || isTakenBy(guest.device.topics, topic);
}

/** A message between our own processes: nothing of an instrument's. What our lines acquired is to be committed as theirs is. */
export const isInternal = (topic: string): boolean => topic.startsWith(INTERNAL) && !topic.startsWith(ACQUIRED);

/** Compared by digest: takes the same time whatever was guessed, and however long it was. */
function isSameSecret(wanted: string, given: Uint8Array): boolean {
  const digest = (secret: string | Uint8Array): Buffer => createHash('sha256').update(secret).digest();
  return timingSafeEqual(digest(wanted), digest(given));
}

/** Whether it may hear what is published there: what is asked of an acquire process, by that process; commands to a device, by one of them. */
export function maySubscribe(guest: Guest, filter: string): boolean {
  if (guest.kind === 'service') return true;
  if (guest.kind === 'acquire') return filter.startsWith(COMMANDS) && !filter.includes('#');
  if (guest.kind !== 'device') return false;
  if (isBelow(commandsFor(guest.device.topics), filter)) return true;
  // `tailwatch/told/SITE/EDGE` is given to the edge that is asked on `tailwatch/command/SITE/EDGE`.
  return filter.startsWith(COMMANDS) && guest.device.topics.includes(TOLD + filter.slice(COMMANDS.length));
}
