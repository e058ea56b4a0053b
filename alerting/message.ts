import { eventNumber } from '../src/core/event-number.ts';
import { gravest, isGraver, rank } from '../src/core/level.ts';
import type { Level } from '../src/core/level.ts';
import { MINUTE, elapsedMs } from '../src/core/time.ts';
import { standing } from './callout.ts';
import type { Attempt, Callout, News, Reached, TargetState } from './callout.ts';
import type { Source } from './callout-event.ts';
import { isOpen } from './change.ts';
import { announced } from './drill-words.ts';
import { isDatabaseFault, isOver } from './dark/database-fault.ts';
import type { CalloutPolicy, Words } from './policy.ts';
import { PHRASES } from './phrases.ts';
import type { Language, Phrases } from './phrases.ts';
import { gravestReport, reportTexts } from './report-text.ts';
import { isSilence } from './watchdog/watch.ts';
import { wallTime } from './wall-time.ts';

/** A reading that came no later than this after it was measured is told without its times. */
const TOLD_LATE_MS = 5 * MINUTE;
/** Targets named in one text; the rest are counted. */
const NAMED = 3;

interface Topic extends TargetState {
  readonly target: string;
  readonly isNew: boolean;
}

/**
 * What is spoken or written for one attempt: site, level, what reached it, and how to confirm. The level he is asked at is
 * the one an answer counts for; where a graver one stands, that is said first.
 */
export const attemptText = (policy: CalloutPolicy, callout: Callout, attempt: Attempt): Words =>
  announced(policy, callout, plainText(policy, callout, attempt));

const plainText = (policy: CalloutPolicy, callout: Callout, attempt: Attempt): Words =>
  inBoth((language, phrases) => {
    const how = attempt.medium === 'voice' ? phrases.press(attempt.code) : phrases.reply(attempt.code);
    const present = presentLevel(callout);
    const asked = phrases.levels[attempt.level];
    const failed = attempt.failed && phrases.failed(names(policy, attempt.failed, language));
    return phrases.call(
      policy.siteName[language],
      isGraver(present, attempt.level) ? phrases.asked(phrases.levels[present], asked) : phrases.warning(asked),
      [
        ...(failed === undefined ? [] : [failed]),
        ...unanswered(callout, attempt, phrases),
        ...matters(policy, callout, language),
      ].join(phrases.between),
      how,
    );
  });

/** Said after the right key: what was settled by it, or that nothing was, so that nobody hangs up in doubt; then by which number people speak of it. */
export const readBack = (policy: CalloutPolicy, callout: Callout, attempt: Attempt, calloutId?: string): Words => {
  const settled = callout.answers.find((answer) => answer.attempt === attempt.number)?.level ?? null;
  return inBoth(
    (language, phrases) =>
      (settled === null
        ? phrases.noted(phrases.levels[attempt.level])
        : phrases.confirmed(phrases.levels[settled], headline(policy, callout, language))) +
      (calloutId === undefined ? '' : phrases.event(eventNumber(calloutId).replaceAll(/\d(?=\d)/gu, '$& '))),
  );
};

/** Said after a wrong key, before the text is said again. */
export const wrongDigit = (say: Words): Words => inBoth((language, phrases) => phrases.wrong + say[language]);

/** Said after the last wrong key. */
export const wrongTooOften = (): Words => inBoth((_language, phrases) => phrases.wrongTooOften);

/** Said to somebody who picks up, or presses, when nobody has to be reached by this call any more. */
export const noLongerNeeded = (): Words => inBoth((_language, phrases) => phrases.noLongerNeeded);

/** A text in both languages. */
export const inBoth = (say: (language: Language, phrases: Phrases) => string): Words => ({
  zh: say('zh', PHRASES.zh),
  en: say('en', PHRASES.en),
});

/** The gravest level that stands now. A fault of ours may hide any: it counts as red. */
export const presentLevel = (callout: Callout): Level =>
  gravest([
    ...Object.values(callout.covered).map(standing),
    ...Object.values(callout.reports ?? {}).map(({ level }) => level),
    ...owed(callout).flatMap(({ subject, level }) => (subject === 'system' ? [level] : [])),
  ]);

/** That it was answered before, and nothing came of it. */
function unanswered({ runs, orders = [] }: Callout, attempt: Attempt, phrases: Phrases): readonly string[] {
  if (!attempt.runs.some((run) => runs[run]?.kind === 'no-response' && runs[run].answered === null)) return [];
  const isLate = orders.some(({ overdue, done }) => overdue !== undefined && done === null);
  return [isLate ? phrases.notReported : phrases.noResponse];
}

/** What is said of what stands and what is owed, one phrase each. */
export function matters(policy: CalloutPolicy, callout: Callout, language: Language): readonly string[] {
  const phrases = PHRASES[language];
  const all = topics(callout);
  const said = all.slice(0, NAMED).map((topic) => targetText(policy, topic, language));
  const open = owed(callout);
  const blind = open.some(({ subject }) => subject === 'blindness') ? (callout.blind ?? []).length : 0;
  return [
    ...new Set(open.flatMap(({ subject, about }) => (subject === 'system' ? [faultText(phrases, about)] : []))),
    ...reportTexts(
      callout,
      new Set(open.flatMap(({ subject, about }) => (subject === 'report' ? [about] : []))),
      language,
    ),
    ...said,
    ...(all.length > NAMED ? [phrases.more(all.length - NAMED)] : []),
    ...(blind > 0 ? [phrases.blind(blind)] : []),
  ];
}

function faultText(phrases: Phrases, key: string): string {
  if (isSilence(key)) return phrases.silent;
  if (!isDatabaseFault(key)) return phrases.systemFault;
  return isOver(key) ? phrases.wasUnrecorded : phrases.unrecorded;
}

/** News that somebody still has to answer: of the run that tells it, or of one that it began. */
const owed = (callout: Callout): readonly News[] =>
  callout.news.filter(
    ({ number, run }) =>
      isOpen(callout, run) || callout.runs.some(({ answered, news }) => answered === null && news === number),
  );

/** What has to be told, before what is known; then by gravity. What has returned to normal is told while somebody is still owed it. */
function topics(callout: Callout): readonly Topic[] {
  const fresh = new Set(owed(callout).flatMap(({ subject, about }) => (subject === 'target' ? [about] : [])));
  return Object.entries(callout.covered)
    .map(([target, state]): Topic => ({ ...state, target, isNew: fresh.has(target) }))
    .filter((topic) => topic.worst !== null && (standing(topic) !== 'normal' || topic.isNew))
    .sort(
      (a, b) =>
        Number(b.isNew) - Number(a.isNew) || rank(b.worst?.level ?? 'normal') - rank(a.worst?.level ?? 'normal'),
    );
}

function targetText(policy: CalloutPolicy, { target, level, value, limit, worst }: Topic, language: Language): string {
  const phrases = PHRASES[language];
  const { name, unit } = named(policy, target, language);
  const reached: Omit<Reached, 'level'> & { readonly level: Level } = worst ?? { level, value, limit };
  const text =
    phrases.reached(name, measure(reached.value, unit), phrases.levels[reached.level], measure(reached.limit, unit)) +
    timing(policy.timeZone, reached.source, phrases);
  return rank(level) < rank(reached.level) ? text + phrases.since(phrases.levels[level], measure(value, unit)) : text;

  function measure(number: number, spoken: string): string {
    const plain = String(Number(number.toFixed(3)));
    return spoken === '' ? plain : `${plain} ${spoken}`;
  }
}

/** When it was measured, where that was not just now, and why it is told so late. */
function timing(timeZone: string, source: Source | undefined, phrases: Phrases): string {
  if (source === undefined) return '';
  const { cause, observedAt, recordedAt } = source;
  const lateMs = elapsedMs(observedAt, recordedAt);
  const isSilence = cause === 'confirmed-by-silence';
  if (!isSilence && lateMs < TOLD_LATE_MS) return '';
  const measured = phrases.measured(phrases.moment(wallTime(observedAt, timeZone)));
  if (isSilence) return phrases.aside(measured, phrases.silence);
  // It is the other point that was late, not this reading.
  if (cause === 'confirmed-by-neighbour') return phrases.aside(measured);
  const received = phrases.moment(wallTime(recordedAt, timeZone));
  return phrases.aside(measured, phrases.received(received, Math.round(lateMs / MINUTE)));
}

function named(
  policy: CalloutPolicy,
  target: string,
  language: Language,
): { readonly name: string; readonly unit: string } {
  const known = policy.targets[target];
  const unit = known?.unit ?? '';
  return { name: known?.name[language] ?? target, unit: PHRASES[language].units[unit] ?? unit };
}

/** Names of people, as a sentence has them. */
export const names = ({ contacts }: CalloutPolicy, ids: readonly string[], language: Language): string =>
  ids
    .map((id) => contacts.find((contact) => contact.id === id)?.name[language] ?? id)
    .join(language === 'zh' ? '、' : ', ');

/** What it is about, in the fewest words: the target that stood worst, else the site. */
export function headline(policy: CalloutPolicy, callout: Callout, language: Language): string {
  const worst = Object.entries(callout.covered).sort(
    ([, a], [, b]) => rank(b.worst?.level ?? 'normal') - rank(a.worst?.level ?? 'normal'),
  )[0];
  const report = gravestReport(callout);
  if (report !== undefined && rank(report.worst) >= rank(worst?.[1].worst?.level ?? 'normal'))
    return report.words[language];
  return worst === undefined ? policy.siteName[language] : named(policy, worst[0], language).name;
}
