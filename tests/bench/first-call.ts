import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { applySite } from '../../src/app/site-config-store.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { fakeCarrier } from '../alerting/fake-carrier.ts';
import type { FakeCarrier } from '../alerting/fake-carrier.ts';
import { storySite } from '../support/story-site.ts';
import { bareCaller } from './bare-call.ts';
import type { BareCaller } from './bare-call.ts';
import type { BenchHouse } from './house.ts';

/** Ponds that turn at once. */
const PONDS = 200;
/** Whom red calls at each, all at once. */
const PERSONS = 5;
const RISES = 200;
/** Callouts that are over. */
const PAST = 100_000;

export interface FirstCalls {
  /** From the commit of a level to the request at the carrier, ms; one pond at a time. */
  readonly calm: Latency;
  /** The same with 100,000 callouts that are over. */
  readonly burdened: Latency;
  /** The least that could be called calling, in turns with the calm ones. */
  readonly bare: Latency;
  /** All ponds red at once: until each has its first call at the carrier, s. */
  readonly firstEach: number;
  /** And until all five persons of each are called, s. */
  readonly everybody: number;
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** How soon people are called: the alert process alone, on a carrier that takes everything at once. */
export async function firstCalls(house: BenchHouse): Promise<FirstCalls> {
  const { db } = house.database;
  await using carrier = await fakeCarrier();
  const sites = Array.from({ length: PONDS }, (_, i) => `pond-${String(i)}`);
  for (const [i, site] of sites.entries())
    await applySite(db, { text: pondOf(site, i), name: 'bench', who: 'bench', now: hostClock().now() });
  const alert = await house.programs.run('alert', ['src/main.ts', 'alert'], {
    DATABASE_URL: house.databaseUrl,
    CARRIER_URL: carrier.url,
    CARRIER_KEY: randomBytes(8).toString('hex'),
    PUBLIC_URL: 'http://127.0.0.1:1',
  });
  await using least = await bareCaller(house, carrier.url);
  const { ours: calm, bare } = await latencies(house, carrier, sites, least);
  await endAll(house);
  await past(house, sites[0] ?? '');
  const { ours: burdened } = await latencies(house, carrier, sites, least);
  await endAll(house);

  carrier.forget();
  const begin = performance.now();
  const sinceBegin = (): number => (performance.now() - begin) / 1000;
  await levels(house, sites, 'red');
  while (calledSites(carrier) < PONDS) await delay(20);
  const firstEach = sinceBegin();
  while (calls(carrier) < PONDS * PERSONS) await delay(20);
  const everybody = sinceBegin();
  await alert.kill();
  return { calm, burdened, bare, firstEach, everybody };
}

/** A pond where red calls five persons at once. Their numbers are too long to exist. */
function pondOf(site: string, pond: number): string {
  const text = storySite({ officerSeconds: 600, principalSeconds: 600 });
  const config = parse(text.replaceAll('story', site).replaceAll('故事尾矿库', `${site} 号库`)) as PondFile;
  const { contacts, callout } = config;
  const persons = Array.from({ length: PERSONS }, (_, i) => ({
    id: `person-${String(i)}`,
    duty: 'principal',
    name: { zh: `${String(i)} 号`, en: `Number ${String(i)}` },
    phone: `+86100000000${String(pond).padStart(3, '0')}${String(i)}`,
  }));
  const who = persons.map(({ id }) => ({ contact: id }));
  const red = { answeredBy: ['principal'], rungs: [{ who, media: ['voice'], answerWithinSeconds: 600 }] };
  return stringify({
    ...config,
    contacts: [...contacts, ...persons],
    callout: { ...callout, ladders: { ...callout.ladders, red } },
  });
}

/** What is changed of a site's file. */
interface PondFile {
  readonly contacts: readonly unknown[];
  readonly callout: { readonly ladders: object };
}

/** By what is said first: the name of the site. */
const calledSites = ({ asked }: FakeCarrier): number =>
  new Set(asked.flatMap(({ body, path }) => (path === '/v1/calls' ? (body.say ?? '').slice(0, 24) : []))).size;
const calls = ({ asked }: FakeCarrier): number => asked.filter(({ path }) => path === '/v1/calls').length;

async function latencies(
  house: BenchHouse,
  carrier: FakeCarrier,
  sites: readonly string[],
  least: BareCaller,
): Promise<{ readonly ours: Latency; readonly bare: Latency }> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < RISES; i += 1) {
    // In turns: the machine's mood is the same for both.
    ours.push(await untilCalled(carrier, () => levels(house, [sites[i % sites.length] ?? ''], 'orange')));
    bare.push(await untilCalled(carrier, () => least.rise()));
  }
  return { ours: latencyOf(ours), bare: latencyOf(bare) };
}

async function untilCalled(carrier: FakeCarrier, rise: () => Promise<void>): Promise<number> {
  const before = calls(carrier);
  await rise();
  const begin = performance.now();
  while (calls(carrier) === before) await delay(1);
  return performance.now() - begin;
}

function latencyOf(took: readonly number[]): Latency {
  const sorted = took.toSorted((a, b) => a - b);
  const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

let version = 0;
async function levels({ database: { db } }: BenchHouse, sites: readonly string[], to: string): Promise<void> {
  const sensors = await db.selectFrom('sensor').select(['id', 'site_id']).where('site_id', 'in', sites).execute();
  const at = new Date();
  version += 1;
  await db.transaction().execute(async (tx) => {
    await lockLog(tx, 'level_change');
    await tx
      .insertInto('level_change')
      .values(
        sensors.map(({ id, site_id }) => ({
          site_id,
          target: `${site_id}/level`,
          sensor_id: id,
          from_level: 'normal',
          to_level: to,
          observed_at: at,
          recorded_at: at,
          cause: 'reached',
          value: 338.9,
          limit_value: 338.86,
          state_version: version,
        })),
      )
      .execute();
  });
}

async function endAll({ database: { db } }: BenchHouse): Promise<void> {
  await db.updateTable('attempt').set({ status: 'ended' }).where('status', '<>', 'ended').execute();
  await db.updateTable('callout').set({ ended_at: new Date(), due_at: null }).where('ended_at', 'is', null).execute();
}

async function past({ database: { pool } }: BenchHouse, site: string): Promise<void> {
  await pool.query(`
    begin; set local session_replication_role = replica;
    insert into callout (id, site_id, config_version, policy, state, opened_at, due_at, ended_at)
      select gen_random_uuid(), '${site}', 1, '{}', '{"phase":"released"}', now(), null, now() from generate_series(1, ${String(PAST)});
    insert into attempt (id, callout_id, number, site_id, contact_id, medium, phone, level, code, say, status, due_at, created_at, ended_at)
      select gen_random_uuid(), '${randomUUID()}', n, '${site}', 'c', 'voice', '+8610000000001', 'red', '1', '{}', 'ended', now(), now(), now() from generate_series(1, ${String(PAST)}) n;
    commit; analyze callout; analyze attempt;`);
}
