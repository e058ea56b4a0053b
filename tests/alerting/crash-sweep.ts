import { expect } from 'vitest';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import type { CalloutDesk } from '../../alerting/io/callout-desk.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import type { Outbox } from '../../alerting/io/outbox.ts';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import type { CarrierReport } from '../../alerting/carrier-report.ts';
import { SECOND } from '../../src/core/time.ts';
import { seeded } from '../support/reaper.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { deskBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';
import { fakeCarrier } from './fake-carrier.ts';
import type { FakeCarrier } from './fake-carrier.ts';
import { named } from './named-carriers.ts';
import { POLICY } from './story.ts';
import { mortalLife } from './mortal-life.ts';
import type { Death, Life } from './mortal-life.ts';

/** What is left of a story when it is over. */
export interface Told {
  /** Phones that rang. */
  readonly rang: readonly string[];
  /** Phones that were written to. */
  readonly written: readonly string[];
  /** That settled a level, in their order. */
  readonly answers: readonly string[];
  /** Every call and message that was queued, as `principal red voice`, in the order of their numbers. */
  readonly attempts: readonly string[];
  /** How many steps its first life took. */
  readonly steps: readonly string[];
  readonly deaths: number;
}

/** Two ladders of calls: messages of a third would only make the story longer. */
const { yellow: _yellow, ...ladders } = POLICY.ladders;
const WITHOUT_YELLOW = { ...POLICY, ladders };
/** Longer than a lease. */
const TAKEN_OVER_MS = 21 * SECOND;
/** Rounds after which a story that has not ended never will. */
const ROUNDS = 80;

/**
 * The officer lets it ring, the engineer answers orange, it rises to red, the principal presses a wrong digit and then the right
 * one, and it is released: told by a process that dies once, at one step, and by the one that comes after it on the same tables.
 */
export async function story(database: TestDatabase, death: Death | null): Promise<Told> {
  await database.db.updateTable('attempt').set({ status: 'ended' }).execute();
  await database.db.updateTable('callout').set({ ended_at: new Date(), due_at: null }).execute();
  await using carrier = await fakeCarrier();
  const bench = await deskBench(database.db, { policy: WITHOUT_YELLOW });
  const lives = livesOf(database, bench, carrier, death);
  await bench.logLevel('orange');
  const phones = phonesOf(bench, carrier);
  let stage: 'orange' | 'red' | 'over' = 'orange';
  for (let round = 0; stage !== 'over'; round += 1) {
    if (round > ROUNDS) throw new Error(`the story does not end: ${(await bench.attempts()).join(', ')}`);
    await lives.live(({ desk }) => desk.followLevelChanges());
    await lives.live(({ desk }) => desk.takeDue());
    await lives.live(async ({ box }) => {
      await box.pass();
      await box.settled();
    });
    for (const call of await phones.calls()) {
      for (const report of call.reports) {
        const reply = await lives.live(({ desk }) => desk.report(call.attemptId, report));
        // A carrier sends a report until it is taken, and hears the next key only when it was told what to say to this one.
        if (reply === 'died') break;
        phones.taken(report);
      }
    }
    stage = await onwards(stage);
    bench.clock.advance(5 * SECOND);
  }
  const { state } = await bench.callout();
  const { steps, deaths } = await lives.end();
  await onceEach(database, bench, carrier);
  return {
    ...heardBy(carrier),
    attempts: await attemptsOf(database, bench),
    answers: state.answers
      .filter(({ level }) => level !== null)
      .map(({ contactId, level }) => `${contactId} ${String(level)}`),
    steps,
    deaths,
  };

  async function onwards(now: 'orange' | 'red'): Promise<'orange' | 'red' | 'over'> {
    const callout = await bench.callout().catch(() => null);
    if (callout?.state.phase === 'released') return 'over';
    if (callout?.state.phase !== 'answered') return now;
    if (now === 'orange') {
      await bench.logLevel('red', 'level', { from: 'orange' });
      return 'red';
    }
    // The rise may not have been taken in yet.
    if (!callout.state.runs.some(({ level }) => level === 'red')) return now;
    if (Object.values(callout.state.covered).some(({ level }) => level !== 'normal')) await recede();
    else await lives.live(({ desk }) => desk.release(callout.id, 'operator', 'over', { inspection: 'operator: dry' }));
    return now;
  }

  async function recede(): Promise<void> {
    const rows = await database.db
      .selectFrom('level_change')
      .select('to_level')
      .where('site_id', '=', bench.siteId)
      .execute();
    if (rows.every(({ to_level }) => to_level !== 'normal')) await bench.logLevel('normal', 'level', { from: 'red' });
  }
}

/** Each attempt once, however often the carrier was asked for it. */
function heardBy({ asked }: FakeCarrier): Pick<Told, 'rang' | 'written'> {
  const to = (path: string) => [
    ...new Map(asked.filter((one) => one.path === path).map(({ key, body }) => [key, body.to ?? ''])).values(),
  ];
  return { rang: [...new Set(to('/v1/calls'))].toSorted(), written: [...new Set(to('/v1/messages'))].toSorted() };
}

async function attemptsOf({ db }: TestDatabase, { siteId }: DeskBench): Promise<readonly string[]> {
  const rows = db.selectFrom('attempt').select(['contact_id', 'level', 'medium']).where('site_id', '=', siteId);
  return (await rows.orderBy('number').execute()).map(({ contact_id, level, medium }) =>
    [contact_id, level, medium].join(' '),
  );
}

/** Whatever the carrier was asked for is an attempt of the callout, under its own id, and no attempt has two. */
async function onceEach({ db }: TestDatabase, { siteId }: DeskBench, { asked }: FakeCarrier): Promise<void> {
  const rows = await db
    .selectFrom('attempt')
    .select(['id', 'callout_id', 'number'])
    .where('site_id', '=', siteId)
    .execute();
  const numbers = rows.map(({ callout_id, number }) => `${callout_id} ${String(number)}`);
  expect(new Set(numbers).size, 'attempts with one number').toBe(rows.length);
  const ids = new Set(rows.map(({ id }) => id));
  expect(
    asked.filter(({ key }) => !ids.has(key)),
    'requests that are no attempt',
  ).toEqual([]);
}

/** What the phones do: the officer lets it ring, others pick up and press; messages are let be. */
function phonesOf(bench: DeskBench, carrier: FakeCarrier) {
  const done = new Set<string>();
  return {
    /** What is not taken yet, call by call, in the order of the hands. */
    async calls(): Promise<readonly { readonly attemptId: string; readonly reports: readonly CarrierReport[] }[]> {
      const calls = new Map(
        carrier.asked.filter(({ path }) => path === '/v1/calls').map((asked) => [asked.key, asked]),
      );
      return Promise.all(
        [...calls.values()].map(async ({ key, body }) => {
          if (body.to === phoneOf(bench, 'officer')) return { attemptId: key, reports: [] };
          const wrong = body.to === phoneOf(bench, 'principal') ? [digit(key, 'w', 'wrong')] : [];
          const all = [{ reportId: `${key}:a`, event: 'answered' } as const, ...wrong, digit(key, 'r', 'right')];
          const due = all.filter(({ reportId }) => !done.has(reportId));
          return { attemptId: key, reports: await Promise.all(due.map((report) => pressed(report, key))) };
        }),
      );
    },
    taken: (report: CarrierReport) => void done.add(report.reportId),
  };

  type Pressed = { readonly reportId: string; readonly press: 'wrong' | 'right' };
  function digit(key: string, id: string, press: Pressed['press']): Pressed {
    return { reportId: `${key}:${id}`, press };
  }
  async function pressed(report: CarrierReport | Pressed, key: string): Promise<CarrierReport> {
    if (!('press' in report)) return report;
    const code = await bench.codeOf(key);
    const key_ = report.press === 'right' ? code : String((Number(code) + 1) % 10);
    return { reportId: report.reportId, event: 'digit', digit: key_ };
  }
}

const phoneOf = (bench: DeskBench, id: string): string | undefined =>
  bench.policy.contacts.find((contact) => contact.id === id)?.phone;

interface Working {
  readonly life: Life;
  readonly desk: CalloutDesk;
  readonly box: Outbox;
}

function livesOf(database: TestDatabase, bench: DeskBench, carrier: FakeCarrier, death: Death | null) {
  // Other codes for each death, and the same whenever it is told again.
  const draw = seeded(death === null ? 0 : 2 * death.step + (death.side === 'before' ? 0 : 1));
  const begin = (end: Death | null): Working => {
    const http = httpCarrier({ url: carrier.url, key: 'key', publicUrl: 'http://127.0.0.1:1' });
    const life = mortalLife(database.url, http, end);
    const ports = { db: life.db, clock: bench.clock, draw, policyOf: bench.policyOf };
    const failed = (error: unknown): void => {
      throw error as Error;
    };
    return {
      life,
      desk: calloutDesk(ports),
      box: outbox({ ...ports, carriers: [named('http', life.carrier)], linkTo: null, failed }),
    };
  };
  let working = begin(death);
  const first = working.life;
  let deaths = 0;
  return {
    async live<T>(work: (working: Working) => Promise<T>): Promise<T | 'died'> {
      const result = await Promise.race([work(working), working.life.died]);
      if (result !== 'died') return result;
      await working.life.bury();
      deaths += 1;
      bench.clock.advance(TAKEN_OVER_MS);
      working = begin(null);
      return 'died';
    },
    async end(): Promise<Pick<Told, 'steps' | 'deaths'>> {
      await working.life.bury();
      return { steps: first.steps, deaths };
    },
  };
}

/** Tells the story with this death, and expects of it what the undisturbed one has. */
export async function expectSame(database: TestDatabase, calm: Told, death: Death): Promise<void> {
  const told = await story(database, death);
  const where = `killed ${death.side} step ${String(death.step)}: ${calm.steps[death.step - 1] ?? ''}`;
  expect(told.deaths, where).toBe(1);
  expect(told.rang, where).toEqual(calm.rang);
  expect(told.written, where).toEqual(calm.written);
  expect(told.attempts, where).toEqual(calm.attempts);
  expect(told.answers, where).toEqual(calm.answers);
}

export const deathsOf = (calm: Told): readonly Death[] =>
  calm.steps.flatMap((_what, i) => (['before', 'after'] as const).map((side) => ({ step: i + 1, side })));
