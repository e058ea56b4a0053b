import { isGraver, rank } from '../src/core/level.ts';
import type { Callout, ReportState } from './callout.ts';
import { PHRASES } from './phrases.ts';
import type { Language } from './phrases.ts';

/** Reports told by their words in one text; the rest are counted. */
const NAMED = 3;

/** What is said of reports, before all else: those that somebody is still owed, then those that stand, gravest first. */
export function reportTexts(
  { reports = {} }: Callout,
  owed: ReadonlySet<string>,
  language: Language,
): readonly string[] {
  const told = Object.entries(reports)
    .map(([key, report]) => ({ ...report, isOwed: owed.has(key) }))
    .filter(({ level, isOwed }) => level !== 'normal' || isOwed)
    .sort((a, b) => Number(b.isOwed) - Number(a.isOwed) || rank(b.worst) - rank(a.worst));
  const more = told.length > NAMED ? [PHRASES[language].moreReports(told.length - NAMED)] : [];
  return [...told.slice(0, NAMED).map((report) => textOf(report, language)), ...more];
}

/** The gravest report, as a call is read back; `undefined`: there is none. */
export const gravestReport = ({ reports = {} }: Callout): ReportState | undefined =>
  Object.values(reports).toSorted((a, b) => rank(b.worst) - rank(a.worst))[0];

function textOf({ words, level, worst }: ReportState, language: Language): string {
  const phrases = PHRASES[language];
  const text = phrases.reported(words[language], phrases.levels[worst]);
  return isGraver(worst, level) ? text + phrases.nowAt(phrases.levels[level]) : text;
}
