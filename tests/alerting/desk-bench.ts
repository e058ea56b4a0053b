import type { Kysely } from 'kysely';
import type { Callout } from '../../alerting/callout.ts';
import { DEFAULT_LIMITS } from '../../alerting/alarm-limits.ts';
import { alarmDesk } from '../../alerting/io/alarm-desk.ts';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import type { CalloutDesk } from '../../alerting/io/callout-desk.ts';
import type { PolicyOf } from '../../alerting/io/desk-ports.ts';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import type { Level } from '../../src/core/level.ts';
import type { Database } from '../../src/platform/database.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { POLICY } from './story.ts';

/** A site in a real database with its desk, a clock that is moved by hand, and logs that are written as the judge does. */
export interface DeskBench {
  readonly siteId: string;
  readonly desk: CalloutDesk;
  /** The alarm list of every site, by the defaults. */
  readonly alarms: ReturnType<typeof alarmDesk>;
  readonly clock: FakeClock;
  readonly policy: CalloutPolicy;
  /** What the site's configuration says now; `reconfigure` changes it. */
  readonly policyOf: PolicyOf;
  reconfigure(
    contacts: CalloutPolicy['contacts'],
    targets?: CalloutPolicy['targets'],
    commissioning?: readonly number[],
  ): void;
  forgetConfiguration(): void;
  /** Another desk on the same database, as another process has it. */
  anotherDesk(): CalloutDesk;
  logLevel(to: Level, target?: string, more?: LevelRow): Promise<number>;
  logBlindness(sensors?: number): Promise<number>;
  /** The newest callout of the site. */
  callout(): Promise<{
    readonly id: string;
    readonly state: Callout;
    readonly due_at: Date | null;
    readonly ended_at: Date | null;
  }>;
  /** Attempts in order, as `1 officer orange voice queued`, the outcome behind it. */
  /** Calls and messages that ask for an answer. */
  attempts(): Promise<readonly string[]>;
  /** Messages that ask for none. */
  notices(): Promise<readonly string[]>;
  attempt(
    number: number,
  ): Promise<{ readonly id: string; readonly code: string; readonly status: string; readonly phone: string }>;
  /** The digit or code of an attempt, by its id. */
  codeOf(attemptId: string): Promise<string>;
  events(): Promise<readonly string[]>;
}

/** What a level change is besides a verified and guarded rise. */
interface LevelRow {
  readonly from?: Level;
  readonly verified?: boolean;
  readonly guarded?: boolean;
}

let sites = 0;
const policies = new Map<string, CalloutPolicy>();

export async function deskBench(
  db: Kysely<Database>,
  { policy = POLICY, clock = fakeClock() } = {},
): Promise<DeskBench> {
  const siteId = `pond-${String(++sites)}`;
  const targets = Object.fromEntries(
    Object.entries(policy.targets).map(([name, target]) => [`${siteId}/${name}`, target]),
  );
  const own: CalloutPolicy = { ...policy, siteId, targets };
  policies.set(siteId, own);
  await db
    .insertInto('site')
    .values({ id: siteId, name: JSON.stringify(own.siteName) })
    .execute();
  const { id: sensor } = await db
    .insertInto('sensor')
    .values({ site_id: siteId, code: 'level' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const policyOf: PolicyOf = (id) => {
    const known = policies.get(id);
    return known === undefined ? Promise.reject(new Error(`no policy of ${id}`)) : Promise.resolve(known);
  };
  const make = () =>
    calloutDesk({
      db,
      clock,
      draw: Math.random,
      policyOf,
    });
  const versions = new Map<string, number>();
  const attemptLines = async (code: '=' | '<>'): Promise<readonly string[]> => {
    const rows = db.selectFrom('attempt').selectAll().where('site_id', '=', siteId).where('code', code, '');
    return (await rows.orderBy('created_at').orderBy('number').execute()).map(
      ({ number, contact_id, level, medium, status, outcome }) =>
        [number, contact_id, level, medium, status, ...(outcome === null ? [] : [outcome])].join(' '),
    );
  };
  return {
    siteId,
    clock,
    policy: own,
    desk: make(),
    alarms: alarmDesk({ db, clock, limitsOf: () => Promise.resolve(DEFAULT_LIMITS) }),
    anotherDesk: make,
    policyOf,
    reconfigure: (contacts, added = {}, commissioning = []) =>
      void policies.set(siteId, { ...own, contacts, targets: { ...own.targets, ...added }, commissioning }),
    forgetConfiguration: () => void policies.delete(siteId),

    async logLevel(to, target = 'level', { from = 'normal', verified = true, guarded = true } = {}) {
      const state_version = (versions.get(target) ?? 0) + 1;
      versions.set(target, state_version);
      return db.transaction().execute(async (tx) => {
        await lockLog(tx, 'level_change');
        const row = {
          site_id: siteId,
          target: `${siteId}/${target}`,
          sensor_id: sensor,
          state_version,
          from_level: from,
          to_level: to,
          observed_at: new Date(clock.now()),
          recorded_at: new Date(clock.now()),
          cause: to === 'normal' ? 'receded' : 'reached',
          value: 338.95,
          limit_value: 338.89,
          verified,
          guarded,
        };
        return (await tx.insertInto('level_change').values(row).returning('position').executeTakeFirstOrThrow())
          .position;
      });
    },

    logBlindness: (sensors = 1) =>
      db.transaction().execute(async (tx) => {
        await lockLog(tx, 'visibility_change');
        const row = {
          site_id: siteId,
          sensor_ids: Array.from({ length: sensors }, () => sensor),
          visibility: 'blind',
          cause: 'missed-intervals',
          at: new Date(clock.now()),
        };
        return (await tx.insertInto('visibility_change').values(row).returning('position').executeTakeFirstOrThrow())
          .position;
      }),

    async callout() {
      const rows = db.selectFrom('callout').select(['id', 'state', 'due_at', 'ended_at']).where('site_id', '=', siteId);
      const row = await rows.orderBy('opened_at', 'desc').limit(1).executeTakeFirstOrThrow();
      return { ...row, state: row.state as Callout };
    },

    attempts: () => attemptLines('<>'),
    notices: () => attemptLines('='),

    attempt: (number) =>
      db
        .selectFrom('attempt')
        .select(['id', 'code', 'status', 'phone'])
        .where('site_id', '=', siteId)
        .where('number', '=', number)
        .orderBy('created_at', 'desc')
        .executeTakeFirstOrThrow(),

    codeOf: async (id) =>
      (await db.selectFrom('attempt').select('code').where('id', '=', id).executeTakeFirstOrThrow()).code,

    async events() {
      const rows = await db
        .selectFrom('callout_event')
        .select('type')
        .where('site_id', '=', siteId)
        .orderBy('position')
        .execute();
      return rows.map(({ type }) => type);
    },
  };
}

/** A bench with a callout at this level. */
export async function openedBench(
  db: Kysely<Database>,
  to: 'yellow' | 'orange' | 'red',
  options?: Parameters<typeof deskBench>[1],
): Promise<DeskBench> {
  const bench = await deskBench(db, options);
  await bench.logLevel(to);
  await bench.desk.followLevelChanges();
  return bench;
}

/** A bench with a red callout that everybody who may has answered. */
export async function answeredBench(
  db: Kysely<Database>,
  options?: Parameters<typeof deskBench>[1],
): Promise<DeskBench> {
  const bench = await openedBench(db, 'red', options);
  const { id } = await bench.callout();
  await bench.desk.answerOnScreen(id, 'principal');
  await bench.desk.answerOnScreen(id, 'room');
  return bench;
}
