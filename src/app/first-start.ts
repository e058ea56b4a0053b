import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { hasCode } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { drawSetupCode } from '../gateway/setup.ts';
import { hostClock } from '../platform/clock.ts';
import { openDatabase } from '../platform/database.ts';
import type { Database } from '../platform/database.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import type { SchemaSettings } from './bring-up-to-date.ts';
import { DEMO_SITE } from './programs.ts';
import { applySite } from './site-config-store.ts';

interface Prepared {
  /** Opens the wizard that makes the first administrator; null when there is one. */
  readonly setupCode: string | null;
  /** How many sites are watched. */
  readonly sites: number;
  /** Why the demo pond is not that of this program; null when it is, or is somebody's own by now. */
  readonly notice: string | null;
}

interface PrepareOptions {
  readonly demo: boolean;
  /** The database is embedded. */
  readonly isOurs: boolean;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

/** Brings the schema up to date and fills an empty database: the demo pond, and a way in for the first administrator. */
export async function prepareDatabase(settings: SchemaSettings, { demo, ...how }: PrepareOptions): Promise<Prepared> {
  await bringUpToDate(settings, { withinMs: 10_000, ...how });
  await using database = openDatabase(settings.databaseUrl, { name: 'start', max: 2 });
  const { db } = database;
  const now = hostClock().now();
  const notice = demo ? await applyDemo(db, now) : null;
  const sites = await countSites(db);
  return { setupCode: await drawSetupCode(db, now), sites, notice };
}

/** Who applies the demo pond: while nobody else has, it is ours to bring up to date. */
const WE = 'first start';

/** Makes the demo pond of an empty database, and brings one up to date that an older program made. */
async function applyDemo(db: Kysely<Database>, now: Instant): Promise<string | null> {
  const newest = await db
    .selectFrom('site_config')
    .select(['site_id', 'applied_by'])
    .distinctOn('site_id')
    .orderBy('site_id')
    .orderBy('version', 'desc')
    .execute();
  const isOurs = newest.some((site) => site.site_id === 'demo-pond' && site.applied_by === WE);
  if (newest.length > 0 && !isOurs) return null;
  const text = await readFile(DEMO_SITE, 'utf8');
  try {
    await applySite(db, { text, name: 'config/sites/demo-pond.yaml', who: WE, now });
    return null;
  } catch (error) {
    if (newest.length === 0 || !hasCode(error, 'config/invalid')) throw error;
    return `The demo pond is that of an older version and cannot be brought up to date: its instruments have other names now. To see the new one, set another DATA_DIR.\n${error.message}`;
  }
}

/** When the demo's weather began, epoch ms, from then on the same at every start: a pond does not begin anew. */
export async function demoBegan(dataDir: string): Promise<number> {
  const file = join(dataDir, 'demo-began');
  const kept = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (kept > 0) return kept;
  const now = hostClock().now();
  await writeFile(`${file}.new`, `${String(now)}\n`);
  await rename(`${file}.new`, file);
  return now;
}

async function countSites(db: Kysely<Database>): Promise<number> {
  const row = await db
    .selectFrom('site')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirst();
  return row?.rows ?? 0;
}
