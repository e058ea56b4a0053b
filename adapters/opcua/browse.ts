import { AttributeIds, BrowseDirection, DataType, NodeClass, resolveNodeId } from 'node-opcua-client';
import type { ClientSession, EndpointDescription } from 'node-opcua-client';
import { writeNodeAddress } from '../../src/contract/acquire/node-address.ts';
import type { OpcUaLine } from '../../src/contract/acquire/opcua-config.ts';
import { plainValue } from './data-value.ts';
import { rawOf } from './decode.ts';
import { endpointsOf } from './find-server.ts';
import { LINE_TIMES } from './line-times.ts';
import { ownCertificate } from './own-certificate.ts';
import { openSession } from './session.ts';
import type { SessionPorts } from './session.ts';
import { shownCertificate, trustOf } from './trust.ts';
import type { ShownCertificate } from './trust.ts';
import { within } from './within.ts';

/** A variable with a number, or what may become one. */
export interface FoundNode {
  /** Names from Objects down: `Dam/Weir`. */
  readonly path: string;
  /** `nsu=URI;s=NAME`. */
  readonly node: string;
  /** Type and value now, or why there is none. */
  readonly shown: string;
}

export interface Offer {
  readonly policy: string;
  readonly mode: string;
  readonly certificate: ShownCertificate | null;
}

interface BrowseOptions extends Pick<OpcUaLine, 'endpoint' | 'security' | 'user'> {
  readonly folder: SessionPorts['folder'];
  readonly secret: SessionPorts['secret'];
  /** No more nodes than these are looked at. */
  readonly nodesMost: number;
}

const NAME = 'browse';
const { connectWithinMs, answerWithinMs } = LINE_TIMES;

/** How the server can be spoken to, each way with the certificate it shows there. */
export async function offersOf({ endpoint, folder }: BrowseOptions, signal: AbortSignal): Promise<readonly Offer[]> {
  const own = await ownCertificate(await folder(), NAME);
  const endpoints = await endpointsOf({ endpoint, own, trust: trustOf([]), connectWithinMs }, signal);
  return endpoints.map(offerOf);
}

const MODES: readonly string[] = ['invalid', 'none', 'sign', 'sign-and-encrypt'];

function offerOf({ securityPolicyUri, securityMode, serverCertificate }: EndpointDescription): Offer {
  const certificate = serverCertificate instanceof Uint8Array ? shownCertificate(serverCertificate) : null;
  const policy = (securityPolicyUri ?? '').split('#').at(-1) ?? '';
  return { policy, mode: MODES[securityMode] ?? 'invalid', certificate };
}

/** The variables below Objects that are not the server's own, in the order of its tree. Each node once. */
export async function browse(options: BrowseOptions, signal: AbortSignal): Promise<readonly FoundNode[]> {
  const { folder, secret, nodesMost } = options;
  const opened = await openSession(options, { folder, secret, name: NAME, connectWithinMs, answerWithinMs }, signal);
  try {
    const { session } = opened;
    const asked = session.readNamespaceArray();
    const namespaces = await within(asked, { withinMs: answerWithinMs, what: 'its namespaces', signal });
    return await below(session, namespaces, nodesMost, signal);
  } finally {
    await opened.close(LINE_TIMES.closeWithinMs);
  }
}

/** The Server object describes the server. */
const SERVER = 'ns=0;i=2253';
const OBJECTS = 'ns=0;i=85';
const DEPTH_MOST = 20;

async function below(
  session: ClientSession,
  namespaces: readonly string[],
  nodesMost: number,
  signal: AbortSignal,
): Promise<FoundNode[]> {
  const seen = new Set<string>([SERVER]);
  const found: FoundNode[] = [];
  let layer = [{ id: OBJECTS, path: '' }];
  for (let depth = 0; depth < DEPTH_MOST && layer.length > 0 && seen.size < nodesMost; depth += 1) {
    const next: typeof layer = [];
    for (const parent of layer) {
      for (const child of await childrenOf(session, parent.id, signal)) {
        if (seen.has(child.id) || seen.size >= nodesMost) continue;
        seen.add(child.id);
        const path = parent.path === '' ? child.name : `${parent.path}/${child.name}`;
        next.push({ id: child.id, path });
        // The standard's own nodes describe the server.
        if (!child.isVariable || child.id.startsWith('ns=0;')) continue;
        const asked = session.read({ nodeId: resolveNodeId(child.id), attributeId: AttributeIds.Value }, 0);
        const ua = plainValue(await within(asked, { withinMs: answerWithinMs, what: 'reading', signal }));
        if (ua.isArray || !NUMERIC.has(ua.type)) continue;
        found.push({ path, node: addressOf(child.id, namespaces), shown: rawOf(ua) });
      }
    }
    layer = next;
  }
  return found;
}

/** Null too: a variable that has no value just now. */
const NUMERIC: ReadonlySet<string> = new Set(
  [
    DataType.Null,
    DataType.Boolean,
    DataType.SByte,
    DataType.Byte,
    DataType.Int16,
    DataType.UInt16,
    DataType.Int32,
    DataType.UInt32,
    DataType.Int64,
    DataType.UInt64,
    DataType.Float,
    DataType.Double,
  ].map((type) => DataType[type]),
);

async function childrenOf(session: ClientSession, nodeId: string, signal: AbortSignal) {
  const description = {
    nodeId,
    referenceTypeId: 'HierarchicalReferences',
    browseDirection: BrowseDirection.Forward,
    includeSubtypes: true,
    nodeClassMask: NodeClass.Object | NodeClass.Variable,
    resultMask: 63,
  };
  const answer = await within(session.browse(description), { withinMs: answerWithinMs, what: 'browsing', signal });
  let references = answer.references ?? [];
  let { continuationPoint } = answer;
  while (continuationPoint?.length) {
    const asked = session.browseNext(continuationPoint, false);
    const more = await within(asked, { withinMs: answerWithinMs, what: 'browsing on', signal });
    references = references.concat(more.references ?? []);
    ({ continuationPoint } = more);
  }
  return references.map(({ nodeId: id, browseName, nodeClass }) => ({
    id: id.toString(),
    name: browseName.name ?? '',
    isVariable: NodeClass[nodeClass] === 'Variable',
  }));
}

function addressOf(id: string, namespaces: readonly string[]): string {
  const [, index = '0', rest = id] = /^ns=(\d+);(.*)$/s.exec(id) ?? [];
  return writeNodeAddress({ namespace: index === '0' ? null : (namespaces[Number(index)] ?? ''), id: rest });
}
