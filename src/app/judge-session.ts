import pg from 'pg';
import { decode } from '../../adapters/mqtt/decode.ts';
import { topicMap } from '../../adapters/mqtt/topic-map.ts';
import { databaseStore } from '../../ingest/io/commit-store.ts';
import type { CommitStore, KnownMaintenance } from '../../ingest/io/commit-store.ts';
import { takeLease, renewLease } from '../../ingest/io/lease.ts';
import type { Lease } from '../../ingest/io/lease.ts';
import { InputRecall } from '../../ingest/input-recall.ts';
import { readingCommit } from '../../ingest/io/reading-commit.ts';
import type { Committed, ReadingCommit } from '../../ingest/io/reading-commit.ts';
import { quarantineReplay } from '../../ingest/io/quarantine-replay.ts';
import { sourceCountFlush } from '../../ingest/io/source-count-store.ts';
import type { SourceCountFlush } from '../../ingest/io/source-count-store.ts';
import type { SourceCounts } from '../../ingest/source-counts.ts';
import { loadStandingChanges } from '../../rules/io/standing-changes.ts';
import { awaitedAfterEdit } from '../../rules/visibility.ts';
import { SECOND } from '../core/time.ts';
import type { LevelChange } from '../core/level-change.ts';
import type { Clock, Instant } from '../core/time.ts';
import type { BrokerDevice } from '../platform/broker-guests.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import { onConnection } from '../platform/single-connection.ts';
import { deviceRevision, presentDevices, storeSeen } from './device-list.ts';
import { handLowering } from './hand-lowering.ts';
import { remembering } from './judge-memory.ts';
import type { JudgeMemory } from './judge-memory.ts';
import { judgement } from './judgement.ts';
import type { Judgement } from './judgement.ts';
import { measureCommands } from './measure-commands.ts';
import { loadPartition } from './partition-memory.ts';
import type { PartitionMemory } from './partition-memory.ts';
import { shadowOf } from './shadow.ts';
import type { Shadow } from './shadow.ts';
import { newestVersions } from './site-config-store.ts';

interface JudgeSessionPorts {
  readonly databaseUrl: string;
  readonly partition: string;
  readonly clock: Clock;
  readonly databaseClock: DatabaseClock;
  /** Of this process: what an earlier session of it still holds may be taken at once. */
  readonly processId: string;
  /** Of this process, through all of its sessions. */
  readonly counts: SourceCounts;
}

/** One connection, one lease, and the memory that is true under it. They are made together and dropped together. */
export interface JudgeSession extends AsyncDisposable {
  readonly lease: Lease;
  readonly memory: PartitionMemory;
  readonly commit: ReadingCommit;
  /** What asks the instruments of targets that have newly come to orange or red to measure now: each once. */
  takeMeasureCommands(): readonly { readonly topic: string; readonly payload: string }[];
  /** Stores what was counted of each source. */
  readonly countFlush: SourceCountFlush;
  /** Reads the next portion of refused messages again that somebody asked for; null when there is none. */
  readonly replay: () => Promise<Committed | null>;
  /** Lowers the next level that two people want lowered by hand; false when there is none. */
  readonly lower: () => Promise<boolean>;
  /** Whether a site has another configuration than this memory. A wake-up tells sooner, but may be missed. */
  isStale(): Promise<boolean>;
  /** Who may publish at the broker; null: as it was when this session last said it. */
  devices(): Promise<readonly BrokerDevice[] | null>;
  /** Stores when devices were last heard. */
  heard(seen: ReadonlyMap<string, Instant>): Promise<void>;
  /** The same connection and lease with what the database says now. */
  reload(): Promise<JudgeSession>;
  /** Says that we live, and learns of maintenance that began or ended. @throws AppError `engine/lease-lost` */
  renew(): Promise<void>;
  /** A copy as it stands now, which judges and stores nothing. Also when the connection is lost. */
  shadow(): Shadow;
}

/** A commit that takes longer has an unknown outcome: the connection is dropped. */
const ANSWER_WITHIN_MS = 20 * SECOND;

/** Connects, takes the lease and loads the partition; `undefined` while another judge holds the lease. */
export async function openJudgeSession(ports: JudgeSessionPorts): Promise<JudgeSession | undefined> {
  const client = await connect(ports.databaseUrl);
  try {
    const now = await ports.databaseClock.read(onConnection(client));
    const lease = await takeLease(client, { partition: ports.partition, processId: ports.processId, now });
    if (lease !== undefined) return await begin(ports, client, lease);
  } catch (error) {
    await drop(client);
    throw error;
  }
  await drop(client);
  return undefined;
}

/** What a session goes on from that is loaded anew because a site was edited. */
interface Former {
  readonly memory: PartitionMemory;
  readonly judge: Judgement;
  readonly recall: InputRecall;
}

async function begin(
  ports: JudgeSessionPorts,
  client: pg.Client,
  lease: Lease,
  former?: Former,
): Promise<JudgeSession> {
  const now = ports.clock.now();
  const db = onConnection(client);
  const loaded = await loadPartition(client, db, { partition: lease.partition, startedAt: now });
  const memory = former === undefined ? loaded : { ...loaded, sensors: goneOn(loaded.sensors, former, now) };
  const changes = await loadStandingChanges(db, [...memory.versions.keys()]);
  const standing = new Map(changes.map((change) => [change.target, change]));
  // A session has the grace of a start: what waited while nothing could be stored must not look like silence.
  const judge = judgement(memory.sensors, now, standing, former?.judge, () => memory.lines.down());
  const { registry, pairing } = memory;
  const { counts, clock } = ports;
  const maintenance = knownMaintenance(memory, judge);
  const recall = new InputRecall(pairing.derivations, former?.recall);
  const rises: LevelChange[] = [];
  const remembered: JudgeMemory = { standing, recall, rises };
  const store = recalling(databaseStore(client, lease, maintenance), recall);
  const rememberingJudge = remembering(judge, remembered);
  const commit = readingCommit({
    store,
    registry,
    pairing,
    judge: rememberingJudge,
    lines: memory.lines,
    counts,
    clock,
  });
  const map = topicMap(memory.mappings);
  let toldDevices = -1;
  return {
    lease,
    memory,
    commit,
    takeMeasureCommands: () => measureCommands(rises.splice(0), memory.askedBy),
    countFlush: sourceCountFlush({ client, lease, counts, clock }),
    replay: quarantineReplay({ client, lease, commit, registry, decode: (message) => decode(map, message), clock }),
    lower: handLowering({ db, store, judge: rememberingJudge, clock }),
    async isStale() {
      const newest = await newestVersions(db);
      const { versions } = memory;
      return newest.size !== versions.size || [...newest].some(([site, version]) => versions.get(site) !== version);
    },
    async devices() {
      const revision = await deviceRevision(db);
      if (revision === toldDevices) return null;
      const devices = await presentDevices(db, memory.mappings);
      toldDevices = revision;
      return devices;
    },
    heard: (seen) => storeSeen(db, seen),
    reload: () => begin(ports, client, lease, { memory, judge, recall }),
    async renew() {
      const revision = await renewLease(client, lease, await ports.databaseClock.read(db));
      if (revision !== maintenance.revision) await maintenance.reload();
    },
    shadow: () => shadowOf({ memory, judge, ...remembered, clock: ports.clock }),
    [Symbol.asyncDispose]: () => drop(client),
  };
}

const knownMaintenance = ({ maintenance }: PartitionMemory, judge: Judgement): KnownMaintenance => ({
  get revision() {
    return maintenance.revision;
  },
  async reload() {
    const { restsUntil } = await maintenance.reload();
    judge.rest(restsUntil);
  },
});

/** What is read is remembered: with the database gone there is nothing else to derive from. */
const recalling = (store: CommitStore, recall: InputRecall): CommitStore => ({
  ...store,
  async readInputs(spans) {
    const read = await store.readInputs(spans);
    recall.keep(read);
    return read;
  },
});

/** An edit is no start: else whoever edits often enough would never be told of silence. */
const goneOn = (sensors: PartitionMemory['sensors'], { memory }: Former, now: Instant): PartitionMemory['sensors'] =>
  new Map(
    [...sensors].map(([id, sensor]) => [
      id,
      { ...sensor, sight: awaitedAfterEdit(sensor.sight, memory.sensors.get(id)?.sight, now) },
    ]),
  );

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: 'tailwatch judge',
    connectionTimeoutMillis: 10 * SECOND,
    query_timeout: ANSWER_WITHIN_MS,
    idle_in_transaction_session_timeout: 5 * SECOND,
    keepAlive: true,
  });
  // The next query reports it; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    await drop(client);
    throw error;
  }
  return client;
}

/** Cuts the connection: a query that hangs on it must not keep us. */
async function drop(client: pg.Client): Promise<void> {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  await client.end().catch(() => {});
}
