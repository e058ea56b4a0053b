import { readFile, writeFile } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import { rosterDesk } from '../app/roster-desk.ts';
import { AppError } from '../core/errors.ts';
import { DAY, instant } from '../core/time.ts';
import { localDate, wallClock } from '../core/zone.ts';
import { loadSites } from '../app/site-config-store.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';

interface RosterCommandPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  /** Who is written in the audit. */
  readonly who: string;
  readonly print: (text: string) => void;
}

const USAGE = 'tailwatch roster who|gaps SITE | tailwatch roster export|import SITE FILE.xlsx';
const EXPORTED_MS = 30 * DAY;

/**
 * `roster who SITE` prints who is on duty now, `gaps SITE` where nobody is in the next 30 days, `export SITE FILE` writes
 * the roster as an XLSX file, `import SITE FILE` makes the plan in such a file the site's.
 * @throws AppError as the desk does, `config/setting` for what cannot be understood
 */
export async function rosterCommand(
  words: readonly string[],
  { db, clock, who, print }: RosterCommandPorts,
): Promise<void> {
  const [action, siteId, file, ...more] = words;
  const needsFile = action === 'export' || action === 'import';
  if (siteId === undefined || more.length > 0 || (file === undefined) === needsFile)
    throw new AppError('config/setting', `usage: ${USAGE}`);
  const desk = rosterDesk({ db, clock });
  const [site] = await loadSites(db, [siteId]);
  const zone = site?.config.timeZone ?? 'UTC';
  const at = (when: number): string => `${localDate(instant(when), zone)} ${wallClock(instant(when), zone)}`;
  switch (action) {
    case 'who': {
      const { now, unrostered } = await desk.look(siteId, who, DAY);
      for (const { duty, contactId, because, insteadOf } of now)
        print(
          `${duty}: ${contactId}${because === 'turn' ? '' : ` (${because}${insteadOf === undefined ? '' : ` for ${insteadOf}`})`}`,
        );
      for (const duty of unrostered) print(`${duty}: not rostered, all its contacts`);
      return;
    }
    case 'gaps': {
      const { gaps, yearsWithoutHolidays } = await desk.look(siteId, who, DAY);
      for (const { duty, from, to, why } of gaps) print(`${duty}: nobody from ${at(from)} to ${at(to)} (${why})`);
      for (const year of yearsWithoutHolidays) print(`the holidays of ${year} are not entered`);
      if (gaps.length + yearsWithoutHolidays.length === 0) print('no gap in the next 30 days');
      return;
    }
    case 'export':
      await writeFile(file ?? '', await desk.exportWorkbook(siteId, EXPORTED_MS));
      print(`${siteId}: written to ${String(file)}`);
      return;
    case 'import': {
      const bytes = await readFile(file ?? '').catch((cause: unknown) => {
        throw new AppError('config/setting', `${String(file)} cannot be read`, { cause });
      });
      const { version } = await desk.look(siteId, who, DAY);
      await desk.importWorkbook(siteId, { baseVersion: version, bytes }, who);
      print(`${siteId}: version ${String(version + 1)} in force`);
      return;
    }
    default:
      throw new AppError('config/setting', `usage: ${USAGE}`);
  }
}
