import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { openHouse } from '../support/running-house.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';

/** What came of it: values that were acknowledged to the source, and rows of `reading` by value. */
export interface KillStory {
  readonly acknowledged: readonly number[];
  readonly stored: ReadonlyMap<number, number>;
}

interface KillOptions {
  readonly kills: number;
  /** From 0 to 1. */
  readonly draw: () => number;
}

/**
 * A source that serves values one after another and goes on with the next when it is acknowledged; an acquire process that
 * is killed again and again, and its line cut; and a judge, with the broker in it, killed now and then.
 */
export async function killsOfAcquire(database: TestDatabase, { kills, draw }: KillOptions): Promise<KillStory> {
  await apply(database, { sensors: [{ code: 'level' }], rules: [] });
  await using source = await countingSource();
  await using folder = await temporaryFolder();
  await using house = await openHouse();
  const address = `127.0.0.1:${String(await freePort())}`;
  const judge = await house.run('judge', ['src/main.ts', 'judge'], {
    DATABASE_URL: database.url,
    MQTT_LISTEN: address,
    MQTT_PASSWORD: 'our-password',
    MQTT_ACQUIRE_PASSWORD: 'acquire-password',
    JUDGE_TICK_MS: '100',
  });
  const acquire = await house.run('acquire', ['tests/chaos/acquiring-program.ts'], {
    SOURCE_PORT: String(source.port),
    BROKER_URL: `mqtt://acquire:acquire-password@${address}`,
    FOLDER: folder.path,
  });
  for (let kill = 0; kill < kills; kill += 1) {
    const enough = source.acknowledged.size + 1 + Math.floor(draw() * 40);
    await eventually(() => source.acknowledged.size >= enough, { what: 'values acknowledged', withinMs: 60_000 });
    if (kill % 3 === 2) source.cut();
    if (kill % 10 === 5) {
      await judge.kill();
      await acquire.kill();
      await judge.start();
    } else await acquire.kill();
    await acquire.start();
  }
  source.stop();
  const acknowledged = [...source.acknowledged].toSorted((a, b) => a - b);
  await eventually(async () => (await countedBy(database, acknowledged)).size === acknowledged.length, {
    what: 'what was acknowledged being stored',
    withinMs: 60_000,
  });
  return { acknowledged, stored: await countedBy(database, acknowledged) };
}

async function countedBy({ db }: TestDatabase, values: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await sql<{ value: number; times: number }>`
    select value, count(*)::int as times from
      (select value from reading union all select value from reading_conflict) as every
    where value = any(${values}) group by value`.execute(db);
  return new Map(rows.map(({ value, times }) => [value, times]));
}

/** Serves 1, 2, 3 …, some at a time; whoever connects gets what is not acknowledged yet again. */
async function countingSource() {
  const acknowledged = new Set<number>();
  const AHEAD = 5;
  let next = 1;
  let stopped = false;
  let line: Socket | undefined;
  const serve = (): void => {
    while (!stopped && next <= acknowledged.size + AHEAD) line?.write(`${String(next++)}\n`);
  };
  const server = createServer((socket) => {
    line?.destroy();
    line = socket;
    socket.on('error', () => {});
    next = acknowledged.size + 1;
    let rest = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (line !== socket) return;
      for (const text of lines) acknowledged.add(Number(text));
      serve();
    });
    serve();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    acknowledged: acknowledged as ReadonlySet<number>,
    cut: () => line?.destroy(),
    stop: () => {
      stopped = true;
    },
    async [Symbol.asyncDispose]() {
      line?.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'acquire-kills-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
