import { randomUUID } from 'node:crypto';
import { decode } from '../../adapters/mqtt/decode.ts';
import { topicMap } from '../../adapters/mqtt/topic-map.ts';
import type { Delivery } from '../../adapters/adapter.ts';
import { SourceCounts } from '../../ingest/source-counts.ts';
import { openJudgeSession } from '../../src/app/judge-session.ts';
import type { JudgeSession } from '../../src/app/judge-session.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { databaseClock } from '../../src/platform/clock.ts';
import { fakeClock } from '../support/fake-clock.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import type { TestDatabase } from '../support/test-database.ts';

/** When everything in these tests arrives, unless the clock is moved. */
export const NOON = instant(Date.UTC(2026, 6, 1, 12));
export const noonPlus = (minutes: number): Instant => instant(NOON + minutes * MINUTE);

const map = topicMap([{ siteId: 'pond', topic: 'pond/{sensor}/data', value: 'v', observedAt: 't', time: 'epoch-ms' }]);

/** A delivery that counts how often it was settled. */
export type Told = Delivery & { settled: number };

/** A message as the source would deliver it, arriving at noon. */
export function message(payload: string, topic = 'pond/level/data', receivedAt = NOON): Told {
  const bytes = Buffer.from(payload);
  const told = { topic, payload: bytes, ...decode(map, { topic, payload: bytes, receivedAt }), settled: 0 };
  return Object.assign(told, { settle: () => (told.settled += 1) });
}

/** A measurement some minutes from noon. */
export const measured = (minutes: number, value: unknown, sensor = 'level', receivedAt = NOON): Told =>
  message(JSON.stringify({ t: noonPlus(minutes), v: value }), `pond/${sensor}/data`, receivedAt);

export interface Judges {
  readonly clock: FakeClock;
  /** Opens a session; `process` names whose. Throws when the lease is another's. */
  begin(process?: string, url?: string): Promise<JudgeSession>;
  /** The same, or `undefined` while another holds the lease. */
  tryToBegin(process?: string, url?: string): Promise<JudgeSession | undefined>;
}

export function judges({ url }: Pick<TestDatabase, 'url'>): Judges {
  const clock = fakeClock(NOON);
  const ids = new Map<string, string>();
  const tryToBegin = (process = 'a', databaseUrl = url): Promise<JudgeSession | undefined> => {
    const processId = ids.get(process) ?? randomUUID();
    ids.set(process, processId);
    return openJudgeSession({
      databaseUrl,
      partition: 'main',
      processId,
      clock,
      databaseClock: databaseClock(),
      counts: new SourceCounts(),
    });
  };
  return {
    clock,
    tryToBegin,
    async begin(process, databaseUrl) {
      const session = await tryToBegin(process, databaseUrl);
      if (session === undefined) throw new Error('another holds the lease');
      return session;
    },
  };
}
