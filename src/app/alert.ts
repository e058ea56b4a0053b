import { randomInt } from 'node:crypto';
import { alarmDesk } from '../../alerting/io/alarm-desk.ts';
import type { Kysely } from 'kysely';
import { broadcastBox } from '../../alerting/io/broadcast-box.ts';
import { broadcastDesk } from '../../alerting/io/broadcast-desk.ts';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import { checkCarriers } from '../../alerting/io/carrier-check.ts';
import { standingBy } from '../../alerting/channels/standing-by.ts';
import { pollReceipts } from '../../alerting/io/receipts.ts';
import { MOST_A_PASS, outbox } from '../../alerting/io/outbox.ts';
import { MINUTE, SECOND } from '../core/time.ts';
import type { DurationMs } from '../core/time.ts';
import { pause } from '../platform/back-off.ts';
import { answerLinks } from '../platform/answer-link.ts';
import { armedHere } from '../platform/arming.ts';
import { databaseClock, hostClock } from '../platform/clock.ts';
import { openDatabase } from '../platform/database.ts';
import type { Database } from '../platform/database.ts';
import { beat } from '../platform/heartbeat.ts';
import { tellReady } from '../platform/lifeline.ts';
import { createLogger } from '../platform/logger.ts';
import { listen } from '../platform/notify.ts';
import type { Channel } from '../platform/notify.ts';
import type { Settings } from '../platform/settings.ts';
import { remindOfAccidents } from './accident-desk.ts';
import { siteAlarmLimits } from './alarm-limits.ts';
import { auditor } from './auditor.ts';
import { withBroadcasts } from './broadcast-door.ts';
import { carriage } from './carriers.ts';
import { logCarrierNews, logMissingTemplates } from './carrier-news.ts';
import { clockWatch } from './clock-watch.ts';
import { darkCaller } from './dark-caller.ts';
import type { DarkCaller } from './dark-caller.ts';
import { beginPlanned } from './drill-desk.ts';
import { duty, expectWork, faultOf, hang } from './duty.ts';
import type { Duty } from './duty.ts';
import { hostMark } from './host-mark.ts';
import { lateWatch } from './late-watch.ts';
import { reportWatch } from './report-watch.ts';
import { orProof } from './proof-door.ts';
import { keepRosters } from './keep-rosters.ts';
import { rootMailer } from './root-mail.ts';
import { sitePolicy } from './site-policy.ts';

const CARRIER_CHECK_MS = 30 * SECOND;
/** How often calls of a broadcast are begun: several times in the second by which their rate is counted. */
const PACE_MS = 250;
/** How soon a round is missed, or a judge silent, beyond its time. */
const REPORT_WATCH_MS = 10 * SECOND;
/** How soon a drill begins after its time. */
const DRILLS_MS = 5 * SECOND;
/** How often carriers that report nothing by themselves are asked. */
const RECEIPTS_MS = 5 * SECOND;
const CLOCK_WATCH_MS = 10 * MINUTE;
/** How often the audit is looked after, and mail that is due. */
const AUDIT_EVERY_MS = MINUTE;
const BEAT_EVERY_MS = 5 * SECOND;
/** How old the roster of the dark caller may be; whatever calls somebody wakes it. */
const ROSTER_MS = 2 * SECOND;
/** A duty none of whose rounds has come to its end for so long hangs, or only fails: then nobody is called. */
const STUCK_AFTER_MS = 30 * SECOND;
/** One round that lasts so long waits for what never comes. */
const HUNG_AFTER_MS = 60 * SECOND;
/** How long the end waits for connections: one that hangs would never be given back. */
const CLOSE_WITHIN_MS = 2 * SECOND;

/**
 * The process that calls people: follows the logs, climbs what is due, performs attempts. Runs until `signal`.
 * Throws when one round of its work lasts longer than `hungAfterMs`: whoever started it starts it anew.
 */
export async function runAlert(
  settings: Settings,
  stopped: AbortSignal,
  hungAfterMs: DurationMs = HUNG_AFTER_MS,
): Promise<void> {
  const ending = new AbortController();
  const database = openDatabase(settings.databaseUrl, { name: 'alert', max: 10 });
  // Connections of their own: a broadcast to five hundred takes none from those who call people on duty.
  const leaving = openDatabase(settings.databaseUrl, { name: 'alert broadcasts', max: 6 });
  let audit: Promise<void> | null = null;
  try {
    const signal = AbortSignal.any([stopped, ending.signal]);
    audit = Promise.all([keepAudit(settings, signal), keepRosters(settings, signal)]).then(() => {});
    await watch(settings, { db: database.db, leaving: leaving.db }, signal, hungAfterMs);
  } finally {
    ending.abort();
    await within(CLOSE_WITHIN_MS, Promise.all([audit, database.db.destroy(), leaving.db.destroy()]));
  }
}

async function watch(
  settings: Settings,
  { db, leaving }: { readonly db: Kysely<Database>; readonly leaving: Kysely<Database> },
  signal: AbortSignal,
  hungAfterMs: DurationMs,
): Promise<void> {
  const log = createLogger('alert', settings.logLevel);
  const clock = databaseClock(settings.clockOffsetMs);
  const host = hostClock(settings.clockOffsetMs);
  const { carriers, polled } = carriage(settings, { clock: host, publicUrl: settings.publicUrl, env: process.env });
  logMissingTemplates(log, carriers);
  // Codes are not to be guessed from earlier ones.
  const draw = (): number => randomInt(2 ** 32) / 2 ** 32;
  const ports = { db, clock, draw, policyOf: sitePolicy };
  const desk = calloutDesk(ports);
  const alarms = alarmDesk({ db, clock, limitsOf: siteAlarmLimits });
  const dark =
    settings.dark === null
      ? null
      : await darkCaller({ settings: { ...settings, dark: settings.dark }, ports, desk, log, signal });
  /** While calls are made from a journal nobody else calls: what it says has to be in the database first. */
  const isArmed = armedHere(db, clock, await hostMark(settings));
  const inTheLight = (work: () => Promise<unknown>) => async (): Promise<void> => {
    if (dark?.isDark() !== true) await work();
  };
  /** And nobody climbs or calls from a copy: what is due there piles up to nothing, and waits for a person. */
  const whenArmed = (work: () => Promise<unknown>) =>
    inTheLight(async () => {
      if (await isArmed()) await work();
    });
  const box = outbox({
    db,
    clock,
    carriers,
    policyOf: sitePolicy,
    draw,
    linkTo: settings.secretKey === null ? null : answerLinks(settings.secretKey, settings.publicUrl).linkTo,
    failed: (error, attemptId) =>
      log.error({ ...faultOf(error), attemptId }, 'an attempt could not be written down; its lease brings it back'),
  });
  const broadcasts = broadcastDesk({ db: leaving, clock, plan: settings.broadcast.plan });
  const leavingBox = broadcastBox({
    db: leaving,
    clock,
    carrier: standingBy(carriers),
    pace: settings.broadcast.pace,
    failed: (error, attemptId) =>
      log.error(
        { ...faultOf(error), attemptId },
        'a call to leave could not be written down; its lease brings it back',
      ),
  });
  const phones = { ...desk, ...withBroadcasts({ ...desk, report: orProof(desk.report, db, clock) }, broadcasts) };
  const watching = reportWatch({ db, clock });
  const late = lateWatch({ db, clock });
  const lookAtClock = clockWatch({ db, clock, host, ntpServers: settings.ntpServers, log, signal });
  const beginOrdered = duty(
    log,
    signal,
    'begin evacuations that were ordered',
    whenArmed(() => broadcasts.takeOrdered()),
  );
  const leavingCalls = duty(
    log,
    signal,
    'call people to leave',
    whenArmed(() => leavingBox.pass()),
    PACE_MS,
  );
  const duties = [
    duty(
      log,
      signal,
      'follow levels',
      inTheLight(() => desk.followLevelChanges()),
    ),
    duty(
      log,
      signal,
      'follow visibility',
      inTheLight(() => desk.followVisibility()),
    ),
    duty(
      log,
      signal,
      'follow reports',
      inTheLight(async () => {
        await desk.followLate();
        await desk.followReports();
      }),
    ),
    duty(
      log,
      signal,
      'climb',
      whenArmed(() => desk.takeDue()),
    ),
    duty(
      log,
      signal,
      'call',
      whenArmed(async () => {
        if ((await box.pass()) >= MOST_A_PASS) calls.wake();
      }),
    ),
    duty(
      log,
      signal,
      'end what is seen and shelved',
      inTheLight(() => alarms.takeDue()),
    ),
    beginOrdered,
    leavingCalls,
    duty(
      log,
      signal,
      'call again who has not left',
      inTheLight(() => broadcasts.takeDue()),
    ),
    duty(
      log,
      signal,
      'watch what calls by itself',
      inTheLight(async () => {
        await watching.round();
        await late.round();
      }),
      REPORT_WATCH_MS,
    ),
    duty(
      log,
      signal,
      'begin drills',
      whenArmed(() => beginPlanned(ports)),
      DRILLS_MS,
    ),
    duty(
      log,
      signal,
      'remind of accidents',
      inTheLight(() => remindOfAccidents({ db, clock })),
    ),
    duty(
      log,
      signal,
      'check the carriers',
      async () => logCarrierNews(log, await checkCarriers(db, clock, carriers)),
      CARRIER_CHECK_MS,
    ),
    ...(polled.size === 0
      ? []
      : [
          duty(
            log,
            signal,
            'ask for receipts',
            inTheLight(() => pollReceipts({ db, desk: phones, carriers, polled })),
            RECEIPTS_MS,
          ),
        ]),
    duty(log, signal, 'watch the clock', lookAtClock, CLOCK_WATCH_MS),
  ] as const;
  const [levels, visibility, reports, climbing, calls] = duties;
  const roster = dark === null ? null : duty(log, signal, 'keep the dark roster', () => dark.keepRoster(), ROSTER_MS);
  let isReady = false;
  const beating = duty(
    log,
    signal,
    'beat',
    async () => {
      expectWork([levels, visibility, reports, climbing, calls, beginOrdered, leavingCalls], STUCK_AFTER_MS);
      await beat(db, 'alert', await clock.read(db));
      if (isReady) return;
      isReady = true;
      tellReady();
      log.info({ carriers: carriers.map(({ name }) => name) }, 'watching');
    },
    BEAT_EVERY_MS,
  );
  const wakes: Partial<Record<Channel, () => void>> = {
    level_change: levels.wake,
    visibility_change: visibility.wake,
    report_change: reports.wake,
    late_exceedance: reports.wake,
    broadcast: leavingCalls.wake,
    attempt() {
      calls.wake();
      roster?.wake();
    },
  };
  const channels = Object.keys(wakes) as Channel[];
  const listening = listen(settings.databaseUrl, {
    name: 'alert',
    channels,
    wake: (channel) => wakes[channel]?.(),
    signal,
  });
  const all = [...duties, beating, ...(roster === null ? [] : [roster])];
  const over = [...all.map(({ done }) => done), listening, ...(dark === null ? [] : [dark.done])];
  await Promise.race([
    Promise.all(over),
    hang(
      all.map((each) => excused(each, dark)),
      hungAfterMs,
      signal,
    ),
  ]);
  await within(2 * SECOND, Promise.all([box.settled(), leavingBox.settled()]));
}

/**
 * Beside the calling, and never in its way: with connections of its own, and nothing ends when it fails or hangs. Until
 * `signal`.
 */
async function keepAudit({ databaseUrl, auditMail: mail, ...settings }: Settings, signal: AbortSignal): Promise<void> {
  const log = createLogger('alert', settings.logLevel);
  const clock = databaseClock(settings.clockOffsetMs);
  await using database = openDatabase(databaseUrl, { name: 'audit', max: 2, answerWithinMs: MINUTE });
  const mailer = mail && rootMailer({ db: database.db, clock, mail, log });
  const mailing = mailer && duty(log, signal, 'mail roots', () => mailer.round(), AUDIT_EVERY_MS);
  const keeper = auditor({ database, clock, log, mailDue: mailing && mailing.wake });
  await Promise.all([duty(log, signal, 'keep the audit', () => keeper.round(), AUDIT_EVERY_MS).done, mailing?.done]);
}

/** Rounds hang with a database that hangs: a process that calls without it must not end for that. */
const excused = ({ name, roundMs }: Duty, dark: DarkCaller | null): Pick<Duty, 'name' | 'roundMs'> => ({
  name,
  roundMs: () => Math.min(roundMs(), dark?.answeringMs() ?? Number.POSITIVE_INFINITY),
});

async function within(lengthMs: DurationMs, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([work, pause(lengthMs, patience.signal)]);
  patience.abort();
}
