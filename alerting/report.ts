import { gravest, isGraver } from '../src/core/level.ts';
import type { WarningLevel } from '../src/core/level.ts';
import type { ReportState } from './callout.ts';
import type { Happening } from './callout-event.ts';
import { patch, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { isCallable } from './ladder.ts';
import { bring } from './news.ts';
import { principalFirst } from './principal-first.ts';

type Of<T extends Happening['type']> = Extract<Happening, { type: T }>;

/**
 * A report of a level: news exactly as a target that rises, where it is graver than anything called for it since it last was
 * normal. The same again, or milder, calls nobody and takes nothing back: only `reportLowered` does.
 */
export function reportRaised(moment: Moment, change: Change, event: Of<'reported'>): Change {
  const { key, subject, level, words, position } = event;
  const known = change.callout.reports?.[key];
  if (known !== undefined && position <= known.position) return change;
  const before = known === undefined || known.level === 'normal' ? 'normal' : known.called;
  const isNews = isCallable(moment.policy, level) && isGraver(level, before);
  const state: ReportState = {
    subject,
    position,
    level: gravest([level, known?.level ?? 'normal']),
    called: isNews ? level : before,
    worst: graver(level, known?.worst),
    words,
  };
  const seen = withReport(change, key, state);
  const lead = subject === 'weather' ? principalFirst(moment.policy) : undefined;
  return isNews ? bring(moment, seen, { subject: 'report', level, about: key }, lead) : seen;
}

/** Somebody who may has lowered it. A ladder that is being climbed for it goes on: only what is said changes. */
export function reportLowered(change: Change, { key, to, position }: Of<'report-lowered'>): Change {
  const known = change.callout.reports?.[key];
  if (known === undefined || position <= known.position || !isGraver(known.level, to)) return change;
  const lowered = withReport(change, key, { ...known, position, level: to });
  return tell(lowered, 'report-lowered', { key, subject: known.subject, from: known.level, to });
}

const withReport = (change: Change, key: string, state: ReportState): Change =>
  patch(change, { reports: { ...change.callout.reports, [key]: state } });

const graver = (level: WarningLevel, other: WarningLevel | undefined): WarningLevel =>
  other !== undefined && isGraver(other, level) ? other : level;
