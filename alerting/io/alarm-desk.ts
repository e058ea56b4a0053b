import type { Kysely } from 'kysely';
import { AppError } from '../../src/core/errors.ts';
import { WARNING_LEVELS } from '../../src/core/level.ts';
import type { WarningLevel } from '../../src/core/level.ts';
import { HOUR, plus } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { recordAudit } from '../../src/platform/audit.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import { gravestOf } from '../alarm.ts';
import type { Alarm, Shelf } from '../alarm.ts';
import type { AlarmLimits } from '../alarm-limits.ts';
import type { NoteType } from '../callout-event.ts';
import { alarmStepped, dueAlarm, openAlarm } from './alarm-book.ts';
import type { HeldAlarm } from './alarm-book.ts';
import { record } from './callout-book.ts';
import type { Tx } from './callout-book.ts';
import { eachAlone } from './each-alone.ts';

/** What a site says of its alarms now, read on the connection it is given. */
export type LimitsOf = (siteId: string, db: Kysely<Database>) => Promise<AlarmLimits>;

export interface AlarmPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly limitsOf: LimitsOf;
}

export interface AskedShelf {
  readonly target: string;
  readonly hours: number;
  readonly reason: string;
}

/** What people do to alarms, and what time does. Each call is a transaction with its audit. No callout hears of any of it. */
export function alarmDesk({ db, clock, limitsOf }: AlarmPorts) {
  const alone = <T>(work: (tx: Tx, now: Instant) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (tx) => work(tx, await clock.read(tx)));

  return {
    /** Somebody has seen the alarm, for as long as its level allows. Throws `alarm/not-found`. */
    acknowledge: (siteId: string, target: string, who: string): Promise<Alarm> =>
      alone(async (tx, now) => {
        const held = await heldAlarm(tx, { siteId, target });
        const { acknowledgedForMs } = await limitsOf(siteId, tx);
        const until = plus(now, acknowledgedForMs[seenLevel(held.alarm)]);
        const next = await alarmStepped(tx, held, { type: 'acknowledged', by: who, at: now, until }, now);
        await recordAudit(tx, { at: now, who, action: 'alarm/acknowledge', siteId, facts: { target, until } });
        return next;
      }),

    /** Puts an alarm on the shelf. Throws `alarm/not-found`, `alarm/shelf-too-long`, `alarm/second-person` at orange and red. */
    shelve: (siteId: string, asked: AskedShelf, who: string): Promise<Alarm> =>
      alone(async (tx, now) => {
        const held = await heldAlarm(tx, { siteId, target: asked.target });
        if (needsSecond(held.alarm))
          throw new AppError(
            'alarm/second-person',
            `it has stood at ${gravestOf(held.alarm)}: a second person has to agree`,
          );
        return shelveHeld(tx, held, asked, { who, now, limits: await limitsOf(siteId, tx) });
      }),

    /** Takes it off the shelf; one that lies on none stays as it is. Throws `alarm/not-found`. */
    unshelve: (siteId: string, target: string, who: string): Promise<Alarm> =>
      alone(async (tx, now) => {
        const held = await heldAlarm(tx, { siteId, target });
        const next = await alarmStepped(tx, held, { type: 'unshelved' }, now);
        if (next === held.alarm) return next;
        await tell(tx, held, 'alarm-unshelved', { who }, now);
        await recordAudit(tx, { at: now, who, action: 'alarm/unshelve', siteId, facts: { target } });
        return next;
      }),

    /** Ends acknowledgements and shelves whose time is over. Returns how many alarms were due. */
    async takeDue(): Promise<number> {
      const now = await clock.read(db);
      const due = db.selectFrom('alarm').select('id').where('due_at', '<=', new Date(now)).orderBy('due_at');
      const rows = await due.limit(AT_ONCE).execute();
      await eachAlone(rows, ({ id }) =>
        db.transaction().execute(async (tx) => {
          const held = await dueAlarm(tx, id, now);
          if (held === null) return;
          const next = await alarmStepped(tx, held, { type: 'time-passed', at: now }, now);
          const isShelfOver = (held.alarm.shelf ?? null) !== null && (next.shelf ?? null) === null;
          await tell(tx, held, isShelfOver ? 'alarm-shelf-over' : 'alarm-seen-over', {}, now);
        }),
      );
      return rows.length;
    },
  };
}

/** Alarms that end within one pass. */
const AT_ONCE = 500;

/** The level by which it is shelved: the gravest it has had. */
export const levelToGoBy = (alarm: Alarm): WarningLevel =>
  WARNING_LEVELS.find((level) => level === gravestOf(alarm)) ?? 'red';

/** The level that is seen; of what has returned, what it was. */
const seenLevel = (alarm: Alarm): WarningLevel => (alarm.level === 'normal' ? levelToGoBy(alarm) : alarm.level);

/** Whether nobody shelves it alone. */
export const needsSecond = (alarm: Alarm): boolean => ['orange', 'red'].includes(levelToGoBy(alarm));

/** The open alarm of a target, held. @throws AppError `alarm/not-found` */
export async function heldAlarm(tx: Tx, of: Pick<HeldAlarm, 'siteId' | 'target'>): Promise<HeldAlarm> {
  const held = await openAlarm(tx, of);
  if (held === null) throw new AppError('alarm/not-found', 'there is no open alarm of this target at this site');
  return held;
}

/** @throws AppError `alarm/shelf-too-long` */
export function expectShelfAllowed(alarm: Alarm, hours: number, limits: AlarmLimits): void {
  const level = levelToGoBy(alarm);
  const most = limits.shelvedAtMostMs[level] / HOUR;
  if (hours <= most) return;
  throw new AppError('alarm/shelf-too-long', `at ${level} it lies on the shelf for ${String(most)} h at most`, {
    field: 'hours',
  });
}

interface Shelving {
  /** Both names where two people agreed. */
  readonly who: string;
  readonly now: Instant;
  readonly limits: AlarmLimits;
}

/** Shelves an alarm that is held, with its line among what happened and its row in the audit, which is the last. */
export async function shelveHeld(
  tx: Tx,
  held: HeldAlarm,
  { hours, reason }: AskedShelf,
  { who, now, limits }: Shelving,
): Promise<Alarm> {
  expectShelfAllowed(held.alarm, hours, limits);
  const upTo = levelToGoBy(held.alarm);
  const until = plus(now, hours * HOUR);
  const shelf: Shelf = { by: who, reason, at: now, until, upTo };
  const next = await alarmStepped(tx, held, { type: 'shelved', shelf }, now);
  const { target, siteId } = held;
  await tell(tx, held, 'alarm-shelved', { who, level: upTo, until, note: reason }, now);
  await recordAudit(tx, { at: now, who, action: 'alarm/shelve', siteId, facts: { target, upTo, until, reason } });
  return next;
}

/** Stands in the record of the callout that is open at the site, and changes nothing of it. */
async function tell(
  tx: Tx,
  { siteId, target }: HeldAlarm,
  type: NoteType,
  facts: Readonly<Record<string, unknown>>,
  now: Instant,
): Promise<void> {
  const open = tx
    .selectFrom('callout')
    .select('id')
    .where('site_id', '=', siteId)
    .where('ended_at', 'is', null)
    .where('drill', '=', false);
  const id = (await open.executeTakeFirst())?.id ?? null;
  await record(tx, { id, siteId }, [{ type, facts: { target, ...facts } }], now);
}
