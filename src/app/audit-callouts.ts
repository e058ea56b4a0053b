import { randomInt } from 'node:crypto';
import { standingBy } from '../../alerting/channels/standing-by.ts';
import { broadcastBox } from '../../alerting/io/broadcast-box.ts';
import { broadcastDesk } from '../../alerting/io/broadcast-desk.ts';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import { SECOND } from '../core/time.ts';
import { answerLinks } from '../platform/answer-link.ts';
import { armedHere } from '../platform/arming.ts';
import { databaseClock, hostClock } from '../platform/clock.ts';
import { openDatabase } from '../platform/database.ts';
import type { Logger } from '../platform/logger.ts';
import type { Settings } from '../platform/settings.ts';
import { calloutAuditor } from './callout-auditor.ts';
import type { CalloutAuditor } from './callout-auditor.ts';
import { carriage } from './carriers.ts';
import { duty, faultOf } from './duty.ts';
import { hostMark } from './host-mark.ts';
import { sitePolicy } from './site-policy.ts';
import { standIn } from './stand-in.ts';

const LOOK_EVERY_MS = 3 * SECOND;
/** A question that takes longer is one that fails: an auditor that waits sees nothing. */
const ANSWER_WITHIN_MS = 4 * SECOND;

interface Auditing {
  readonly auditor: CalloutAuditor;
  /** Resolves when the signal has ended it. */
  readonly done: Promise<void>;
}

/** Looks after the calling, and calls in the place of a process that does not: beside pages and doors, with connections of its own. */
export function auditCallouts(settings: Settings, log: Logger, signal: AbortSignal): Auditing {
  const { db } = openDatabase(settings.databaseUrl, { name: 'auditor', max: 4, answerWithinMs: ANSWER_WITHIN_MS });
  const clock = databaseClock(settings.clockOffsetMs);
  const ports = { db, clock, draw: () => randomInt(2 ** 32) / 2 ** 32, policyOf: sitePolicy };
  const auditor = calloutAuditor({ ...ports, log });
  const { carriers } = carriage(settings, {
    clock: hostClock(settings.clockOffsetMs),
    publicUrl: settings.publicUrl,
    env: process.env,
  });
  const leavingBox = broadcastBox({
    db,
    clock,
    carrier: standingBy(carriers),
    pace: settings.broadcast.pace,
    failed: (error, attemptId) =>
      log.error({ ...faultOf(error), attemptId }, 'a call to leave could not be written down'),
  });
  const box = outbox({
    ...ports,
    carriers,
    linkTo: settings.secretKey === null ? null : answerLinks(settings.secretKey, settings.publicUrl).linkTo,
    failed: (error, attemptId) => log.error({ ...faultOf(error), attemptId }, 'an attempt could not be written down'),
  });
  const host = hostMark(settings);
  let isArmed: (() => Promise<boolean>) | null = null;
  const standing = {
    desk: calloutDesk(ports),
    outbox: box,
    leaving: { ...broadcastDesk({ db, clock, plan: settings.broadcast.plan }), pass: () => leavingBox.pass() },
    isNeeded: () => auditor.sight().standingIn,
    isArmed: async () => (isArmed ??= armedHere(db, clock, await host))(),
  };
  const duties = [
    duty(log, signal, 'audit callouts', () => auditor.round(), LOOK_EVERY_MS),
    duty(log, signal, 'stand in', () => standIn(standing)),
  ];
  const over = Promise.all(duties.map(({ done }) => done));
  return {
    auditor,
    done: over
      .then(() => Promise.all([box.settled(), leavingBox.settled()]))
      .then(() => {})
      .finally(() => void db.destroy().catch(() => {})),
  };
}
