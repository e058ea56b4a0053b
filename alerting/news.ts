import { isGraver, rank } from '../src/core/level.ts';
import type { Level, WarningLevel } from '../src/core/level.ts';
import { standing } from './callout.ts';
import type { Callout, News, Run, TargetState } from './callout.ts';
import type { Happening } from './callout-event.ts';
import { patch, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { climb } from './climb.ts';
import { isDatabaseFault } from './dark/database-fault.ts';
import { calledUpTo, isCallable, ladderOf, levelsToCall } from './ladder.ts';
import { announce, confirmRed } from './notice.ts';
import type { Duty, OnePersonRung, StoredRung } from './policy.ts';
import { heldUntil } from './quiet-hours.ts';

type Told = Pick<News, 'subject' | 'level' | 'about'>;

/** Who is called before the level's ladder, and whose word alone settles it. */
export interface Lead {
  readonly first: StoredRung;
  readonly answeredBy: readonly Duty[];
}
type Of<T extends Happening['type']> = Extract<Happening, { type: T }>;

/**
 * A target changed level. What is graver than anything called for it since it last was normal is news;
 * what recedes only changes what is said: a cleared level never stops a ladder. A level that is unverified, or that is not
 * guarded, is no news; that it is now is told by a change to the same level.
 */
export function levelChanged(moment: Moment, change: Change, event: Of<'level-changed'>): Change {
  const { target, stateVersion: version, to: level, value, limit, verified, guarded, source } = event;
  const known = change.callout.covered[target];
  if (known !== undefined && version <= known.version) return change;
  if (known === undefined && !guarded) return change;
  const counts = countedOf(known, event);
  const before = level === 'normal' ? 'normal' : (known?.called ?? 'normal');
  const isCalled = verified && guarded;
  const isReached = isCalled && isCallable(moment.policy, level) && isGraver(level, before);
  const isNews = isReached && !wasHeard(known, event);
  const worst = known?.worst ?? null;
  const isWorst = isCalled && level !== 'normal' && rank(level) >= rank(worst?.level ?? 'normal');
  const state: TargetState = {
    version,
    level,
    ...(counts !== level && { counts }),
    value,
    limit,
    called: isReached ? level : before,
    worst: isWorst ? { level, value, limit, ...(source && { source }) } : worst,
    ...(known?.heard !== undefined && { heard: known.heard }),
  };
  const seen = patch(change, { covered: { ...change.callout.covered, [target]: state } });
  return isNews ? bring(moment, seen, { subject: 'target', level, about: target }) : seen;
}

/** What counts of a level that was reached: all of it, what stood verified beneath it, or nothing. */
function countedOf(known: TargetState | undefined, { to, verified, guarded }: Of<'level-changed'>): Level {
  if (!guarded) return 'normal';
  if (verified) return to;
  const beneath = known === undefined ? 'normal' : standing(known);
  return isGraver(beneath, to) ? to : beneath;
}

/** Whether people were called for it before it could be recorded. */
const wasHeard = (known: TargetState | undefined, { to, source }: Of<'level-changed'>): boolean =>
  known?.heard !== undefined &&
  source !== undefined &&
  source.observedAt <= known.heard.until &&
  !isGraver(to, known.heard.level);

/** Eyes were lost while a callout is open: news at the gravest level it has called for. What is under commissioning is none. */
export function blinded(moment: Moment, change: Change, event: Of<'blinded'>): Change {
  const { callout } = change;
  const level = calledUpTo(callout.runs);
  if (event.position <= callout.visibilitySeen || level === 'normal') return change;
  const { commissioning = [] } = moment.policy;
  const eyes = event.sensors.filter((id) => !commissioning.includes(id));
  if (eyes.length === 0 && event.sensors.length > 0) return change;
  const blind = [...new Set([...(callout.blind ?? []), ...eyes])];
  const seen = patch(change, { visibilitySeen: event.position, blind });
  const told = tell(seen, 'blinded', { sensors: eyes.length, level });
  return bring(moment, told, { subject: 'blindness', level, about: eyes.join(',') });
}

/** Eyes came back: they are no longer counted. That is no news. */
export function sighted(change: Change, { position, sensors }: Of<'sighted'>): Change {
  const { visibilitySeen, blind = [] } = change.callout;
  const still = blind.filter((id) => !sensors.includes(id));
  if (position <= visibilitySeen || still.length === blind.length) return change;
  return patch(change, { visibilitySeen: position, blind: still });
}

/** Something of ours broke that may hide a red: called as red, once for each fault. */
export function systemFault(moment: Moment, change: Change, { key }: Of<'system-fault'>): Change {
  const isKnown = change.callout.news.some(({ subject, about }) => subject === 'system' && about === key);
  if (isKnown || !isCallable(moment.policy, 'red')) return change;
  const told = isDatabaseFault(key) ? change : tell(change, 'parked', { key });
  return bring(moment, told, { subject: 'system', level: 'red', about: key });
}

/** Sees to it that somebody is told: by new ladders, by the one that is being climbed, or by a follow-up. */
export function bring(moment: Moment, change: Change, told: Told, lead?: Lead): Change {
  return announce(moment, brought(moment, change, told, lead));
}

function brought(moment: Moment, change: Change, told: Told, lead?: Lead): Change {
  const { runs } = change.callout;
  if (isGraver(told.level, calledUpTo(runs))) {
    const risen = rise(moment, change, told, lead);
    return told.level === 'red' ? confirmRed(moment, risen) : risen;
  }
  // Whoever is being called for something else is not the one who has to hear of this.
  if (lead !== undefined) return followUp(moment, change, told.level, [told], lead);
  const climbing = runs.findLastIndex((run) => run.level === told.level && run.answered === null);
  return climbing === -1 ? followUp(moment, change, told.level, [told]) : joined(moment, change, climbing, told);
}

/** What waits for no morning ends the waiting of the ladder it joins. */
function joined(moment: Moment, change: Change, run: number, told: Told): Change {
  const wasHeld = heldUntil(moment, change.callout, run) !== null;
  const next = withNews(change, run, [told]);
  return wasHeld && heldUntil(moment, next.callout, run) === null ? climb(moment, next, run) : next;
}

const withNews = (change: Change, run: number, told: readonly Told[]): Change => {
  const { news, attempts } = change.callout;
  const after = attempts.at(-1)?.number ?? 0;
  const added = told.map((one, i) => ({ ...one, run, number: news.length + i + 1, after }));
  return patch(change, { news: [...news, ...added] });
};

/** Adds the ladder of every level between what was called and what is reached, and starts them all at once. */
function rise(moment: Moment, change: Change, told: Told, lead?: Lead): Change {
  const { runs, news } = change.callout;
  const levels = levelsToCall(moment.policy, calledUpTo(runs), told.level);
  const added = levels
    .flatMap(
      (level) => newRun(moment, level, 'level', news.length + 1, [], level === told.level ? lead : undefined) ?? [],
    )
    .toReversed();
  const named = tell(change, runs.length === 0 ? 'opened' : 'level-added', {
    level: told.level,
    subject: told.subject,
    about: told.about,
  });
  const all = patch(named, { phase: 'calling', runs: [...runs, ...added] });
  const ready = withNews(all, runs.length + added.length - 1, [told]);
  return added.reduceRight((next, _run, i) => climb(moment, next, runs.length + i), ready);
}

/** News at a level that was answered: the present responder first, then that level's ladder from its foot. */
export function followUp(
  moment: Moment,
  change: Change,
  level: WarningLevel,
  told: readonly Told[],
  lead?: Lead,
): Change {
  const { runs, news } = change.callout;
  const by = responder(change.callout, level);
  const first: readonly OnePersonRung[] =
    by === null || lead !== undefined
      ? []
      : [
          {
            contactId: by.contactId,
            medium: by.medium === 'sms' ? 'sms' : 'voice',
            answerWithinMs: moment.policy.followUpMs,
          },
        ];
  const run = newRun(moment, level, 'follow-up', news.length + 1, first, lead);
  if (run === null) return change;
  const named = tell(change, 'follow-up', {
    level,
    responder: by?.contactId ?? null,
    subjects: told.map(({ subject, about }) => ({ subject, about })),
  });
  const added = patch(named, { phase: 'calling', runs: [...runs, run] });
  return climb(moment, withNews(added, runs.length, told), runs.length);
}

/** Who has answered a level, or a graver one, last, and has not said that he cannot. */
export function responder({ runs }: Callout, level: WarningLevel): Run['answered'] {
  const answered = runs.filter((run) => run.answered !== null && run.withdrawn === undefined);
  const last =
    answered.findLast((run) => run.level === level) ?? answered.findLast((run) => rank(run.level) >= rank(level));
  return last?.answered ?? null;
}

export function newRun(
  { policy, at }: Moment,
  level: WarningLevel,
  kind: Run['kind'],
  news: number,
  first: readonly OnePersonRung[],
  lead?: Lead,
): Run | null {
  const ladder = ladderOf(policy, level);
  if (ladder === null) return null;
  const [foot = ladder.rungs[0], ...rest] = [...(lead === undefined ? first : [lead.first]), ...ladder.rungs];
  return {
    kind,
    level,
    answeredBy: lead?.answeredBy ?? ladder.answeredBy,
    rungs: [foot, ...rest],
    news,
    tried: 0,
    deadline: at,
    answered: null,
    ...(ladder.giveUpAfterRounds !== undefined && { giveUpAfterRounds: ladder.giveUpAfterRounds }),
  };
}
