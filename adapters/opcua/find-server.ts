import { MessageSecurityMode, SecurityPolicy } from 'node-opcua-client';
import type { EndpointDescription } from 'node-opcua-client';
import type { OpcUaLine } from '../../src/contract/acquire/opcua-config.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { breakOff, letGo, oneConnection } from './client.ts';
import { SessionFailure, failureOf } from './failure.ts';
import type { OwnCertificate } from './own-certificate.ts';
import type { Trust } from './trust.ts';
import { within } from './within.ts';

interface FindOptions {
  readonly endpoint: string;
  readonly security: OpcUaLine['security'];
  readonly own: OwnCertificate;
  readonly trust: Trust;
  readonly connectWithinMs: DurationMs;
}

/** What a server offers. Anybody may ask for it, on an open line, and anybody on the way may forge the answer. */
export async function endpointsOf(
  { endpoint, own, trust, connectWithinMs }: Omit<FindOptions, 'security'>,
  signal: AbortSignal,
): Promise<readonly EndpointDescription[]> {
  const client = oneConnection({ security: { policy: 'none' }, own, trust, connectWithinMs });
  try {
    const asking = client.connect(endpoint).then(() => client.getEndpoints());
    return await within(asking, { withinMs: connectWithinMs, what: 'what it offers', signal });
  } catch (error) {
    breakOff(client);
    if (signal.aborted) throw error;
    const { fault, detail } = failureOf(error);
    throw new SessionFailure(fault, detail, { cause: error });
  } finally {
    await letGo(client, 500);
  }
}

/** The certificate of a server that speaks this policy, if it was approved. Throws `SessionFailure` with what to do. */
export async function findServer(options: FindOptions, signal: AbortSignal): Promise<Buffer> {
  const { security, trust } = options;
  if (security.policy === 'none') throw new SessionFailure('not-configured', 'an open line has no certificate');
  const { policy, mode } = security;
  const wanted = {
    uri: SecurityPolicy[policy] as string,
    mode: mode === 'sign' ? MessageSecurityMode.Sign : MessageSecurityMode.SignAndEncrypt,
  };
  const endpoints = await endpointsOf(options, signal);
  const found = endpoints.find((each) => each.securityPolicyUri === wanted.uri && each.securityMode === wanted.mode);
  if (found === undefined) {
    const offered = endpoints.map(offerOf).join('; ');
    throw new SessionFailure('refused-request', `the server does not offer ${policy}, ${mode}; it offers ${offered}`);
  }
  const der = found.serverCertificate;
  if (!(der instanceof Uint8Array)) throw new SessionFailure('bad-answer', 'the server shows no certificate');
  const leaf = leafOf(der);
  const refused = trust.refuses(leaf);
  if (refused === null) return leaf;
  const { fingerprint, subject, validTo } = refused;
  const approved = security.trusted.length === 0 ? 'nobody has approved' : 'is not the approved one';
  const words = `the server shows a certificate that ${approved}: SHA-256 ${fingerprint}, ${subject}, until ${validTo}`;
  throw new SessionFailure('not-trusted', words);
}

const offerOf = ({ securityPolicyUri, securityMode }: EndpointDescription): string =>
  `${(securityPolicyUri ?? '').split('#').at(-1) ?? ''}, ${MessageSecurityMode[securityMode] ?? '?'}`;

/** A chain is one certificate behind the other: the first, by the length that it says itself (DER). */
function leafOf(der: Uint8Array): Buffer {
  const bytes = Buffer.from(der);
  const isLong = bytes[0] === 0x30 && bytes[1] === 0x82 && bytes.length > 4;
  return isLong ? bytes.subarray(0, 4 + bytes.readUInt16BE(2)) : bytes;
}
