import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Carrier } from '../../alerting/channels/carrier.ts';
import type { Database } from '../../src/platform/database.ts';
import { eventually } from '../support/eventually.ts';

/** At which of its steps a life ends: before that step is taken, or after it was and before anybody heard of it. */
export interface Death {
  readonly step: number;
  readonly side: 'before' | 'after';
}

/**
 * One life of a process that calls: everything by which it touches the world is a step, each statement to the database and
 * each request to the carrier, counted in their order. At its death its connections are cut as the kernel cuts those of a killed
 * process, nothing it waits for ever comes, and what it had in memory is gone.
 */
export interface Life {
  readonly db: Kysely<Database>;
  readonly carrier: Carrier;
  /** What each step was, in order. */
  readonly steps: readonly string[];
  /** Resolves when it has ended. */
  readonly died: Promise<'died'>;
  /** Ends it by itself, if nothing did; resolves when the database has let go of all it held. */
  bury(): Promise<void>;
}

const NEVER = new Promise<never>(() => {});

export function mortalLife(url: string, carrier: Carrier, death: Death | null): Life {
  const name = `mortal ${randomUUID()}`;
  const pool = new pg.Pool({ connectionString: url, application_name: name, max: 8 });
  const clients = new Set<pg.PoolClient>();
  let isDead = false;
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    clients.add(client);
    client.on('error', () => {});
    // It was still being opened when the process died.
    if (isDead) cut(client);
  });
  const { promise: died, resolve: tellDeath } = Promise.withResolvers<'died'>();
  const steps: string[] = [];

  function die(): void {
    isDead = true;
    for (const client of clients) cut(client);
    tellDeath('died');
  }

  async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (isDead) return NEVER;
    steps.push(what);
    const isLast = steps.length === death?.step;
    if (isLast && death.side === 'before') {
      die();
      return NEVER;
    }
    try {
      const result = await work();
      if (isLast) die();
      return deadNow() ? await NEVER : result;
    } catch (error) {
      if (isLast) die();
      if (deadNow()) return NEVER;
      throw error;
    }
  }
  /** Asked anew: the type checker would remember the answer from before the wait. */
  const deadNow = (): boolean => isDead;

  const lent = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const lend = (client: pg.PoolClient): PostgresPoolClient => {
    const known = lent.get(client);
    if (known !== undefined) return known;
    const made = {
      query: (text: string, values: unknown[]) => step(text.slice(0, 60), () => client.query(text, values)),
      release: () => {
        if (!isDead) client.release();
      },
    } as unknown as PostgresPoolClient;
    lent.set(client, made);
    return made;
  };
  const mortalPool: PostgresPool = {
    connect: async () => (isDead ? NEVER : lend(await pool.connect())),
    end: () => Promise.resolve(),
    options: {},
  };
  return {
    db: new Kysely<Database>({ dialect: new PostgresDialect({ pool: mortalPool }) }),
    carrier: {
      call: (request) => step('carrier: call', () => carrier.call(request)),
      message: (request) => step('carrier: message', () => carrier.message(request)),
      hangUp: (reference) => step('carrier: hang up', () => carrier.hangUp(reference)),
      about: () => carrier.about(),
    },
    steps,
    died,
    async bury() {
      if (!isDead) die();
      void pool.end().catch(() => {});
      const undertaker = new pg.Client({ connectionString: url });
      undertaker.on('error', () => {});
      await undertaker.connect();
      const left = () => undertaker.query('select from pg_stat_activity where application_name = $1', [name]);
      await eventually(async () => (await left()).rowCount === 0, {
        what: 'the end of its connections',
        withinMs: 60_000,
      });
      await undertaker.end();
    },
  };
}

const cut = (client: pg.PoolClient): unknown => (client as unknown as WithStream).connection.stream.destroy();

/** What pg keeps its socket in. */
interface WithStream {
  readonly connection: { readonly stream: { destroy(): void } };
}
