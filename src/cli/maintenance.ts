import type { Kysely } from 'kysely';
import { z } from 'zod';
import { maintenanceDesk } from '../app/maintenance-desk.ts';
import { StartMaintenance } from '../contract/http.ts';
import type { MaintenanceView } from '../contract/http.ts';
import { AppError, hasCode } from '../core/errors.ts';
import { maintenanceById, maintenanceOfSite } from '../gateway/views/maintenance-view.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';

interface MaintenanceCommandPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  /** Who is written in the audit. */
  readonly who: string;
  readonly print: (text: string) => void;
}

/** As they were written. */
interface Options {
  readonly minutes?: string | undefined;
  readonly reason?: string | undefined;
  readonly patrol?: string | undefined;
  readonly every?: string | undefined;
}

const USAGE = [
  'tailwatch maintenance start SITE POINT --minutes N --reason TEXT [--patrol WHO --every N]',
  'tailwatch maintenance end ID',
  'tailwatch maintenance list SITE',
].join(' | ');

/**
 * `maintenance start SITE POINT` begins work on a point, `end ID` ends it before its time, `list SITE` prints what is
 * running and what was. Minutes throughout.
 * @throws AppError as the desk does, `config/setting` for what cannot be understood
 */
export async function maintenanceCommand(
  words: readonly string[],
  options: Options,
  { db, clock, who, print }: MaintenanceCommandPorts,
): Promise<void> {
  const [action, subject, point, ...more] = words;
  const desk = maintenanceDesk({ db, clock });
  const now = await clock.read(db);
  const wordsMeant = action === 'start' ? 3 : 2;
  if (subject === undefined || words.length !== wordsMeant || more.length > 0) throw misused();
  switch (action) {
    case 'start': {
      const work = asked(point, options);
      try {
        print(lineOf(await maintenanceById(db, await desk.start(subject, work, who)), now));
      } catch (error) {
        if (!hasCode(error, 'point/level-stands')) throw error;
        const proposalId = await desk.propose(subject, work, { accountId: null, name: who });
        print(`${error.message}. It waits as proposal ${proposalId}.`);
      }
      return;
    }
    case 'end':
      if (!z.uuid().safeParse(subject).success) throw new AppError('maintenance/not-found', `"${subject}" is no ID`);
      await desk.end(subject, who);
      print(lineOf(await maintenanceById(db, subject), now));
      return;
    case 'list':
      for (const each of await maintenanceOfSite(db, subject, now)) print(lineOf(each, now));
      return;
    default:
      throw misused();
  }
}

function asked(point: string | undefined, { minutes, reason, patrol, every }: Options): StartMaintenance {
  const isPatrolled = patrol !== undefined || every !== undefined;
  const parsed = StartMaintenance.safeParse({
    point,
    reason,
    minutes: Number(minutes),
    ...(isPatrolled && { substitute: { who: patrol, everyMinutes: Number(every) } }),
  });
  if (parsed.success) return parsed.data;
  const [fault] = parsed.error.issues;
  throw new AppError(
    'config/setting',
    `${MEANT[fault?.path.join('.') ?? ''] ?? 'a POINT is missing'}\nusage: ${USAGE}`,
  );
}

const MEANT: Readonly<Record<string, string>> = {
  reason: '--reason must say in one line what is being done',
  minutes: '--minutes must be whole minutes, 30 days at most',
  'substitute.who': '--patrol must say who patrols',
  'substitute.everyMinutes': '--every must be whole minutes, from 5 to a day',
};

const misused = (): AppError => new AppError('config/setting', `usage: ${USAGE}`);

function lineOf(view: MaintenanceView, now: number): string {
  const { maintenanceId, point, reason, from, until, startedBy, endedAt, endedBy, substitute } = view;
  const end = endedAt ?? until;
  const state = end > now ? 'running' : endedBy === null ? 'over' : `ended by ${endedBy}`;
  const patrol = substitute === null ? '' : `; ${substitute.who} patrols every ${String(substitute.everyMinutes)} min`;
  return `${maintenanceId}  ${point}  ${time(from)} to ${time(end)}, ${state}: ${reason} (${startedBy}${patrol})`;
}

/** To the minute, in UTC. */
const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;
