import type { Instant } from '../../src/core/time.ts';
import type { LocalDate, WallClock } from '../../src/core/zone.ts';

/** Whose turn it is, by days of the site's calendar: each day, each week, or so many days on and so many off. */
export type Pattern =
  | { readonly kind: 'daily' }
  | { readonly kind: 'weekly' }
  | { readonly kind: 'on-off'; readonly on: number; readonly off: number };

/** Contacts who are on duty together. */
export type Turn = readonly string[];

/** People who take turns at a duty. */
export interface Rotation {
  readonly id: string;
  readonly name: string;
  /** A duty of the site's ladders. */
  readonly duty: string;
  readonly pattern: Pattern;
  /** When the day's shift begins, by the wall of the site; it lasts until the next day's, or until `until`. */
  readonly handOver: WallClock;
  /** For a shift that is a part of the day; on the next day where it is not later than `handOver`. */
  readonly until?: WallClock | undefined;
  /** First day of the first turn. A week begins on the weekday of it. */
  readonly firstDay: LocalDate;
  /** The last day a shift of it begins on. */
  readonly lastDay?: LocalDate | undefined;
  readonly turns: readonly Turn[];
  /** Who has the shifts that begin on holidays, one after the other; without them holidays are days like others. */
  readonly holidayTurns?: readonly Turn[] | undefined;
}

/** A statutory holiday, one row for each day of it. */
export interface Holiday {
  readonly date: LocalDate;
  readonly name: string;
}

/** From one instant until another, which is no longer part of it. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Who wrote something down, and when. Before that it holds for nobody: what was is not rewritten. */
export interface Word {
  readonly by: string;
  readonly at: Instant;
}

/** These people instead of those whose turn it is. Of two the later one holds. */
export interface Override extends Span {
  readonly id: string;
  readonly rotationId: string;
  readonly people: readonly string[];
  readonly reason: string;
  readonly made: Word;
}

/** Somebody asks another one to take his duty for a while, and may take the other's for it. In force when the other agrees. */
export interface Swap {
  readonly id: string;
  readonly rotationId: string;
  readonly asker: string;
  readonly other: string;
  readonly gives: Span;
  readonly takes?: Span | undefined;
  readonly note: string;
  readonly asked: Word;
  readonly answer?: (Word & { readonly word: 'agreed' | 'refused' | 'withdrawn' }) | undefined;
}

/** Somebody cannot be on duty. The stand-in covers, or the next of the rotation who can. */
export interface Absence extends Span {
  readonly id: string;
  readonly contactId: string;
  readonly standIn?: string | undefined;
  readonly reason: string;
  readonly made: Word;
}

/** What is written down of who is on duty at a site: one version of it. */
export interface RosterContent {
  readonly rotations: readonly Rotation[];
  readonly holidays: readonly Holiday[];
  readonly overrides: readonly Override[];
  readonly swaps: readonly Swap[];
  readonly absences: readonly Absence[];
  /** The account that a contact signs in with: who may ask for a swap in his name, and agree to one. */
  readonly accounts: Readonly<Record<string, string>>;
  /** The contact who is told of gaps; without one, whoever has the gravest duty. */
  readonly responsible?: string | undefined;
}

/** A roster where it holds: in the zone of its site, for the people whom the site's configuration still names. */
export interface Roster extends RosterContent {
  readonly timeZone: string;
  readonly people: ReadonlySet<string>;
}

/** A roster in which nothing stands: then all contacts of a duty are on duty. */
export const EMPTY_ROSTER: RosterContent = {
  rotations: [],
  holidays: [],
  overrides: [],
  swaps: [],
  absences: [],
  accounts: {},
};
