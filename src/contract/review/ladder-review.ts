import { WARNING_LEVELS } from '../../core/level.ts';
import type { WarningLevel } from '../../core/level.ts';
import type { SiteConfig } from '../site-config.ts';
import type { Weight } from './weight.ts';
import { heaviest } from './weight.ts';

type Ladders = SiteConfig['callout']['ladders'];
type Ladder = NonNullable<Ladders[WarningLevel]>;
type Rung = Ladder['rungs'][number];

/** Below this nobody has time to pick up and listen before the ladder comes round and rings the phone anew. */
const ENOUGH_TO_ANSWER_SECONDS = 30;

/**
 * What a change of the ladders is for those who are called by the ladder of `level`. A level without a ladder of its
 * own is called by that of the next milder one, so that a ladder that is added can take the place of a better one.
 */
export function weighLadder(before: Ladders, after: Ladders, level: WarningLevel): Weight {
  // Of each ladder there is one run of calls: one less is less.
  if (before[level] !== undefined && after[level] === undefined) return 'loosening';
  const concerned = WARNING_LEVELS.filter((each) => usedAt(before, each) === level || usedAt(after, each) === level);
  return heaviest(concerned.map((each) => compare(ladderAt(before, each), ladderAt(after, each))));
}

/** As `ladderOf` of alerting has it. */
const usedAt = (ladders: Ladders, level: WarningLevel): WarningLevel | undefined =>
  WARNING_LEVELS.slice(0, WARNING_LEVELS.indexOf(level) + 1).findLast((milder) => ladders[milder] !== undefined);

function ladderAt(ladders: Ladders, level: WarningLevel): Ladder | undefined {
  const used = usedAt(ladders, level);
  return used && ladders[used];
}

function compare(before: Ladder | undefined, after: Ladder | undefined): Weight {
  if (before === undefined) return after === undefined ? 'neutral' : 'tightening';
  if (after === undefined || !isAsStrict(before, after)) return 'loosening';
  return isAsStrict(after, before) ? 'neutral' : 'tightening';
}

/**
 * Nobody's word counts who had none before, and everybody is reached as soon as before, in the same way or by voice, as
 * often, and in each round: a rung added at the end makes those before it wait for their next turn.
 */
const isAsStrict = (before: Ladder, after: Ladder): boolean =>
  after.answeredBy.every((duty) => before.answeredBy.includes(duty)) &&
  before.rungs.every((rung, i) => isAsSoon(rung, after.rungs[i])) &&
  roundSeconds(after) <= roundSeconds(before) &&
  (after.giveUpAfterRounds ?? Infinity) <= (before.giveUpAfterRounds ?? Infinity) &&
  toldOf(before).every((one) => toldOf(after).includes(one)) &&
  isAsPressing(before.respondWithinSeconds, after.respondWithinSeconds) &&
  isAsPressing(before.reportWithinSeconds, after.reportWithinSeconds);

/** Who is told that nobody was reached; as `tellFailed` of alerting has it where it is left out. */
const toldOf = ({ failedTells = [{ duty: 'control-room' }] }: Ladder): readonly string[] =>
  failedTells.map((one) => JSON.stringify(one));

/** Left out, it is a default that this does not know: what is not shown to be as strict is not. */
const isAsPressing = (before: number | undefined, after: number | undefined): boolean =>
  before === after || (before !== undefined && after !== undefined && isShorterWait(before, after));

const roundSeconds = ({ rungs }: Ladder): number =>
  rungs.reduce((seconds, { answerWithinSeconds }) => seconds + answerWithinSeconds, 0);

function isAsSoon(before: Rung, after: Rung | undefined): boolean {
  if (after === undefined) return false;
  const media = mediaOf(after);
  return (
    whoOf(before).every((one) => whoOf(after).includes(one)) &&
    mediaOf(before).every((medium) => media.includes(medium) || media.includes('voice')) &&
    isShorterWait(before.answerWithinSeconds, after.answerWithinSeconds) &&
    attemptsOf(after) >= attemptsOf(before) &&
    everySeconds(after) <= everySeconds(before) &&
    (before.answeredBy !== 'everyone' || after.answeredBy === 'everyone')
  );
}

const whoOf = ({ who, contact }: Rung): readonly string[] =>
  (who ?? [{ contact: contact ?? '' }]).map((one) => JSON.stringify(one));

const mediaOf = ({ who, media, medium }: Rung): readonly string[] =>
  who === undefined ? [medium ?? ''] : (media ?? ['voice']);

const attemptsOf = ({ who, attempts }: Rung): number => attempts ?? (who === undefined ? 1 : 3);

/** Of what is called once a round there is no time between. */
const everySeconds = (rung: Rung): number =>
  attemptsOf(rung) === 1 ? Infinity : (rung.attemptsWithinSeconds ?? 300) / attemptsOf(rung);

/** Whether the next in turn comes as soon as before, with time left to answer. */
export const isShorterWait = (before: number, after: number): boolean =>
  after === before || (after < before && after >= ENOUGH_TO_ANSWER_SECONDS);
