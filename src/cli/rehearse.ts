import type { Kysely } from 'kysely';
import { RehearsalQuery } from '../contract/rehearsal.ts';
import type { RehearsalView } from '../contract/rehearsal.ts';
import { AppError } from '../core/errors.ts';
import { SECOND } from '../core/time.ts';
import { rehearsalDesk } from '../app/rehearsal-desk.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';

interface RehearseCommandPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly print: (text: string) => void;
}

/** As they were written. */
interface Options {
  readonly when?: string | undefined;
  readonly answers?: string | undefined;
  readonly minutes?: string | undefined;
}

const USAGE = 'tailwatch rehearse SITE RULE LEVEL [--when 2026-07-01T02:10] [--answers WHO,WHO] [--minutes N]';

/**
 * `rehearse SITE RULE LEVEL` prints whom the site would call, and when, if the rule reached the level; `--when` by the
 * site's own clock. Calls nobody.
 * @throws AppError as the desk does, `config/setting` for what cannot be understood
 */
export async function rehearseCommand(
  words: readonly string[],
  options: Options,
  { db, clock, print }: RehearseCommandPorts,
): Promise<void> {
  const [siteId, rule, level, ...more] = words;
  if (siteId === undefined || level === undefined || more.length > 0)
    throw new AppError('config/setting', `usage: ${USAGE}`);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const asked = RehearsalQuery.safeParse({ rule, level, ...given });
  if (!asked.success) {
    const [fault] = asked.error.issues;
    throw new AppError('config/setting', `${String(fault?.path[0] ?? '')}: ${fault?.message ?? ''}; usage: ${USAGE}`);
  }
  for (const line of linesOf(await rehearsalDesk({ db, clock }).rehearse(siteId, asked.data))) print(line);
}

/** What else happens, in words. */
const TOLD: Readonly<Record<string, string>> = {
  'quiet-hours': 'quiet hours: nobody is called before their end',
  'duty-gap': 'nobody is on the next rung: it is skipped',
  'call-failed': 'everybody was called in vain: they have to be sought at their doors',
};

function linesOf({ at, target, level, refusal, calls, notes, isCut }: RehearsalView): string[] {
  const head = `${new Date(at).toISOString()}  ${target.name.en} reaches ${level}`;
  if (refusal === 'unguarded')
    return [head, 'Nobody is called: its limits are not approved, or its point is not in service.'];
  if (refusal === 'level-not-called') return [head, `Nobody is called for ${level}.`];
  return [
    head,
    ...calls.map(({ at: rings, medium, level: spoken, name, duty, phone, outcome }) =>
      [
        `+${String((rings - at) / SECOND)} s`.padStart(9),
        medium.padEnd(6),
        spoken.padEnd(7),
        `${name.zh} / ${name.en}, ${duty ?? ''}, ${phone}`,
        outcome ?? '',
      ].join('  '),
    ),
    ...notes.flatMap(({ at: told, type }) => {
      const words = TOLD[type];
      return words === undefined ? [] : [`${`+${String((told - at) / SECOND)} s`.padStart(9)}  ${words}`];
    }),
    ...(isCut ? ['There are more.'] : []),
  ];
}
