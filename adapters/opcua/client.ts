import { MessageSecurityMode, OPCUAClient, SecurityPolicy } from 'node-opcua-client';
import type { OPCUAClientOptions } from 'node-opcua-client';
import { setTimeout as delay } from 'node:timers/promises';
import type { OpcUaLine } from '../../src/contract/acquire/opcua-config.ts';
import { SECOND } from '../../src/core/time.ts';
import type { OwnCertificate } from './own-certificate.ts';
import type { Trust } from './trust.ts';

interface ClientOptions {
  readonly security: OpcUaLine['security'];
  readonly own: OwnCertificate;
  readonly trust: Trust;
  /** The server's, which was approved; none: an open line. */
  readonly serverCertificate?: Buffer;
  /** After which a connection that is being made is given up. */
  readonly connectWithinMs: number;
}

/** Longer than our own look at the line: the library must not be the one to find it dead. */
const REQUEST_WITHIN_MS = 20 * SECOND;
const SESSION_TIMEOUT_MS = 60 * SECOND;

/**
 * A client for one connection, from its making to its end. It never connects again by itself: a library that says
 * connected while its subscription is gone has been seen too often (node-opcua#1059, #640, gopcua#877).
 */
export function oneConnection({
  security,
  own,
  trust,
  serverCertificate,
  connectWithinMs,
}: ClientOptions): OPCUAClient {
  const isSecure = security.policy !== 'none';
  const options: OPCUAClientOptions = {
    applicationName: 'Tailwatch',
    applicationUri: own.applicationUri,
    certificateKeyPairProvider: own.pair,
    clientCertificateManager: trust.store,
    ...(serverCertificate !== undefined && { serverCertificate }),
    securityPolicy: isSecure ? SecurityPolicy[security.policy] : SecurityPolicy.None,
    securityMode: isSecure ? MODES[security.mode] : MessageSecurityMode.None,
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    // Servers give the name they know themselves by, which need not be the one they are reached by.
    endpointMustExist: false,
    keepSessionAlive: false,
    requestedSessionTimeout: SESSION_TIMEOUT_MS,
    defaultTransactionTimeout: REQUEST_WITHIN_MS,
    transportTimeout: Math.max(2 * connectWithinMs, REQUEST_WITHIN_MS),
  };
  return OPCUAClient.create(options);
}

const MODES = {
  'sign': MessageSecurityMode.Sign,
  'sign-and-encrypt': MessageSecurityMode.SignAndEncrypt,
} as const;

/** What the library keeps to itself, and offers no other way to: the line below a client. */
interface Inside {
  readonly _secureChannel?: { forceConnectionBreak?(): void; getTransport?(): { dispose(): void } | undefined } | null;
  readonly _tmpClient?: OPCUAClient;
}

/** Ends it at once: a farewell on a half-open line is waited for in vain. */
export function breakOff(client: OPCUAClient): void {
  const { _secureChannel: channel, _tmpClient: other } = client as unknown as Inside;
  if (other !== undefined) breakOff(other);
  try {
    channel?.forceConnectionBreak?.();
  } catch {
    // It was not open, or not any more.
  }
}

/** Says farewell where that is possible, and is gone after `withinMs` in any case. Never throws. */
export async function letGo(client: OPCUAClient, withinMs: number): Promise<void> {
  const farewell = client.disconnect().catch(() => {});
  const isOver = await Promise.race([farewell.then(() => true), delay(withinMs, false, { ref: false })]);
  if (isOver) return;
  breakOff(client);
  await Promise.race([farewell, delay(withinMs, undefined, { ref: false })]);
}
