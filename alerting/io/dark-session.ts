import { randomUUID } from 'node:crypto';
import { AppError, hasCode } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import type { WarningLevel } from '../../src/core/level.ts';
import type { Clock, Instant } from '../../src/core/time.ts';
import { backOffMs } from '../../src/platform/back-off.ts';
import type { Happening } from '../callout-event.ts';
import type { CarrierReply, CarrierReport } from '../carrier-report.ts';
import type { Carrier } from '../channels/carrier.ts';
import { databaseAway } from '../dark/database-fault.ts';
import { dueHappenings } from '../dark/due.ts';
import { fold } from '../dark/fold.ts';
import { reportKey } from '../dark/journal.ts';
import type { Dark, DarkSite, Entry } from '../dark/journal.ts';
import type { DarkAttempt, Roster, RosterSite } from '../dark/roster.ts';
import { stepAll } from '../dark/step-all.ts';
import { textReplies } from '../dark/text-replies.ts';
import type { UnrecordedLevel } from '../dark/unrecorded-levels.ts';
import type { Journal } from './dark-folder.ts';
import { LINES } from '../policy.ts';
import { slotsOf } from '../slots.ts';
import type { Slots } from '../slots.ts';
import { eachAlone } from './each-alone.ts';

/** A carrier that does not answer so often stops nobody's ladder. */
const TRIES_BEFORE_STALLED = 3;
const AT_MOST_MS = 5 * SECOND;

interface SessionPorts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly carrier: Carrier;
  /** A number from 0 to below 1. */
  readonly draw: () => number;
  /** What the judge holds in memory now. */
  readonly unrecorded: () => readonly UnrecordedLevel[];
  /** The journal cannot be written: what happens is known to this process alone. */
  readonly unwritten: (error: unknown) => void;
  readonly failed: (error: unknown, attemptId: string) => void;
}

/** Callouts without a database: the outbox, the desk and the inbox in one, with a journal in place of tables. */
export interface DarkSession {
  /** What is due by now: rungs, redials, levels that the judge has reached, requests to the carrier. */
  pass(): Promise<void>;
  /** Throws `attempt/not-found`. */
  report(attemptId: string, report: CarrierReport): Promise<CarrierReply>;
  reply(from: string, text: string): Promise<CarrierReply | null>;
  /** The attempt that the carriers have this name for. Throws `attempt/not-found`. */
  attemptOf(reference: string): string;
  /** Decides nothing and asks the carrier for nothing more; resolves when what was asked for has come to its end. */
  stop(): Promise<void>;
  /** What the journal says when everything that was begun is written. */
  told(): Promise<Dark>;
}

const slotsFor = (site: DarkSite | undefined, { level, code }: DarkAttempt): { readonly slots?: Slots } =>
  site === undefined || site.state === null
    ? {}
    : { slots: slotsOf(site.before.policy, site.state, { level: level as WarningLevel, code }) };

/** The first line of a journal: whom to call, and in which callouts, from the roster as it is now. */
export const beginning = (roster: Roster, since: Instant, at: Instant, fault = databaseAway(since)): Entry => ({
  type: 'began',
  journal: randomUUID(),
  since,
  fault,
  at,
  sites: roster.map((site) => ({ ...readable(site, fault, at), newId: randomUUID() })),
});

/** A callout that cannot go on, such as one of another version, is called afresh. */
function readable(site: RosterSite, fault: string, at: Instant): RosterSite {
  const happenings = [{ type: 'system-fault', key: fault }, { type: 'time-passed' }] as const;
  try {
    stepAll(site.policy, site.callout?.state ?? null, happenings, { at, seed: 0 });
    return site;
  } catch {
    return { ...site, callout: null };
  }
}

/**
 * Calls from a journal. Everything is written before it is acted upon: the state is what the lines say, so a process
 * that is started again goes on from there, and asks the carrier again only under the numbers it was asked before.
 */
export function darkSession(first: Dark, ports: SessionPorts): DarkSession {
  const { journal, clock, carrier, draw, unrecorded, unwritten, failed } = ports;
  let dark = first;
  let last: Promise<unknown> = Promise.resolve();
  let isOver = false;
  /** By attempt: requests under way, and those that failed with when they are tried again. */
  const asking = new Map<string, Promise<void>>();
  const hangingUp = new Map<string, Promise<void>>();
  const tries = new Map<string, { readonly failures: number; readonly nextAt: Instant }>();

  /** One after the other: each decides by what the one before has written. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };

  const after = (entries: readonly Entry[]): Dark =>
    entries.reduce<Dark>((state, entry) => fold(state, entry) ?? state, dark);

  async function write(...entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    // First: a line that cannot be taken in would make all of the journal unreadable to whoever is started again.
    const next = after(entries);
    await journal.append(entries).catch(unwritten);
    dark = next;
  }

  const taken = () => ({ at: clock.now(), seed: Math.floor(draw() * 2 ** 32), uuid: randomUUID() });
  const sites = (): readonly DarkSite[] => Object.values(dark.sites);
  const happened = (siteId: string, happenings: readonly Happening[]): Entry[] =>
    happenings.length === 0 ? [] : [{ type: 'happened', siteId, happenings, ...taken() }];

  function perform(): void {
    if (isOver) return;
    for (const site of sites()) {
      for (const attempt of site.attempts) {
        if (asking.has(attempt.id) || (tries.get(attempt.id)?.nextAt ?? 0) > clock.now()) continue;
        if (attempt.status === 'cancelling') begin(site, attempt, hangUp);
      }
      for (const attempt of site.attempts) {
        if (asking.has(attempt.id) || (tries.get(attempt.id)?.nextAt ?? 0) > clock.now()) continue;
        if ((attempt.notBefore ?? 0) > clock.now()) continue;
        if (attempt.status === 'queued') begin(site, attempt, place);
      }
    }
  }

  function begin(site: DarkSite, attempt: DarkAttempt, work: (siteId: string, attempt: DarkAttempt) => Promise<void>) {
    const done = work(site.before.siteId, attempt)
      .catch((error: unknown) => failed(error, attempt.id))
      .finally(() => {
        asking.delete(attempt.id);
        if (hangingUp.get(attempt.phone) === done) hangingUp.delete(attempt.phone);
        perform();
      });
    asking.set(attempt.id, done);
    if (work === hangUp) hangingUp.set(attempt.phone, done);
  }

  async function place(siteId: string, attempt: DarkAttempt): Promise<void> {
    const { id: attemptId, number, phone, say, medium } = attempt;
    // Else the line would be engaged by ourselves.
    await hangingUp.get(phone);
    const request = { attemptId, to: phone, text: say.zh, medium, ...slotsFor(dark.sites[siteId], attempt) };
    try {
      const reference = await (LINES.includes(medium) ? carrier.call(request) : carrier.message(request));
      await inTurn(() => write({ type: 'placed', siteId, attemptId, reference }));
    } catch (error) {
      if (hasCode(error, 'carrier/refused'))
        return inTurn(() => write(...happened(siteId, [{ type: 'missed', attempt: number, outcome: 'failed' }])));
      if (!hasCode(error, 'carrier/unreachable')) throw error;
      if (later(attemptId) === TRIES_BEFORE_STALLED)
        await inTurn(() => write(...happened(siteId, [{ type: 'stalled', attempt: number }])));
    }
  }

  async function hangUp(siteId: string, { id: attemptId, reference }: DarkAttempt): Promise<void> {
    try {
      // Never confirmed by the carrier: if it should ring all the same, its first report is told to hang up.
      if (reference !== null) await carrier.hangUp(reference);
      await inTurn(() => write({ type: 'hung-up', siteId, attemptId, at: clock.now() }));
    } catch (error) {
      if (!hasCode(error, 'carrier/unreachable')) throw error;
      later(attemptId);
    }
  }

  function later(attemptId: string): number {
    const failures = (tries.get(attemptId)?.failures ?? 0) + 1;
    const nextAt = (clock.now() + backOffMs(failures - 1, SECOND, AT_MOST_MS)) as Instant;
    tries.set(attemptId, { failures, nextAt });
    return failures;
  }

  return {
    async pass() {
      // What is written from here on would be in no import.
      if (isOver) return;
      const levels = unrecorded();
      const now = clock.now();
      const due = (site: DarkSite) => happened(site.before.siteId, dueHappenings(site, dark.fault, levels, now));
      await inTurn(async () => {
        const entries: Entry[] = [];
        const look = async (site: DarkSite): Promise<void> => {
          const own = due(site);
          after(own);
          entries.push(...own);
        };
        try {
          await eachAlone(sites(), look);
        } finally {
          await write(...entries);
        }
      }).finally(perform);
    },

    async report(attemptId, report) {
      const reply = await inTurn(async () => {
        const of = sites().find(({ attempts }) => attempts.some(({ id }) => id === attemptId));
        if (of === undefined) throw new AppError('attempt/not-found', 'there is no such attempt');
        const { siteId } = of.before;
        const key = reportKey(attemptId, report);
        if (of.replies[key] === undefined) await write({ type: 'reported', siteId, attemptId, report, ...taken() });
        return dark.sites[siteId]?.replies[key] ?? {};
      });
      perform();
      return reply;
    },

    async reply(from, text) {
      const isMeant = await inTurn(async () => {
        const { meant, happenings } = textReplies(sites(), from, text);
        await write(...happenings.flatMap(({ siteId, happening }) => happened(siteId, [happening])));
        return meant;
      });
      perform();
      return isMeant ? {} : null;
    },

    attemptOf(reference) {
      const known = sites().flatMap(({ attempts }) => attempts.filter((attempt) => attempt.reference === reference));
      if (known[0] === undefined) throw new AppError('attempt/not-found', 'there is no such attempt');
      return known[0].id;
    },

    async stop() {
      isOver = true;
      while (asking.size > 0) await Promise.all(asking.values());
    },

    told: () => inTurn(() => Promise.resolve(dark)),
  };
}
