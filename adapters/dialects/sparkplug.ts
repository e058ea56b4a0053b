import { SECOND } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { timeOf } from './written-time.ts';
import { metricValue, rebirthPayload, sparkplugPayload } from './sparkplug-payload.ts';
import type { Metric, SparkplugPayload } from './sparkplug-payload.ts';
import { wrongly } from './told.ts';
import type { Ask, Doubt, Message, Told, Wrong } from './told.ts';

/** What a metric's alias stands for until the next birth. */
interface Born {
  readonly name: string;
  readonly datatype: number | undefined;
}

/** What the aliases of a node or device stand for. */
type Births = ReadonlyMap<bigint, Born>;

/** An edge node as its messages left it. */
interface Node {
  /** Of its present session; null: not known. */
  bdSeq: number | null;
  /** Of its newest message; null: it has to be born first. */
  seq: number | null;
  askedAt: Instant | null;
  /** By device ('' is the node itself), then by alias. */
  readonly births: Map<string, Births>;
}

/** Remembers nodes between their messages. */
export type SparkplugNodes = Map<string, Node>;

/** Nodes remembered: a bound on what a stranger can make us keep. One that is forgotten is asked for its birth. */
const NODES_MAX = 2_000;
const DEVICES_MAX = 500;
/** A node that does not answer is not asked more often. */
const ASK_EVERY_MS = 30 * SECOND;
const SEQUENCE = 256;

interface Arrived {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly receivedAt: Instant;
}

/**
 * One message of Sparkplug B. The device is `node` or `node/device`, the field is the metric's name.
 *
 * ```
 *   unknown ── NBIRTH ─► alive ── NDATA, DDATA, DBIRTH, DDEATH in their sequence ─► alive
 *      ▲                   │ └── a gap in it ─► alive, and asked for its birth: what came is read all the same
 *      └───── NDEATH ──────┘      of this session; the will of an earlier one is ignored
 *   unknown ── data ─► what names its metrics is read, an alias refused; asked for its birth
 * ```
 *
 * Only what a birth says is remembered; it is not kept over a restart, because a node that is asked tells it again.
 */
export function readSparkplug(nodes: SparkplugNodes, { topic, payload, receivedAt }: Arrived): Message {
  const [, group = '', type = '', name = '', device = ''] = topic.split('/');
  // Commands, ours among them, go the other way.
  if (type === 'NCMD' || type === 'DCMD') return { told: [], wrong: [] };
  const read = sparkplugPayload(payload);
  if (typeof read === 'string') return wrongly('payload-malformed', read);
  if (
    name === '' ||
    !/^(?:N(?:BIRTH|DATA|DEATH)|D(?:BIRTH|DATA|DEATH))$/.test(type) ||
    (device === '') !== type.startsWith('N')
  )
    return wrongly('topic-unknown', 'no topic of Sparkplug B');
  const key = `${group}/${name}`;
  const node: Node = nodes.get(key) ?? { bdSeq: null, seq: null, askedAt: null, births: new Map<string, Births>() };
  remember(nodes, key, node);
  const who = device === '' ? name : `${name}/${device}`;

  if (type === 'NDEATH') return nodeDeath(node, read, name);
  if (type === 'NBIRTH') {
    node.births.clear();
    node.bdSeq = bdSeqOf(read);
  }
  const isInOrder = type === 'NBIRTH' || follows(node.seq, read.seq);
  node.seq = read.seq ?? node.seq;
  if (type.endsWith('BIRTH')) {
    if (node.births.size < DEVICES_MAX) node.births.set(device, bornOf(read.metrics));
  }
  const message = tellingOf(read, { who, born: node.births.get(device) });
  const isBorn = node.births.has('') && (type === 'DDEATH' || node.births.has(device));
  const asks = isInOrder && isBorn ? [] : askBirth(node, { group, name, receivedAt });
  if (type !== 'DDEATH') return { ...message, asks };
  node.births.delete(device);
  return { told: [], wrong: [], gone: [who], asks };
}

function nodeDeath(node: Node, read: SparkplugPayload, name: string): Message {
  const bdSeq = bdSeqOf(read);
  if (node.bdSeq !== null && bdSeq !== null && bdSeq !== node.bdSeq) return { told: [], wrong: [] };
  node.births.clear();
  node.bdSeq = null;
  node.seq = null;
  return { told: [], wrong: [], gone: [name] };
}

/** The newest last: it is forgotten last. */
function remember(nodes: SparkplugNodes, key: string, node: Node): void {
  nodes.delete(key);
  if (nodes.size >= NODES_MAX) nodes.delete(nodes.keys().next().value ?? '');
  nodes.set(key, node);
}

/** The same number again is a message that is delivered twice. */
const follows = (before: number | null, seq: number | undefined): boolean =>
  before !== null && seq !== undefined && (seq === before || seq === (before + 1) % SEQUENCE);

function bdSeqOf({ metrics }: SparkplugPayload): number | null {
  const metric = metrics.find(({ name }) => name === 'bdSeq');
  const value = metric === undefined ? null : metricValue(metric, metric.datatype);
  return typeof value === 'number' ? value : null;
}

const bornOf = (metrics: readonly Metric[]): Births =>
  new Map(
    metrics.flatMap(({ alias, name, datatype }) =>
      alias === undefined || name === undefined ? [] : [[alias, { name, datatype }] as const],
    ),
  );

function askBirth(
  node: Node,
  { group, name, receivedAt }: { group: string; name: string; receivedAt: Instant },
): Ask[] {
  if (node.askedAt !== null && receivedAt - node.askedAt < ASK_EVERY_MS) return [];
  node.askedAt = receivedAt;
  return [{ topic: `spBv1.0/${group}/NCMD/${name}`, payload: rebirthPayload(receivedAt) }];
}

interface Telling {
  readonly who: string;
  readonly born: Births | undefined;
}

function tellingOf(read: SparkplugPayload, { who, born }: Telling): { told: Told[]; wrong: Wrong[] } {
  const told: Told[] = [];
  const wrong: Wrong[] = [];
  for (const metric of read.metrics) {
    const known = metric.alias === undefined ? undefined : born?.get(metric.alias);
    const field = metric.name ?? known?.name;
    if (field === undefined) {
      const detail = `alias ${String(metric.alias ?? 'none')} of ${who} is not known: its birth was not heard`;
      wrong.push({ reason: 'alias-unknown', detail });
    } else if (!isControl(field)) {
      const value = metricValue(metric, metric.datatype ?? known?.datatype);
      const at = timeOf('epoch-ms', metric.timestamp ?? read.timestamp) ?? null;
      told.push({ device: who, field, at, value, doubt: doubtOf(metric.quality) });
    }
  }
  return { told, wrong };
}

/** Of the node's own running, no measurement. */
const isControl = (name: string): boolean => name === 'bdSeq' || /^(?:Node|Device) Control\//.test(name);

const GOOD = 192;
const STALE = 500;

function doubtOf(quality: number | undefined): Doubt | undefined {
  if (quality === undefined || quality === GOOD) return undefined;
  return quality === STALE ? { quality: 'uncertain', why: 'last-known' } : { quality: 'bad', why: 'said-bad' };
}

/** For a source that begins. */
export const noNodes = (): SparkplugNodes => new Map();
