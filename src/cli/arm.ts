import type { Kysely } from 'kysely';
import type { ArmingView } from '../contract/arming.ts';
import { AppError } from '../core/errors.ts';
import { armAsSeen } from '../gateway/arming-desk.ts';
import { armingView } from '../gateway/views/arming-view.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';

interface ArmCommandPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  /** Who is written in the audit. */
  readonly who: string;
  readonly print: (text: string) => void;
}

/** `arm` prints whom a copy of a database would call; with `--confirm`, after the same list, it lets it call. */
export async function armCommand(
  words: readonly string[],
  { confirm = false }: { readonly confirm?: boolean },
  { db, clock, who, print }: ArmCommandPorts,
): Promise<void> {
  if (words.length > 0) throw new AppError('config/setting', 'usage: tailwatch arm [--confirm]');
  const { unarmed, callouts } = await armingView(db);
  if (unarmed === null) return print('People are called from this database: there is nothing to arm.');
  print(`Nobody is called: this database was ${unarmed.why} at ${new Date(unarmed.since).toISOString()}.`);
  print(
    callouts.length === 0
      ? 'No callout is open that would go on calling.'
      : 'These would go on calling, one person each at once:',
  );
  for (const callout of callouts) print(lineOf(callout));
  if (!confirm)
    return print('"tailwatch arm --confirm" lets it call. Answer or close on the page first what is no longer true.');
  await armAsSeen(db, { seen: callouts.map(({ calloutId }) => calloutId), at: await clock.read(db), who });
  print('People are called from now on.');
}

const lineOf = ({ siteId, level, openedAt, dueAt }: ArmingView['callouts'][number]): string =>
  `  ${siteId}  ${level}  opened ${new Date(openedAt).toISOString()}  due ${new Date(dueAt).toISOString()}`;
