import { join } from 'node:path';
import { referenceOf, standingBy } from '../../alerting/channels/standing-by.ts';
import { databaseAway } from '../../alerting/dark/database-fault.ts';
import { fold } from '../../alerting/dark/fold.ts';
import type { Dark } from '../../alerting/dark/journal.ts';
import type { Roster } from '../../alerting/dark/roster.ts';
import type { CalloutDesk } from '../../alerting/io/callout-desk.ts';
import { darkFolder } from '../../alerting/io/dark-folder.ts';
import type { Journal } from '../../alerting/io/dark-folder.ts';
import { importDark } from '../../alerting/io/dark-import.ts';
import { rosterOf } from '../../alerting/io/dark-roster.ts';
import { beginning, darkSession } from '../../alerting/io/dark-session.ts';
import type { DarkSession } from '../../alerting/io/dark-session.ts';
import type { DeskPorts } from '../../alerting/io/desk-ports.ts';
import { eachAlone } from '../../alerting/io/each-alone.ts';
import { faultDesk } from '../../alerting/io/fault-desk.ts';
import { elapsedMs, instant } from '../core/time.ts';
import type { DurationMs, Instant } from '../core/time.ts';
import { pause } from '../platform/back-off.ts';
import { unarmed } from '../platform/arming.ts';
import { hostClock } from '../platform/clock.ts';
import { isDatabaseAway } from '../platform/database-failure.ts';
import { openDatabase } from '../platform/database.ts';
import { brokerTrust } from '../platform/broker-trust.ts';
import { tellReady } from '../platform/lifeline.ts';
import type { Logger } from '../platform/logger.ts';
import type { DarkSettings, Settings } from '../platform/settings.ts';
import { carriage } from './carriers.ts';
import { darkDoor } from './dark-door.ts';
import { darkKey } from './dark-forward.ts';
import { darkEars } from './dark-ears.ts';
import { faultOf } from './duty.ts';
import { sitePolicies } from './site-policy.ts';

/** A database that takes longer for one answer counts as away: it may hang without refusing. */
const ANSWER_WITHIN_MS: DurationMs = 3_000;
/** Asked to write: one that is read-only, demoted or full answers, and stores nothing. */
const ASK = `insert into heartbeat (process, beat_at) values ('dark watch', clock_timestamp())
  on conflict (process) do update set beat_at = excluded.beat_at returning beat_at as now`;
/** One statement of an import. */
const IMPORT_WITHIN_MS: DurationMs = 10_000;
/** A journal that cannot be imported so often, not for what time mends, is put aside: the ladders have to go on. */
const FAILURES_TO_REFUSE = 3;

interface DarkCallerOptions {
  readonly settings: Settings & { readonly dark: DarkSettings };
  readonly ports: DeskPorts;
  readonly desk: Pick<CalloutDesk, 'report' | 'reply' | 'attemptOf'>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Calls people while the database is away, from what it knew when it was last reached. */
export interface DarkCaller {
  /** Whether a journal is being called from: until the database has it, nothing else may call. */
  isDark(): boolean;
  /** How long the database has answered without a break; 0 while it does not. */
  answeringMs(): DurationMs;
  /** Writes down what calls could be made from, when it has changed. */
  keepRoster(): Promise<void>;
  /** Resolves when the signal has ended it. */
  readonly done: Promise<void>;
}

/**
 *     light --no answer for DARK_AFTER_MS--> dark --the database answers--> importing --> light
 *                                             ^                                 |
 *                                             +---- away again -----------------+
 *
 * A journal that was left by a process that died is gone on with when the database was asked once: it may have it already.
 */
export async function darkCaller(options: DarkCallerOptions): Promise<DarkCaller> {
  const { settings, ports, desk, log, signal } = options;
  const { afterMs, listen, url } = settings.dark;
  const folder = darkFolder(join(settings.dataDir, 'dark'));
  const ears = darkEars(settings.mqttUrl, brokerTrust(settings.mqttTrust), signal);
  const host = hostClock(settings.clockOffsetMs);
  let aheadMs: DurationMs = 0;
  const clock = { now: () => instant(Math.round(host.now() + aheadMs)) };
  const { carriers, keys, webhooks } = carriage(settings, { clock, publicUrl: url, env: process.env });
  const carrier = carriers.length === 0 ? null : standingBy(carriers);

  const found = await folder.openJournal().catch((error: unknown) => {
    log.fatal(
      faultOf(error),
      'the journal of dark calls cannot be read: what is called is known to this process alone',
    );
    return { dark: null, journal: unwritable(error) };
  });
  const { journal } = found;
  let session: DarkSession | null = null;
  let roster: Roster | null = null;
  let written = '';
  let lastSaid = '';
  let failures = 0;
  /** The time for which people were called because the judge could not record. */
  let toldOfJudge: Instant | null = null;
  /** The database was asked once: it may have the journal that was found already. */
  const asked = Promise.withResolvers<void>();
  /** Reports wait here while what they are about is on its way into the database. */
  let gate: Promise<unknown> = asked.promise;
  let reachedAt: Instant = clock.now();
  /** Of the first question in a row that was not answered: a machine that slept has not been without its database. */
  let awaySince: number | null = null;
  let answeringSince: number | null = null;

  /** It may be shut while somebody is on the way through. */
  async function atGate(): Promise<void> {
    for (let passed: Promise<unknown> | null = null; passed !== gate; ) {
      passed = gate;
      await passed;
    }
  }

  /** Once for each reason: the page cannot say it while the database is away. */
  function say(error: unknown, words: string): void {
    const line = `${words} ${String(error)}`;
    if (line !== lastSaid) log.fatal(faultOf(error), words);
    lastSaid = line;
  }

  const policies = sitePolicies((error, siteId) =>
    say(error, `what "${siteId}" says about calls cannot be read: without the database nobody may be called for it`),
  );

  const goOn = (dark: Dark): DarkSession | null =>
    carrier === null
      ? null
      : darkSession(dark, {
          journal,
          clock,
          carrier,
          draw: ports.draw,
          unrecorded: () => ears.heard(),
          unwritten: (error) =>
            say(error, 'the journal of dark calls cannot be written: calls go on, known to this process alone'),
          failed: (error, attemptId) => log.error({ ...faultOf(error), attemptId }, 'a dark attempt failed'),
        });

  async function begin(): Promise<void> {
    const sites = roster ?? (await folder.readRoster());
    if (sites === null || carrier === null)
      return say(sites === null ? 'no roster' : 'no carrier', 'the database is away, and nobody can be called');
    const entry = beginning(sites, reachedAt, clock.now());
    await journal
      .append([entry])
      .catch((error: unknown) =>
        say(error, 'the journal of dark calls cannot be written: calls go on, known to this process alone'),
      );
    const dark = fold(null, entry);
    if (dark === null) return;
    session = goOn(dark);
    log.fatal({ sites: sites.length, since: reachedAt }, 'the database is away: people are called from the roster');
    // From here on this process does what it is there for.
    tellReady();
  }

  async function comeBack(ending: DarkSession): Promise<void> {
    await ending.stop();
    const importing = takeBack(ending);
    gate = importing.catch(() => {});
    await importing;
  }

  /** Back to the database, and light; or dark again, from where it was. */
  async function takeBack(ending: DarkSession): Promise<void> {
    const dark = await ending.told();
    const database = openDatabase(settings.databaseUrl, { name: 'dark', max: 2, answerWithinMs: IMPORT_WITHIN_MS });
    const own = { ...ports, db: database.db };
    try {
      await importDark(own, dark);
      await putAway('imported');
      log.warn({ sites: Object.keys(dark.sites).length }, 'the database is back, and has what was called meanwhile');
    } catch (error) {
      say(error, 'what was called meanwhile could not be imported');
      failures += isDatabaseAway(error) ? 0 : 1;
      if (failures < FAILURES_TO_REFUSE) session = goOn(dark);
      else await refuse(own, dark);
    } finally {
      // One that hangs would never be given back.
      void database.db.destroy().catch(() => {});
    }
  }

  async function putAway(name: 'imported' | 'refused'): Promise<void> {
    await journal.putAway(name).catch((error: unknown) => say(error, 'the journal of dark calls cannot be put away'));
    session = null;
    failures = 0;
    lastSaid = '';
  }

  /** The ladders of the database go on, and people are told that what was answered meanwhile is not in it. */
  async function refuse(own: DeskPorts, dark: Dark): Promise<void> {
    await putAway('refused');
    const { raise } = faultDesk(own);
    const key = `dark-import:${dark.journal}`;
    await eachAlone(Object.keys(dark.sites), (siteId) => raise({ siteId, key })).catch((error: unknown) =>
      say(error, 'people could not be told that a journal of dark calls was refused'),
    );
  }

  /**
   * The database answers here, and the judge alone cannot record: cut off from it, or refused. Nothing follows its
   * levels then, so people are called for that in the light, once for each time. A judge that catches up after an
   * outage says it a little longer than the database is away: the database must have answered for as long as well.
   */
  async function tellOfJudge(now: Instant): Promise<void> {
    const since = ears.unrecordedSince();
    if (since === null || since === toldOfJudge || roster === null) return;
    if (elapsedMs(since, now) < afterMs || performance.now() - (answeringSince ?? Infinity) < afterMs) return;
    const { raise } = faultDesk(ports);
    const key = databaseAway(since);
    await eachAlone(roster, ({ siteId }) => raise({ siteId, key }));
    log.fatal({ since }, 'the judge cannot record though the database answers: people are called');
    toldOfJudge = since;
  }

  async function watch(): Promise<void> {
    const { pool, db } = openDatabase(settings.databaseUrl, {
      name: 'dark watch',
      max: 1,
      answerWithinMs: ANSWER_WITHIN_MS,
    });
    while (!signal.aborted) {
      const began = host.now();
      const now = await pool.query<{ now: Date }>(ASK).then(
        ({ rows: [row] }) => row?.now.getTime() ?? null,
        () => null,
      );
      if (now === null) {
        answeringSince = null;
        awaySince ??= performance.now();
        if (session === null && performance.now() - awaySince >= afterMs)
          await begin().catch((error: unknown) => say(error, 'the database is away, and nobody can be called'));
      } else {
        aheadMs = now + settings.clockOffsetMs - (began + host.now()) / 2;
        if (session !== null) await comeBack(session);
        awaySince = null;
        reachedAt = clock.now();
        answeringSince ??= performance.now();
        if (session === null)
          await tellOfJudge(reachedAt).catch((error: unknown) =>
            say(error, 'the judge cannot record, and people could not be called for it'),
          );
        ears.forget();
      }
      asked.resolve();
      await pause(Math.min(1_000, afterMs / 10), signal);
    }
    asked.resolve();
    void db.destroy().catch(() => {});
  }

  async function call(): Promise<void> {
    await asked.promise;
    while (!signal.aborted) {
      await session?.pass().catch((error: unknown) => say(error, 'dark calls do not get on'));
      await pause(Math.min(1_000, afterMs / 10), signal);
    }
    await session?.stop();
  }

  if (found.dark !== null) {
    session = goOn(found.dark);
    tellReady();
  }
  const door = darkDoor(
    {
      listen,
      url,
      keys: new Map([...keys, ...darkKey(settings.secretKey)]),
      vendors: {
        webhooks,
        hangUp: (name, reference) => carrier?.hangUp(referenceOf(name, reference)) ?? Promise.resolve(),
      },
      tls: settings.tls,
      clock,
      log,
      desk: {
        async report(attemptId, report, from) {
          await atGate();
          return session === null ? desk.report(attemptId, report, from) : session.report(attemptId, report);
        },
        async attemptOf(name, reference, begins) {
          await atGate();
          return session === null
            ? desk.attemptOf(name, reference, begins)
            : session.attemptOf(referenceOf(name, reference));
        },
        async reply(from, text, reportId) {
          await atGate();
          return session === null ? desk.reply(from, text, reportId) : session.reply(from, text);
        },
      },
    },
    signal,
  );
  return {
    isDark: () => session !== null,
    answeringMs: () => (answeringSince === null ? 0 : performance.now() - answeringSince),
    async keepRoster() {
      if (session !== null) return;
      // A copy calls nobody in the dark either.
      const isArmed = (await unarmed(ports.db)) === null;
      const next = isArmed ? await rosterOf(ports.db, await policies(ports.db)) : [];
      roster = next;
      const text = JSON.stringify(next);
      if (text === written) return;
      await folder.writeRoster(next);
      written = text;
    },
    done: Promise.all([watch(), call(), door]).then(() => {}),
  };
}

const unwritable = (error: unknown): Journal => ({
  append: () => Promise.reject(error instanceof Error ? error : new Error(String(error))),
  putAway: async () => {},
});
