import type { Kysely } from 'kysely';
import { rosterVersion } from '../../alerting/io/roster-book.ts';
import { isRostered, whoIsOn } from '../../alerting/roster/on-duty.ts';
import type { Roster, RosterContent } from '../../alerting/roster/roster.ts';
import { gaps, shifts, yearsWithoutHolidays } from '../../alerting/roster/shifts.ts';
import type { RosterPlan, RosterView } from '../contract/roster.ts';
import { AppError } from '../core/errors.ts';
import { DAY, plus } from '../core/time.ts';
import type { DurationMs, Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { loadSites } from './site-config-store.ts';
import type { LoadedSite } from './site-model.ts';

/** How far ahead gaps are looked for. */
export const GAPS_AHEAD_MS: DurationMs = 30 * DAY;

/** A roster where it holds. */
export const rosterAt = ({ config }: Pick<LoadedSite, 'config'>, content: RosterContent): Roster => ({
  ...content,
  timeZone: config.timeZone,
  people: new Set(config.contacts.map(({ id }) => id)),
});

interface Look {
  readonly siteId: string;
  /** Whose own things are marked as such. */
  readonly who: string;
  readonly now: Instant;
  /** The instant that shifts are listed from; those of then, by the roster of then where it is past. */
  readonly from: Instant;
  readonly lengthMs: DurationMs;
}

/** The roster of a site as somebody sees it. Throws `site/not-found`. */
export async function lookAtRoster(
  db: Kysely<Database>,
  { siteId, who, now, from, lengthMs }: Look,
): Promise<RosterView> {
  const [site] = await loadSites(db, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const { version, content, changed } = await rosterVersion(db, siteId);
  const { accounts, overrides, absences, swaps } = content;
  const roster = rosterAt(site, content);
  const duties = [...new Set(site.config.contacts.map(({ duty }) => duty))];
  return {
    version,
    changedBy: changed?.by ?? null,
    changedAt: changed?.at ?? null,
    people: site.config.contacts.map(({ id, name, duty }) => ({
      contactId: id,
      name,
      duty,
      own: accounts[id] === who,
    })),
    duties,
    unrostered: duties.filter((duty) => !isRostered(roster, duty, now)),
    plan: planIn(content),
    overrides: overrides.map((each) => ({ ...each, people: [...each.people] })),
    absences: [...absences],
    swaps: [...swaps],
    now: [...whoIsOn(roster, now)],
    shifts: [...shifts(roster, from, plus(from, lengthMs))],
    gaps: [...gaps(roster, now, plus(now, GAPS_AHEAD_MS))],
    yearsWithoutHolidays: [...yearsWithoutHolidays(roster, now, plus(now, GAPS_AHEAD_MS))],
  };
}

/** What an engineer has written down; it was checked as this when it was saved. */
export const planIn = ({ rotations, holidays, accounts, responsible }: RosterContent): RosterPlan =>
  structuredClone({
    rotations,
    holidays,
    accounts,
    ...(responsible !== undefined && { responsible }),
  }) as RosterPlan;
