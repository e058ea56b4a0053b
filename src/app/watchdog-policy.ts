import type { CalloutPolicy, Contact, OnePersonRung } from '../../alerting/policy.ts';
import type { WatchdogConfig } from '../contract/watchdog-config.ts';
import { MINUTE, SECOND } from '../core/time.ts';

export const WATCHDOG = 'watchdog';

/** Whom a watchdog calls, and how long each is waited for. Whoever is on its list may answer: all of them count as principals. */
export function watchdogPolicy({ name, timeZone, people, ladder }: WatchdogConfig): CalloutPolicy {
  const rung = ({ call, answerWithinSeconds }: WatchdogConfig['ladder'][number]): OnePersonRung => ({
    contactId: call,
    medium: 'voice',
    answerWithinMs: answerWithinSeconds * SECOND,
  });
  const [foot, ...more] = ladder.map(rung);
  if (foot === undefined) throw new Error('a ladder without a rung: its schema refuses that');
  return {
    siteId: WATCHDOG,
    siteName: name,
    timeZone,
    configVersion: 1,
    contacts: people.map((person): Contact => ({ ...person, duty: 'principal' })),
    targets: {},
    redialMs: 30 * SECOND,
    followUpMs: 5 * MINUTE,
    ladders: { red: { answeredBy: ['principal'], rungs: [foot, ...more] } },
  };
}
