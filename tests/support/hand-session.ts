import type { Delivery } from '../../adapters/adapter.ts';
import type { SiteMapping } from '../../adapters/mqtt/topic-map.ts';
import type { JudgeSession } from '../../src/app/judge-session.ts';

/** A database of the judge that a test takes away: its failure is what every session then says. */
export interface HandDatabase {
  failure: Error | null;
  ticks: number;
  committed: Delivery[];
  open(): Promise<JudgeSession>;
}

/** Sessions that only count what they are asked for. */
export function handDatabase(mappings: readonly SiteMapping[]): HandDatabase {
  const database: HandDatabase = { failure: null, ticks: 0, committed: [], open };
  const reach = async (): Promise<void> => {
    if (database.failure !== null) throw database.failure;
  };

  async function open(): Promise<JudgeSession> {
    await reach();
    const session: JudgeSession = {
      lease: { partition: 'main', epoch: 1 },
      memory: { mappings, sensors: new Map() } as unknown as JudgeSession['memory'],
      commit: {
        async take(deliveries) {
          await reach();
          database.committed.push(...deliveries);
          return { readings: [], refusals: [] };
        },
        takeAgain: async () => ({ readings: [], refusals: [] }),
        async tick() {
          await reach();
          database.ticks += 1;
          return [];
        },
      },
      takeMeasureCommands: () => [],
      countFlush: { tick: async () => {}, all: async () => {} },
      replay: async () => null,
      lower: async () => false,
      isStale: async () => false,
      devices: async () => null,
      heard: async () => {},
      shadow: () => ({
        take: (deliveries) =>
          Promise.resolve({ readings: [], refusals: deliveries.flatMap(({ refusals }) => refusals) }),
        tick: () => Promise.resolve([]),
        siteOf: () => undefined,
        targets: () => [],
      }),
      reload: async () => session,
      renew: reach,
      [Symbol.asyncDispose]: async () => {},
    };
    return session;
  }
  return database;
}
