import { readFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { decode } from '../../../adapters/mqtt/decode.ts';
import { topicMap } from '../../../adapters/mqtt/topic-map.ts';
import { Play } from '../../../simulators/instruments/play.ts';
import { SCENARIOS } from '../../../simulators/instruments/scenarios.ts';
import type { ScenarioName } from '../../../simulators/instruments/scenarios.ts';
import { applySite } from '../../../src/app/site-config-store.ts';
import { parseSiteFile } from '../../../src/app/site-file.ts';
import { instant } from '../../../src/core/time.ts';
import { testDatabase } from '../../support/test-database.ts';
import { judges } from '../../ingest/judging.ts';

const database = await testDatabase();
const { begin, clock } = judges(database);
const { db, pool } = database;

const FILE = new URL('../../../config/sites/demo-pond.yaml', import.meta.url);
const TEXT = await readFile(FILE, 'utf8');
const { config: site } = parseSiteFile(TEXT, 'demo-pond.yaml');
/** Half past five in the morning at the pond, so that the times of the log are minutes and seconds of the demo. */
const START = Date.UTC(2026, 6, 1);
const SEED = 1;
const SPEED = 60;

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
});

/** Plays the scenario through decoding, derivation, commit and rules, as fast as they go. */
async function played(name: ScenarioName): Promise<void> {
  await applySite(db, { text: TEXT, name: 'demo-pond.yaml', who: 'test', now: instant(START) });
  clock.set(instant(START - 1));
  await using session = await begin();
  const map = topicMap(session.memory.mappings);
  const play = new Play({ site, scenario: SCENARIOS[name], seed: SEED, speed: SPEED });
  for (let at = instant(START); !play.isOver; at = instant(at + play.roundMs)) {
    clock.set(at);
    const deliveries = play.next(at).map(({ topic, payload }) => {
      const bytes = Buffer.from(payload);
      return { topic, payload: bytes, ...decode(map, { topic, payload: bytes, receivedAt: at }), settle: () => {} };
    });
    await session.commit.take(deliveries);
    clock.set(instant(at + play.roundMs / 2));
    await session.commit.tick(true);
  }
}

/** The levels that stand when it is over, but normal. */
async function standing(): Promise<string[]> {
  const states = await db.selectFrom('level_state').select('level').where('level', '<>', 'normal').execute();
  return states.map(({ level }) => level);
}

/** What each log must hold, whatever else changes in it. */
const MUST: Readonly<Record<ScenarioName, (log: string) => Promise<void>>> = {
  async typhoon(log) {
    for (const level of ['blue', 'yellow', 'orange', 'red'])
      expect(log).toMatch(new RegExp(`pond-level .*-> ${level}`));
    expect(await standing()).toEqual([]);
  },
  async quiet(log) {
    expect(log.trim()).toBe('');
    expect(await standing()).toEqual([]);
  },
  creep(log) {
    // The slope fails when the minutes are 24; a minute is an hour.
    expect(
      log
        .split('\n')
        .find((line) => /slope-1.*-> orange/.test(line))
        ?.slice(0, 5) ?? '',
    ).toMatch(/^00:2[01]/);
    expect(
      log
        .split('\n')
        .find((line) => /slope-1.*-> red/.test(line))
        ?.slice(0, 8) ?? '99',
    ).toMatch(/^00:2[0-2]/);
    return Promise.resolve();
  },
  lightning(log) {
    expect(log.match(/reached-doubtful {2}unverified/g)?.length).toBeGreaterThanOrEqual(4);
    expect(log).toMatch(/piezo-1-2-depth .*red -> red .*confirmed-by-silence/);
    return Promise.resolve();
  },
};

/** The log as a person reads it. */
async function logged(): Promise<string> {
  const rows = await db.selectFrom('level_change').selectAll().orderBy('position').execute();
  const lines = rows.map((row) => {
    const minutes = new Date(row.observed_at.getTime() - START).toISOString().slice(11, 19);
    const marks = [...(row.verified ? [] : ['unverified']), ...(row.guarded ? [] : ['calls nobody'])];
    const value = `${row.value.toFixed(2)} (limit ${String(row.limit_value)})`;
    const change = `${row.from_level} -> ${row.to_level}`;
    return [
      minutes,
      row.target.slice(site.site.length + 1).padEnd(20),
      change.padEnd(18),
      value.padEnd(24),
      row.cause,
      ...marks,
    ].join('  ');
  });
  return `${lines.join('\n')}\n`;
}

test.each(['typhoon', 'quiet', 'creep', 'lightning'] as const)(
  '%s raises what it is to raise',
  async (name) => {
    await played(name);
    const refused = await db.selectFrom('quarantine').select('reason').distinct().execute();
    expect(refused.filter(({ reason }) => reason !== 'value-null')).toEqual([]);
    const log = await logged();
    await MUST[name](log);
    await expect(log).toMatchFileSnapshot(`${name}.log`);
  },
  120_000,
);
