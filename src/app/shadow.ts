import type { CommitStore } from '../../ingest/io/commit-store.ts';
import { InputRecall } from '../../ingest/input-recall.ts';
import type { Judge } from '../../ingest/io/judge-port.ts';
import { readingCommit } from '../../ingest/io/reading-commit.ts';
import type { ReadingCommit } from '../../ingest/io/reading-commit.ts';
import type { Marks } from '../../ingest/sensor-memory.ts';
import { keyText } from '../../ingest/take-in.ts';
import type { Unrecorded } from '../contract/live.ts';
import type { Reading } from '../core/reading.ts';
import type { Clock, Instant } from '../core/time.ts';
import { remembering } from './judge-memory.ts';
import type { JudgeMemory } from './judge-memory.ts';
import { judgement } from './judgement.ts';
import type { Judgement } from './judgement.ts';
import type { PartitionMemory } from './partition-memory.ts';

interface Shadowed extends JudgeMemory {
  readonly memory: PartitionMemory;
  readonly judge: Judgement;
  readonly clock: Clock;
}

type Target = Unrecorded['targets'][number];

/** A judge that stores nothing. */
export interface Shadow extends Pick<ReadingCommit, 'take' | 'tick'> {
  siteOf(sensorId: number): string | undefined;
  /** What stands above normal as it judges. */
  targets(): Target[];
}

/**
 * A copy of a judge as it stands, which judges by the very same code and stores nowhere: what it is shown changes it
 * alone. It knows what was committed up to its beginning, and what it has been shown.
 *
 * What it would have to read is taken from memory: inputs of derivations from what was last read of them, stored values
 * from what it was shown. A reading that it cannot know to be stored already is one that comes late: that is not judged.
 */
export function shadowOf({ memory, judge, standing, recall, clock }: Shadowed): Shadow {
  const own: JudgeMemory = { standing: new Map(standing), recall: new InputRecall(memory.pairing.derivations, recall) };
  const shown: Shown = new Map();
  const copy = judgement(judge.standing(), clock.now(), own.standing, judge, () => memory.lines.down());
  const commit = readingCommit({
    store: nowhere(shown, own.recall),
    registry: markedApart(memory.registry),
    pairing: memory.pairing.copy(),
    judge: knowing(shown, remembering(copy, own)),
    counts: NOT_COUNTED,
    clock,
  });
  return {
    ...commit,
    siteOf: (id) => memory.sensors.get(id)?.sight.siteId,
    targets: () =>
      [...own.standing.values()].map(
        ({ siteId, target, to: level, value, limit, observedAt, verified, guarded }): Target => {
          return { siteId, target, level, value, limit, observedAt, verified, guarded };
        },
      ),
  };
}

const DONE = Promise.resolve();
/** It is counted when it is stored. */
const NOT_COUNTED = { add: () => {}, addDoubled: () => {} };

/** Values by sensor and instant: many are kept, so the keys are numbers, and a list is made only for a conflict. */
type Shown = Map<number, Map<Instant, number | number[]>>;

const nowhere = (shown: Shown, recall: InputRecall): CommitStore => ({
  valuesUnder: (keys) =>
    Promise.resolve(
      new Map(
        keys.flatMap((key) => {
          const values = shown.get(key.sensorId)?.get(key.observedAt);
          return values === undefined ? [] : [[keyText(key), typeof values === 'number' ? [values] : values]];
        }),
      ),
    ),
  readInputs: (spans) => Promise.resolve(recall.within(spans)),
  begin: () => DONE,
  query: () => DONE,
  commit: () => DONE,
  rollback: () => DONE,
});

/** Marks what is taken in as if it were stored: the same again is dropped, another value for its instant is a conflict. */
const knowing = (shown: Shown, judge: Judge): Judge => ({
  judge(admitted) {
    const verdict = judge.judge(admitted);
    return {
      ...verdict,
      adopt() {
        verdict.adopt();
        for (const { reading } of admitted) note(shown, reading);
      },
    };
  },
  tick: (now, brokerUp) => judge.tick(now, brokerUp),
});

function note(shown: Shown, { sensorId, observedAt, value, version }: Reading): void {
  // Derived: nobody sends it.
  if (value === null || version > 0) return;
  let own = shown.get(sensorId);
  if (own === undefined) shown.set(sensorId, (own = new Map()));
  const before = own.get(observedAt);
  if (before === undefined) own.set(observedAt, value);
  else if (typeof before === 'number') own.set(observedAt, [before, value]);
  else before.push(value);
}

/** The same sensors, marked apart from those of the judge. */
function markedApart(registry: PartitionMemory['registry']): PartitionMemory['registry'] {
  const marked = new Map<number, Marks>();
  return {
    find(siteId, sensorCode) {
      const found = registry.find(siteId, sensorCode);
      return found === undefined ? undefined : { ...found, ...marked.get(found.sensor.id) };
    },
    mark(marks) {
      for (const [id, mark] of marks) marked.set(id, mark);
    },
    memoryOf: (id) => ({ ...registry.memoryOf(id), ...marked.get(id) }),
  };
}
