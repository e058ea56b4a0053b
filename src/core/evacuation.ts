/** Where somebody who was told to leave stands. */
export const STANDINGS = ['at-risk', 'en-route', 'safe', 'refused', 'unreachable', 'door-check'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Whether somebody has to go to the door: the telephone brought no word, or the word was "I cannot". */
export const needsDoor = (standing: Standing): boolean =>
  standing === 'unreachable' || standing === 'refused' || standing === 'door-check';

/** What a prepared group is made of. */
export const GROUP_KINDS = ['workers', 'village', 'households', 'other'] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

/** Head-counts: how many listed, and how many persons they stand for. */
export interface HeadCount {
  readonly recipients: number;
  readonly persons: number;
}

export type HeadCounts = Readonly<Record<Standing | 'all', HeadCount>>;

/** Persons by where they stand. The standings add up to `all`. */
export function headCounts(people: readonly { readonly standing: Standing; readonly persons: number }[]): HeadCounts {
  const of = (chosen: typeof people): HeadCount => ({
    recipients: chosen.length,
    persons: chosen.reduce((sum, { persons }) => sum + persons, 0),
  });
  const by = (wanted: Standing): HeadCount => of(people.filter(({ standing }) => standing === wanted));
  return {
    'at-risk': by('at-risk'),
    'en-route': by('en-route'),
    'safe': by('safe'),
    'refused': by('refused'),
    'unreachable': by('unreachable'),
    'door-check': by('door-check'),
    'all': of(people),
  };
}

/** Whether everybody is known to be safe. Of an empty list nobody is: there was nothing to account for. */
export const allAccounted = ({ all, safe }: HeadCounts): boolean =>
  all.recipients > 0 && safe.recipients === all.recipients;

/** Who sees to somebody at the door. */
export interface Marshal {
  readonly name: string;
  readonly phone: string | null;
}

/** A listed person or household. Telephone numbers are never logged. */
export interface Member {
  readonly name: string;
  /** In the order in which they are called; none: somebody has to go to the door. */
  readonly phones: readonly string[];
  /** Where he lives or works. */
  readonly place: string;
  /** How many persons the entry stands for, at least 1. */
  readonly persons: number;
  readonly note: string;
  readonly marshal: Marshal | null;
}

/** A prepared group, with the way its people go. */
export interface EvacuationGroup {
  readonly name: { readonly zh: string; readonly en: string };
  readonly kind: GroupKind;
  readonly route: string;
  readonly assembly: string;
  readonly members: readonly Member[];
}
