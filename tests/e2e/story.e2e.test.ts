import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/platform/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { eventually } from '../support/eventually.ts';
import { startSpine } from '../support/spine.ts';
import type { Spine } from '../support/spine.ts';
import { answersTold, calledPeople, isSilent, storedValues } from '../support/story-record.ts';
import { ENGINEER, OFFICER, PRINCIPAL, storySite } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';
import type { TestDatabase } from '../support/test-database.ts';

const LEVEL = 'ponds/story/level';

/** What befalls the service at a moment of the story. Nothing of the story may change by it. `press`: the engineer does, meanwhile. */
type Mishap = (story: Story, press: () => Promise<void>) => Promise<void>;
type Moment = 'while a phone rings' | 'when a key is pressed' | 'when red is measured';
type Mishaps = Readonly<Record<string, readonly [moment: Moment, mishap: Mishap]>>;

interface Story {
  readonly spine: Spine;
  /** Measures the value; `until` what it caused is to be seen. */
  measure(value: number): Promise<void>;
  /** Cuts the power of PostgreSQL and starts it again. */
  killPostgres(): Promise<void>;
}

const OF_PROCESSES: Mishaps = {
  'kill -9 of judge between commit and acknowledgement': [
    'when red is measured',
    async (story) => {
      const { gate, judge } = story.spine;
      gate.hold();
      const acknowledged = story.measure(338.95);
      await eventually(() => isStored(story.spine, 338.95), { what: 'the red reading in the database' });
      await judge.kill();
      gate.release();
      await judge.start();
      await acknowledged;
    },
  ],
  'kill -9 of alert while a phone rings': [
    'while a phone rings',
    async ({ spine }) => {
      await spine.alert.kill();
      await spine.alert.start();
    },
  ],
  'kill -9 of alert between a deadline and the next rung': [
    'while a phone rings',
    async ({ spine }) => {
      await spine.alert.kill();
      await eventually(() => hasDeadlinePassed(spine), { what: "the officer's deadline" });
      expect(await calledPeople(spine)).toEqual([OFFICER]);
      await spine.alert.start();
    },
  ],
  'kill -9 of gateway while a phone rings': [
    'while a phone rings',
    async ({ spine }) => {
      await spine.gateway.kill();
      await spine.gateway.start();
    },
  ],
  'kill -9 of gateway between a key and what is said to it': [
    'when a key is pressed',
    async ({ spine: { gateway } }, press) => {
      await gateway.kill();
      await press();
      await gateway.start();
    },
  ],
};

const OF_POSTGRES: Mishaps = {
  'kill -9 of PostgreSQL while a phone rings': ['while a phone rings', (story) => story.killPostgres()],
  'kill -9 of PostgreSQL when red is measured': [
    'when red is measured',
    async (story) => {
      const measured = story.measure(338.95);
      await story.killPostgres();
      await measured;
    },
  ],
};

// Where PostgreSQL itself is not what is killed, the server of all tests does: a new one costs five seconds.
const databases = new Map<string, TestDatabase>();
for (const name of ['calm', ...Object.keys(OF_PROCESSES)]) databases.set(name, await testDatabase());

describe('a storm reaches red: the officer is ignored, the engineer answers orange, the principal answers red, silence', () => {
  test('without a mishap', () => tell(databaseOf('calm')));
  test.each(Object.entries(OF_PROCESSES))('with %s', (name, [moment, mishap]) =>
    tell(databaseOf(name), moment, mishap),
  );
  test.each(Object.entries(OF_POSTGRES))('with %s', async (_name, [moment, mishap]) => {
    await using database = await ownPostgres();
    await tell(database, moment, mishap);
  });
});

interface StoryDatabase {
  readonly url: string;
  kill(): Promise<void>;
}

async function tell(database: StoryDatabase, moment?: Moment, mishap: Mishap = () => Promise.resolve()): Promise<void> {
  // Whoever is on the line while a program starts, however slowly, is not given up.
  const site = storySite({ engineerSeconds: 600, principalSeconds: 600 });
  await using spine = await startSpine({ databaseUrl: database.url, site });
  const { phones } = spine;
  const story: Story = { spine, measure: (value) => spine.measure(LEVEL, value), killPostgres: database.kill };
  const befalls = (now: Moment, press = () => Promise.resolve()): Promise<void> =>
    now === moment ? mishap(story, press) : press();

  await phones.phone(OFFICER).ignores();
  await story.measure(338.5);
  await story.measure(338.87);
  const ignored = await phones.phone(OFFICER).expectCall();
  await befalls('while a phone rings');
  const engineer = await phones.phone(ENGINEER).expectCall({ withinMs: 60_000 });
  await befalls('when a key is pressed', async () => void (await engineer.thenPress('wrong')));
  await engineer.thenPress('right');
  await engineer.thenHears('已确认');
  await engineer.thenHangUp();
  // After a crash between a claim and its record the phone is hung up when the claim's lease ends, 30 s at most.
  await eventually(async () => (await ignored.look()).state === 'ended', {
    what: 'the end of the first call',
    withinMs: 60_000,
  });

  if (moment === 'when red is measured') await befalls(moment);
  else await story.measure(338.95);
  const principal = await phones.phone(PRINCIPAL).expectCall({ withinMs: 60_000 });
  // Who answered orange is called once, to confirm that it is red.
  const again = await phones.phone(ENGINEER).expectCall({ withinMs: 60_000 });
  await principal.thenPress('right');
  await principal.thenHears('红色');
  await principal.thenPress('1');
  await principal.thenHears('已记录，由您处置');
  await again.thenPress('right');
  await again.thenHears('已记录');
  await again.thenHangUp();
  await eventually(() => isSilent(spine), { what: 'silence', withinMs: 60_000 });

  expect((await calledPeople(spine)).toSorted()).toEqual([OFFICER, ENGINEER, ENGINEER, PRINCIPAL].toSorted());
  expect(await storedValues(spine)).toEqual([338.5, 338.87, 338.95]);
  expect(await answersTold(spine)).toEqual(['engineer orange voice', 'principal red voice', 'engineer null voice']);
  if (moment === undefined) await isReleased(story);
}

/** 闭环: the level falls, an operator says who inspected and what was found. */
async function isReleased({ spine, measure }: Story): Promise<void> {
  const { url, account } = spine;
  const signedIn = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const release = async (body: object) => {
    const { id } = await spine.database.db.selectFrom('callout').select('id').executeTakeFirstOrThrow();
    const headers = { cookie, 'content-type': 'application/json', origin: url };
    const path = `${url}/api/callouts/${id}/release`;
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as { readonly code?: string; readonly phase?: string };
  };
  expect(await release({ note: 'all dry' })).toMatchObject({ code: 'callout/level-stands' });
  for (const value of [338.3, 338.2, 338.1]) await measure(value);
  await eventually(async () => (await release({ note: 'all dry' })).code === 'callout/not-inspected', {
    what: 'that only the inspection is missing',
    withinMs: 60_000,
  });
  expect(await release({ note: 'all dry', inspection: 'the engineer: no seepage' })).toMatchObject({
    phase: 'released',
  });
}

async function isStored({ database }: Spine, value: number): Promise<boolean> {
  const row = await database.db.selectFrom('reading').select('value').where('value', '=', value).executeTakeFirst();
  return row !== undefined;
}

async function hasDeadlinePassed({ database }: Spine): Promise<boolean> {
  const { rows } = await sql<{ passed: boolean }>`select due_at < clock_timestamp() as passed from callout`.execute(
    database.db,
  );
  return rows[0]?.passed === true;
}

function databaseOf(name: string): StoryDatabase {
  const url = databases.get(name)?.url;
  if (url === undefined) throw new Error(`no database was made for ${name}`);
  return { url, kill: () => Promise.reject(new Error('other tests have this server too')) };
}

/** A server of this story's own, with its writes on disk, that can be killed. */
async function ownPostgres(): Promise<StoryDatabase & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'tailwatch-story-'));
  const options = { dataDir: join(folder, 'postgres'), port: await freePort(), password: 'story' };
  let server = await startEmbeddedPostgres(options);
  const { url } = server;
  await using database = openDatabase(url, { name: 'test story', max: 1 });
  await migrate(database.pool);
  return {
    url,
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
      server = await startEmbeddedPostgres(options);
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
