import type { Kysely } from 'kysely';
import type { ReportView } from '../../contract/http.ts';
import { rank } from '../../core/level.ts';
import type { WarningLevel } from '../../core/level.ts';
import { isSiteLevel } from '../../core/report.ts';
import type { ReportSubject, ReportWords } from '../../core/report.ts';
import type { Database } from '../../platform/database.ts';

/** What stands at a site besides measured levels, gravest first. */
export async function reportsOfSite(db: Kysely<Database>, siteId: string): Promise<ReportView[]> {
  const standing = db
    .selectFrom('report_state')
    .select(['key', 'subject', 'level', 'words', 'since'])
    .where('site_id', '=', siteId)
    .where('level', '<>', 'normal');
  const rows = await standing.orderBy('since').execute();
  return rows
    .map(({ key, subject, level, words, since }) => ({
      key,
      // Written by us alone, as these.
      subject: subject as ReportSubject,
      level: level as WarningLevel,
      words: words as ReportWords,
      since: since.getTime(),
    }))
    .toSorted((a, b) => rank(b.level) - rank(a.level));
}

/** Those of their levels that are levels of the site. */
export const levelsOf = (reports: readonly ReportView[]): readonly WarningLevel[] =>
  reports.filter(({ subject }) => isSiteLevel(subject)).map(({ level }) => level);
