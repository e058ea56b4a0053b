import type { QueryConfig } from 'pg';
import type { Delivery } from '../../adapters/adapter.ts';
import type { Reading } from '../../src/core/reading.ts';
import type { Refusal } from '../../src/core/sample.ts';
import type { Clock } from '../../src/core/time.ts';
import type { Derived, PairingDesk } from '../pairing.ts';
import type { Admitted } from '../admit.ts';
import type { Marks, Registry, SensorMemory } from '../sensor-memory.ts';
import { sortByKnown } from '../sort-deliveries.ts';
import type { Item } from '../sort-deliveries.ts';
import type { SourceCounts } from '../source-counts.ts';
import { inJudgingOrder, keysToLookUp, takeIn } from '../take-in.ts';
import type { Taken } from '../take-in.ts';
import { appendChanges } from './change-log.ts';
import { MemoryRenewed } from './commit-store.ts';
import type { CommitStore } from './commit-store.ts';
import { isDeterministic, pure } from './failure.ts';
import type { Judge, LinesOnRecord, Verdict } from './judge-port.ts';
import { insertRefusals, trimQuarantine } from './quarantine-store.ts';
import { insertConflicts, insertReadings } from './reading-store.ts';

interface ReadingCommitPorts {
  /** Of this commit alone. When it fails in a way that passes, it and the memory below are dropped together. */
  readonly store: CommitStore;
  readonly registry: Registry & {
    mark(marks: ReadonlyMap<number, Marks>): void;
    memoryOf(sensorId: number): Omit<SensorMemory, 'sensor'>;
  };
  /** What is derived from what is stored. */
  readonly pairing: PairingDesk;
  readonly judge: Judge;
  /** Absent: what lines say is not recorded here. */
  readonly lines?: LinesOnRecord;
  readonly counts: Pick<SourceCounts, 'add' | 'addDoubled'>;
  readonly clock: Clock;
}

/** What a commit added. */
export interface Committed {
  readonly readings: readonly Reading[];
  readonly refusals: readonly Refusal[];
}

export interface ReadingCommit {
  /**
   * Stores the samples of some deliveries with their judgement. Returns when all of it is committed or quarantined.
   * Throws when that is not certain: `engine/lease-lost`, or a failure that passes. The memory may then be behind the
   * database and must be loaded again before the same deliveries are.
   */
  take(deliveries: readonly Delivery[]): Promise<Committed>;
  /** The same for messages that were refused once: what else they hold is stored already, and does not count as doubled. */
  takeAgain(deliveries: readonly Delivery[]): Promise<Committed>;
  /** Stores what the passing of time changes, and what is derived because it has passed. */
  tick(brokerUp: boolean): Promise<readonly Reading[]>;
}

/** Refusals stored between two looks at the bound of the quarantine. */
const TRIM_EVERY = 1_000;

/** The reading commit: readings, changed states and log rows in one transaction, under the lease, adopted after COMMIT. */
export function readingCommit({
  store,
  registry,
  pairing,
  judge,
  lines,
  counts,
  clock,
}: ReadingCommitPorts): ReadingCommit {
  const commit = async (statements: readonly QueryConfig[], newReadings?: number): Promise<void> => {
    try {
      await store.begin();
      for (const [i, statement] of statements.entries()) {
        await store.query(statement, i === 0 ? newReadings : undefined);
      }
    } catch (error) {
      if (isDeterministic(error)) await store.rollback();
      throw error;
    }
    await store.commit();
  };

  /** Of the present batch, not stored yet: they go with whatever of it is committed first. */
  let untold: readonly Refusal[] = [];
  /** Stored since the quarantine was last held to its bound. */
  let sinceTrim = TRIM_EVERY;
  /** Whether the present batch was refused once. */
  let isAgain = false;

  /** Logs come last: a taken log is not held longer than it must be. */
  const commitBatch = async (
    statements: readonly QueryConfig[],
    logs: readonly QueryConfig[] = [],
    newReadings?: number,
  ): Promise<void> => {
    const refused = untold.length;
    const trims = refused > 0 && sinceTrim >= TRIM_EVERY;
    const kept = [...(refused > 0 ? [insertRefusals(untold)] : []), ...(trims ? [trimQuarantine(clock.now())] : [])];
    if (statements.length + kept.length === 0) return;
    await commit([...statements, ...kept, ...logs], newReadings);
    sinceTrim = (trims ? 0 : sinceTrim) + refused;
    untold = [];
  };

  const takeItems = async (items: readonly Item[]): Promise<readonly Reading[]> => {
    const keys = keysToLookUp(items);
    const stored = keys.length === 0 ? null : await store.valuesUnder(keys);
    const taken = pure(() => takeIn(items, stored));
    const derived = await derive(taken.admitted, false);
    const readings = await keep(taken, derived);
    if (keys.length > 0 && !isAgain) counts.addDoubled(items, taken.admitted);
    return readings;
  };

  const derive = async (admitted: readonly Admitted[], isTick: boolean): Promise<Derived | null> => {
    const prepared = pure(() => pairing.prepare(admitted, clock.now(), isTick));
    if (prepared === null) return null;
    const inputs = await store.readInputs(prepared.spans);
    return pure(() => pairing.derive(prepared, inputs, registry.memoryOf));
  };

  const keep = async (taken: Taken, derived: Derived | null): Promise<readonly Reading[]> => {
    const admitted = derived === null ? taken.admitted : [...taken.admitted, ...derived.admitted];
    const readings = derived === null ? taken.readings : [...taken.readings, ...derived.readings];
    const verdict = pure(() => judge.judge(admitted));
    const statements = statementsOf(readings, taken.conflicts, verdict);
    if (statements.length > 0)
      await commitBatch(statements, appendChanges(verdict, clock.now()), readings.length || undefined);
    registry.mark(taken.marks);
    if (derived !== null) registry.mark(derived.marks);
    derived?.adopt();
    verdict.adopt();
    counts.add(admitted);
    return admitted.map(({ reading }) => reading);
  };

  /** Halves the batch until what cannot be stored stands alone, and quarantines that. The rest goes its way. */
  const takeOrBisect = async (items: readonly Item[], refused: Refusal[]): Promise<readonly Reading[]> => {
    const [first] = items;
    if (first === undefined) return [];
    try {
      return await fromNewestMemory(() => takeItems(items));
    } catch (error) {
      if (!isDeterministic(error)) throw error;
      if (items.length === 1) {
        const poison = poisonOf(first, error);
        untold = [...untold, poison];
        refused.push(poison);
        return [];
      }
    }
    const middle = items.length >> 1;
    const earlier = await takeOrBisect(items.slice(0, middle), refused);
    return [...earlier, ...(await takeOrBisect(items.slice(middle), refused))];
  };

  const recordLines = async (deliveries: readonly Delivery[]): Promise<void> => {
    const said = deliveries.flatMap((delivery) => delivery.lines ?? []);
    if (lines === undefined || said.length === 0) return;
    await fromNewestMemory(async () => {
      const news = lines.take(said, clock.now());
      if (news === null) return;
      await commit(news.statements);
      news.adopt();
    });
  };

  const takeAll = async (deliveries: readonly Delivery[], again: boolean): Promise<Committed> => {
    const { items, refusals } = sortByKnown(deliveries, registry);
    untold = [...refusals];
    isAgain = again;
    const readings = await takeOrBisect(inJudgingOrder(items), refusals);
    await fromNewestMemory(() => commitBatch([]));
    await recordLines(deliveries);
    return { readings, refusals };
  };

  return {
    take: (deliveries) => takeAll(deliveries, false),
    takeAgain: (deliveries) => takeAll(deliveries, true),
    async tick(brokerUp) {
      const readings = await fromNewestMemory(async () => {
        const derived = await derive([], true);
        return derived === null ? [] : keep(NOTHING_TAKEN, derived);
      });
      await fromNewestMemory(async () => {
        const now = clock.now();
        const verdict = judge.tick(now, brokerUp);
        const statements = [...verdict.statements, ...appendChanges(verdict, now)];
        if (statements.length === 0) return;
        await commit(statements);
        verdict.adopt();
      });
      return readings;
    },
  };
}

/** Decides and stores; anew if what it was decided from has changed meanwhile. */
async function fromNewestMemory<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MemoryRenewed)) throw error;
    }
  }
}

const NOTHING_TAKEN: Taken = { readings: [], conflicts: [], admitted: [], marks: new Map() };

const statementsOf = (
  readings: readonly Reading[],
  conflicts: readonly Reading[],
  { statements }: Verdict,
): QueryConfig[] => [
  ...(readings.length > 0 ? [insertReadings(readings)] : []),
  ...(conflicts.length > 0 ? [insertConflicts(conflicts)] : []),
  ...statements,
];

const poisonOf = ({ sample, delivery }: Item, error: Error): Refusal => ({
  reason: 'poison',
  detail: error.message,
  receivedAt: sample.receivedAt,
  siteId: sample.siteId,
  sensorCodes: [sample.sensorCode],
  topic: delivery.topic,
  payload: delivery.payload,
});
