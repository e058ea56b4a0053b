import type { Level, WarningLevel } from './level.ts';
import type { Instant } from './time.ts';

/** What may call people besides a level that was measured. Each stands, as a level does, until it is lowered. */
export const REPORT_SUBJECTS = ['finding', 'patrol', 'weather', 'late', 'blindness', 'outage'] as const;
export type ReportSubject = (typeof REPORT_SUBJECTS)[number];

/** Whether it is a level of the site itself. What only says that we see less, or that a storm comes, is shown beside that. */
export const isSiteLevel = (subject: ReportSubject): boolean => subject === 'finding' || subject === 'late';

/** A text in both languages of the service. */
export interface ReportWords {
  readonly zh: string;
  readonly en: string;
}

/** One row of the log of reports: something reached a level, or was lowered. */
export interface ReportChange {
  readonly siteId: string;
  readonly subject: ReportSubject;
  /** Tells one report of a site from another; the same thing again has the same key. */
  readonly key: string;
  readonly from: Level;
  readonly to: Level;
  /** What is spoken first, without the level. */
  readonly words: ReportWords;
  /** When it happened or was seen. */
  readonly at: Instant;
  /** Who says so: a person, a program, or a part of the service. */
  readonly who: string;
  /** What else is known of it. Plain JSON. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A report of a level, as it is made. */
export type Reported = Omit<ReportChange, 'from' | 'to'> & { readonly level: WarningLevel };
