import type { Level } from '../../src/core/level.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Callout } from '../callout.ts';
import type { Happening, Note } from '../callout-event.ts';
import type { CarrierReply, CarrierReport } from '../carrier-report.ts';
import type { DarkAttempt, RosterSite } from './roster.ts';

/** When something was taken in, and what codes and the numbers of new attempts are drawn from. */
interface Taken {
  readonly siteId: string;
  readonly at: Instant;
  readonly seed: number;
  /** A fresh UUID: an attempt that this brings is called by its first 24 signs and the attempt's number. */
  readonly uuid: string;
}

/** One line of the journal, on disk before anybody acts on it. */
export type Entry =
  | {
      readonly type: 'began';
      /** UUID: what was imported is not imported again. */
      readonly journal: string;
      /** When the database was last reached. */
      readonly since: Instant;
      /** Key of what people are called for; absent: that the database is away. */
      readonly fault?: string;
      readonly at: Instant;
      /** Each with the id that a new callout will have. */
      readonly sites: readonly (RosterSite & { readonly newId: string })[];
    }
  | (Taken & { readonly type: 'happened'; readonly happenings: readonly Happening[] })
  | (Taken & { readonly type: 'reported'; readonly attemptId: string; readonly report: CarrierReport })
  /** The carrier has taken the request. */
  | { readonly type: 'placed'; readonly siteId: string; readonly attemptId: string; readonly reference: string }
  /** The carrier has hung up, or never knew of it. */
  | { readonly type: 'hung-up'; readonly siteId: string; readonly attemptId: string; readonly at: Instant };

/** What a journal says of one site. */
export interface DarkSite {
  /** As the database had it when it was last reached. */
  readonly before: RosterSite;
  readonly calloutId: string;
  readonly state: Callout | null;
  readonly attempts: readonly DarkAttempt[];
  readonly notes: readonly (Note & { readonly at: Instant })[];
  /** The gravest level that was taken in of each target, and up to which observation. */
  readonly heard: Readonly<Record<string, { readonly level: Level; readonly until: Instant }>>;
  /** What was said to each report: the same again gets the same. */
  readonly replies: Readonly<Record<string, CarrierReply>>;
}

export interface Dark {
  readonly journal: string;
  readonly since: Instant;
  readonly fault: string;
  readonly at: Instant;
  readonly sites: Readonly<Record<string, DarkSite>>;
}

/** The entries that a journal's text holds, up to the first line that a power cut left torn; `bytes` are those of whole lines. */
export function readJournal(text: string): { readonly entries: readonly Entry[]; readonly whole: string } {
  const entries: Entry[] = [];
  let whole = '';
  for (const line of text.split('\n').slice(0, -1)) {
    try {
      // Written by us alone, as this type.
      entries.push(JSON.parse(line) as Entry);
    } catch {
      break;
    }
    whole += `${line}\n`;
  }
  return { entries, whole };
}

export const lineOf = (entry: Entry): string => `${JSON.stringify(entry)}\n`;

/** The name under which a report is known: a carrier's own numbering may be by call. */
export const reportKey = (attemptId: string, { reportId }: CarrierReport): string => `${attemptId}:${reportId}`;
