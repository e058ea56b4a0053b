import { AttributeIds, resolveNodeId, UserTokenType } from 'node-opcua-client';
import type { ClientSession, OPCUAClient, UserIdentityInfo } from 'node-opcua-client';
import { readNodeAddress } from '../../src/contract/acquire/node-address.ts';
import type { OpcUaLine } from '../../src/contract/acquire/opcua-config.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { breakOff, letGo, oneConnection } from './client.ts';
import { UNKNOWN_NODE, plainValue } from './data-value.ts';
import type { UaValue } from './decode.ts';
import { SessionFailure, failureOf } from './failure.ts';
import { ownCertificate } from './own-certificate.ts';
import { shownCertificate, trustOf } from './trust.ts';
import { findServer } from './find-server.ts';
import { within } from './within.ts';

/** A session at a server, from its making to its end. */
export interface UaSession {
  readonly session: ClientSession;
  /** Resolves, never rejects, when nothing can come any more. */
  readonly ended: Promise<SessionFailure>;
  /** What to ask the server for, or `null` where it has no such namespace. */
  nodeId(node: string): string | null;
  /** The nodes' values as the server has them now, in their order. Fails as a whole only when the session does. */
  read(nodes: readonly string[], signal?: AbortSignal): Promise<readonly UaValue[]>;
  /** Rejects when what the nodes' indexes were looked up in is no longer so. */
  serverStatus(): Promise<ServerStatus>;
  /** Lets go of it, within `withinMs` twice over. A session that failed is not said farewell to. */
  close(withinMs: DurationMs): Promise<void>;
}

export interface ServerStatus {
  /** What the server's own clock says, epoch ms; null where it does not tell. */
  readonly at: number | null;
  /** `Running` is 0 (Part 5, 12.6). */
  readonly state: number | null;
}

export interface SessionPorts {
  readonly folder: () => Promise<string>;
  readonly secret: (name: string) => Promise<string>;
  /** `SITE:LINE`. */
  readonly name: string;
  readonly connectWithinMs: DurationMs;
  readonly answerWithinMs: DurationMs;
}

type Endpoint = Pick<OpcUaLine, 'endpoint' | 'security' | 'user'>;

/** Few enough for any server: small controllers take a hundred. */
const NODES_PER_REQUEST = 100;
const SERVER_STATUS = ['i=2258', 'i=2259', 'i=2255'];

/** Opens a session, or throws a `SessionFailure` and leaves nothing open. */
export async function openSession(line: Endpoint, ports: SessionPorts, signal: AbortSignal): Promise<UaSession> {
  const { security } = line;
  const { connectWithinMs } = ports;
  const trust = trustOf(security.policy === 'none' ? [] : security.trusted);
  // The library wants one for an open line too.
  const own = await ownCertificate(await ports.folder(), ports.name);
  const user = await identityOf(line, ports);
  const shared = { own, trust, connectWithinMs };
  const found =
    security.policy === 'none' ? null : await findServer({ endpoint: line.endpoint, security, ...shared }, signal);
  const client = oneConnection({ security, ...shared, ...(found !== null && { serverCertificate: found }) });
  try {
    const opening = (async () => {
      await client.connect(line.endpoint);
      const session = await client.createSession(user);
      return { session, namespaces: await session.readNamespaceArray() };
    })();
    const { session, namespaces } = await within(opening, {
      withinMs: connectWithinMs,
      what: 'opening a session',
      signal,
    });
    return openedSession(client, session, namespaces, ports.answerWithinMs);
  } catch (error) {
    breakOff(client);
    await letGo(client, 500);
    if (signal.aborted) throw error;
    throw told(error, own.der);
  }
}

async function identityOf({ user }: Endpoint, { secret }: SessionPorts): Promise<UserIdentityInfo> {
  if (user === undefined) return { type: UserTokenType.Anonymous };
  return { type: UserTokenType.UserName, userName: user.name, password: await secret(user.password) };
}

/** Tells of our certificate what a person has to do about it. */
function told(error: unknown, own: Buffer): SessionFailure {
  const { fault, detail } = failureOf(error);
  if (fault !== 'not-trusted') return new SessionFailure(fault, detail, { cause: error });
  const { fingerprint, thumbprint } = shownCertificate(own);
  const words = `the server refuses our certificate, to be approved there: SHA-256 ${fingerprint}, SHA-1 ${thumbprint} (${detail})`;
  return new SessionFailure('not-trusted', words, { cause: error });
}

function openedSession(
  client: OPCUAClient,
  session: ClientSession,
  namespaces: readonly string[],
  answerWithinMs: DurationMs,
): UaSession {
  const { promise: ended, resolve: end } = Promise.withResolvers<SessionFailure>();
  client.on('connection_lost', () => {
    end(new SessionFailure('closed', 'the connection was lost'));
  });
  client.on('close', () => {
    end(new SessionFailure('closed', 'the connection was closed'));
  });
  session.on('session_closed', (status) => {
    end(new SessionFailure('closed', `the server closed the session: ${status.name}`));
  });

  // The library makes a lost session anew by itself, and its subscription with it or not: we begin from nothing.
  for (const event of ['session_repaired', 'session_restored'] as const)
    session.on(event, () => {
      end(new SessionFailure('closed', 'the server had lost the session'));
    });

  const nodeId = (node: string): string | null => {
    const address = readNodeAddress(node);
    if ('fault' in address) return null;
    if (address.namespace === null) return address.id;
    const index = namespaces.indexOf(address.namespace);
    return index < 0 ? null : `ns=${String(index)};${address.id}`;
  };
  const readChunk = async (ids: readonly (string | null)[], signal?: AbortSignal): Promise<UaValue[]> => {
    const known = ids.filter((id) => id !== null);
    const nodesToRead = known.map((id) => ({ nodeId: resolveNodeId(id), attributeId: AttributeIds.Value }));
    const asked = known.length === 0 ? Promise.resolve([]) : session.read(nodesToRead, 0);
    const values = await within(asked, { withinMs: answerWithinMs, what: 'reading', signal });
    if (values.length !== known.length) throw new SessionFailure('bad-answer', 'the server answers for other nodes');
    let next = 0;
    return ids.map((id) => {
      const value = id === null ? undefined : values[next++];
      return value === undefined ? UNKNOWN_NODE : plainValue(value);
    });
  };

  return {
    session,
    ended,
    nodeId,
    async read(nodes, signal) {
      const read: UaValue[] = [];
      for (let from = 0; from < nodes.length; from += NODES_PER_REQUEST)
        read.push(...(await readChunk(nodes.slice(from, from + NODES_PER_REQUEST).map(nodeId), signal)));
      return read;
    },
    async serverStatus() {
      const [time, state, array] = await readChunk(SERVER_STATUS);
      const now = array?.value;
      if (Array.isArray(now) && namespaces.some((uri, i) => now[i] !== uri))
        throw new SessionFailure('closed', 'the server has numbered its namespaces anew');
      return {
        at: time?.value instanceof Date ? time.value.getTime() : null,
        state: typeof state?.value === 'number' ? state.value : null,
      };
    },
    async close(withinMs) {
      await letGo(client, withinMs);
    },
  };
}
