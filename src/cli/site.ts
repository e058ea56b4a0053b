import { readFile } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { applySite, exportSite } from '../app/site-config-store.ts';

interface SiteCommandPorts {
  readonly db: Kysely<Database>;
  readonly now: Instant;
  /** Who is written in the audit. */
  readonly who: string;
  readonly print: (text: string) => void;
}

const SITE_USAGE = 'tailwatch site apply FILE | tailwatch site export SITE';

/**
 * `site apply FILE` makes the file the configuration of its site and prints what changed, of a new site how much there is;
 * `site export SITE` prints the configuration in force as YAML.
 * @throws AppError `config/invalid` (its message lists every fault, one a line), `site/not-found`
 */
export async function siteCommand(args: readonly string[], { db, now, who, print }: SiteCommandPorts): Promise<void> {
  const [action, subject, ...more] = args;
  if (subject === undefined || more.length > 0) throw new AppError('config/setting', `usage: ${SITE_USAGE}`);
  switch (action) {
    case 'apply': {
      const { siteId, version, changes, unguarded } = await applySite(db, {
        text: await textOf(subject),
        name: subject,
        who,
        now,
      });
      for (const change of changes) print(change);
      for (const { rule, why } of unguarded) print(`! rule ${rule} calls nobody: ${why}`);
      print(
        changes.length === 0
          ? `${siteId}: nothing changed, version ${String(version)} stays`
          : `${siteId}: version ${String(version)} applied`,
      );
      return;
    }
    case 'export':
      print((await exportSite(db, subject)).trimEnd());
      return;
    default:
      throw new AppError('config/setting', `usage: ${SITE_USAGE}`);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const why = (cause as { code?: string }).code === 'EISDIR' ? 'is a folder: name one file in it' : 'cannot be read';
    throw new AppError('config/invalid', `${file}: ${why}`, { cause });
  }
}
