import { DAY, plus } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { RosterContent, Span } from './roster.ts';

/** How long what is over stays in the present version; earlier versions keep it for ever. */
const KEPT_MS = 92 * DAY;

/** Without overrides, swaps and absences that were over long ago. */
export function withoutOld(content: RosterContent, now: Instant): RosterContent {
  const isKept = ({ to }: Span): boolean => plus(to, KEPT_MS) > now;
  return {
    ...content,
    overrides: content.overrides.filter(isKept),
    absences: content.absences.filter(isKept),
    swaps: content.swaps.filter(({ gives, takes = gives }) => isKept(gives) || isKept(takes)),
  };
}

/**
 * Ends an override or an absence now; one that has not begun is taken away. `null`: there is none of this name that is not
 * over already.
 */
export function endException(content: RosterContent, id: string, now: Instant): RosterContent | null {
  const all = [...content.overrides, ...content.absences];
  const found = all.find((each) => each.id === id);
  if (found === undefined || found.to <= now) return null;
  const ended = <T extends Span & { readonly id: string }>(list: readonly T[]): readonly T[] =>
    list.flatMap((each) => {
      if (each.id !== id) return [each];
      return each.from >= now ? [] : [{ ...each, to: now }];
    });
  return { ...content, overrides: ended(content.overrides), absences: ended(content.absences) };
}
