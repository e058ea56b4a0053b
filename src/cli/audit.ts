import type { Kysely } from 'kysely';
import { auditReport } from '../app/audit-report.ts';
import { AppError } from '../core/errors.ts';
import { newestRoot, rootOfDay } from '../platform/audit-root.ts';
import type { Database } from '../platform/database.ts';

interface AuditPorts {
  readonly db: Kysely<Database>;
  readonly print: (text: string) => void;
}

/** `audit report [DAY]` prints the sheet of a day's root, of the newest if none is named. @throws AppError `config/setting` */
export async function auditCommand(words: readonly string[], { db, print }: AuditPorts): Promise<void> {
  const [action, day, ...more] = words;
  if (action !== 'report' || more.length > 0)
    throw new AppError('config/setting', 'usage: tailwatch audit report [YYYY-MM-DD]');
  const root = day === undefined ? await newestRoot(db) : await rootOfDay(db, day);
  if (root === null)
    throw new AppError('config/setting', day === undefined ? 'no root was made yet' : `${day} has no root`);
  print(await auditReport(db, root));
}
