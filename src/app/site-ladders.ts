import type { CalloutPolicy, Ladder, StoredRung, Who } from '../../alerting/policy.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { WARNING_LEVELS } from '../core/level.ts';
import type { WarningLevel } from '../core/level.ts';
import { SECOND } from '../core/time.ts';

type LaddersConfig = SiteConfig['callout']['ladders'];
type LadderConfig = NonNullable<LaddersConfig[WarningLevel]>;
type RungConfig = LadderConfig['rungs'][number];

/** How often the people of a rung are called where it does not say: three attempts in five minutes. */
const ATTEMPTS = 3;
const ATTEMPTS_WITHIN_SECONDS = 300;

/** So long after an answer somebody has to say what is done, where the ladder does not say. Practice of 2026, no law. */
const RESPOND_WITHIN_SECONDS: Readonly<Partial<Record<WarningLevel, number>>> = { orange: 600, red: 600 };
/** So long after an order by key or message it has to be reported done. */
const REPORT_WITHIN_SECONDS = 1800;

/** The ladders of a site as calls are made by them. */
export const laddersOf = (ladders: LaddersConfig): CalloutPolicy['ladders'] =>
  Object.fromEntries(
    WARNING_LEVELS.flatMap((level): [WarningLevel, Ladder][] => {
      const ladder = ladderOf(level, ladders[level]);
      return ladder === undefined ? [] : [[level, ladder]];
    }),
  );

function ladderOf(level: WarningLevel, ladder: LadderConfig | undefined): Ladder | undefined {
  const [first, ...others] = (ladder?.rungs ?? []).map(rungOf);
  if (ladder === undefined || first === undefined) return undefined;
  const { answeredBy, giveUpAfterRounds, failedTells, reportWithinSeconds = REPORT_WITHIN_SECONDS } = ladder;
  const respondSeconds = ladder.respondWithinSeconds ?? RESPOND_WITHIN_SECONDS[level];
  return {
    answeredBy,
    rungs: [first, ...others],
    ...(giveUpAfterRounds !== undefined && { giveUpAfterRounds }),
    ...(failedTells !== undefined && { failedTells: failedTells.map(whoOf) }),
    ...(respondSeconds !== undefined && { respondWithinMs: respondSeconds * SECOND }),
    reportWithinMs: reportWithinSeconds * SECOND,
  };
}

function rungOf(rung: RungConfig): StoredRung {
  const answerWithinMs = rung.answerWithinSeconds * SECOND;
  const { contact, medium, who = [], media = ['voice'], attemptsWithinSeconds = ATTEMPTS_WITHIN_SECONDS } = rung;
  if (contact !== undefined && medium !== undefined && rung.attempts === undefined && rung.answeredBy === undefined)
    return { contactId: contact, medium, answerWithinMs };
  const attempts = rung.attempts ?? (contact === undefined ? ATTEMPTS : 1);
  return {
    who: contact === undefined ? who.map(whoOf) : [{ contactId: contact }],
    media: medium === undefined ? media : [medium],
    everyone: rung.answeredBy === 'everyone',
    answerWithinMs,
    attempts,
    attemptEveryMs: (attemptsWithinSeconds * SECOND) / attempts,
  };
}

type WhoConfig = NonNullable<RungConfig['who']>[number];

function whoOf(who: WhoConfig): Who {
  if ('duty' in who) return who;
  return 'contact' in who ? { contactId: who.contact } : { group: who.group };
}
