import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { phonesOf } from '../../alerting/phones.ts';
import { gapsText, proofText } from '../../alerting/proof-text.ts';
import { gaps, yearsWithoutHolidays } from '../../alerting/roster/shifts.ts';
import { gapsSlots, proofSlots } from '../../alerting/slots.ts';
import type { Slots } from '../../alerting/slots.ts';
import { rosterVersion } from '../../alerting/io/roster-book.ts';
import { DRILL_DEFAULTS } from '../contract/drill-config.ts';
import { SECOND, instant, plus } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import { addDays, instantOf, localDate, wallClock } from '../core/zone.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { nextDrill } from '../platform/next-drill.ts';
import { drillReminder } from './drill-reminder.ts';
import { GAPS_AHEAD_MS, rosterAt } from './roster-look.ts';
import { loadSites, newestVersions } from './site-config-store.ts';
import type { LoadedSite } from './site-model.ts';

type Tx = Transaction<Database>;

/** When gaps are looked for, by the wall of the site; they are told when people are awake. */
const GAPS_AT = '02:00';
const TOLD_AT = '08:00';
/** The monthly roll-call: on this day of the month, in working hours. */
const ROLL_CALL_DAY = '05';
const WORKING_HOURS = ['09:00', '17:00'] as const;
/** Between two calls of a roll-call. */
const APART_MS = 20 * SECOND;

const TASKS = ['gaps', 'roll-call', 'drill'] as const;
type Task = (typeof TASKS)[number];

interface RoundPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  /** From 0 to below 1. */
  readonly draw: () => number;
}

/** Does for the rosters of all sites what is due: gaps nightly, the roll-call monthly, each Monday drills that are due. Each is a row, so no restart forgets one. */
export async function rosterRound({ db, clock, draw }: RoundPorts): Promise<void> {
  const now = await clock.read(db);
  const sites = [...(await newestVersions(db)).keys()];
  const rows = sites.flatMap((site_id) =>
    TASKS.map((task) => ({ site_id, task, due_at: new Date(now), done_at: null, result: null })),
  );
  if (rows.length > 0)
    await db
      .insertInto('roster_task')
      .values(rows)
      .onConflict((oc) => oc.doNothing())
      .execute();
  while (await next(db, now, draw));
}

const next = (db: Kysely<Database>, now: Instant, draw: () => number): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('roster_task')
      .selectAll()
      .where('due_at', '<=', new Date(now))
      .orderBy('due_at')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (row === undefined) return false;
    const [site] = await loadSites(tx, [row.site_id]);
    if (site === undefined) throw new Error(`a task of the site ${row.site_id}, which has no configuration`);
    // A first row is due at once: of a roll-call that only sets the day.
    const isFirst = row.done_at === null && row.task === 'roll-call' && row.result === null;
    const { task } = row;
    const looks = (): Promise<unknown> =>
      task === 'roll-call' ? rollCall(tx, site, { now, draw }) : LOOKS[task](tx, site, now);
    const result = isFirst ? [] : await looks();
    await tx
      .updateTable('roster_task')
      .set({
        due_at: new Date(nextDue(task, site.config.timeZone, now)),
        ...(result !== null && { done_at: new Date(now), result: JSON.stringify(result) }),
      })
      .where('site_id', '=', row.site_id)
      .where('task', '=', row.task)
      .execute();
    return true;
  });

/** When a task is due after it was done, or tried outside working hours, at `now`. */
export function nextDue(task: Task, timeZone: string, now: Instant): Instant {
  const today = localDate(now, timeZone);
  const time = task === 'roll-call' ? WORKING_HOURS[0] : task === 'gaps' ? GAPS_AT : TOLD_AT;
  const candidates = Array.from({ length: 64 }, (_day, i) => addDays(today, i)).filter((date) =>
    task === 'roll-call' ? date.endsWith(`-${ROLL_CALL_DAY}`) : task === 'gaps' || weekday(date) === 1,
  );
  const due = candidates.map((date) => instantOf(date, time, timeZone)).find((at) => at > now);
  if (due === undefined) throw new Error('two months have no such day');
  return due;
}

/** What was found, for the page; and a message to whoever is responsible. */
async function lookForGaps(tx: Tx, site: LoadedSite, now: Instant): Promise<unknown> {
  const { timeZone, contacts, name } = site.config;
  const { content } = await rosterVersion(tx, site.siteId);
  const roster = rosterAt(site, content);
  const found = gaps(roster, now, plus(now, GAPS_AHEAD_MS));
  const years = yearsWithoutHolidays(roster, now, plus(now, GAPS_AHEAD_MS));
  const count = found.length + years.length;
  const person = responsibleOf(contacts, content.responsible);
  if (count > 0 && person !== undefined) {
    const first = found[0] === undefined ? `${years.join()} 年节假日` : wall(found[0].from, timeZone);
    const due = whenAwake(timeZone, now);
    await insertCall(tx, site, person, {
      reason: 'gaps',
      medium: 'sms',
      say: gapsText(name, count, first),
      slots: gapsSlots(name, count, first),
      code: '',
      now,
      due,
      line: 0,
    });
  }
  return { gaps: found, years };
}

/** The next time at which people are told what is not urgent. */
function whenAwake(timeZone: string, now: Instant): Instant {
  const today = localDate(now, timeZone);
  return [today, addDays(today, 1)].map((date) => instantOf(date, TOLD_AT, timeZone)).find((at) => at >= now) ?? now;
}

/** Who is responsible is reminded of a drill that is due: again each week while none was held. */
async function lookForDrill(tx: Tx, site: LoadedSite, now: Instant): Promise<unknown> {
  const { everyDays } = site.config.drills ?? DRILL_DEFAULTS;
  const next = await nextDrill(tx, site.siteId, everyDays);
  const say = drillReminder(site, next, now);
  const { content } = await rosterVersion(tx, site.siteId);
  const person = responsibleOf(site.config.contacts, content.responsible);
  if (say !== null && person !== undefined)
    await insertCall(tx, site, person, {
      reason: 'drill',
      // No template says it: the page does, also where messages go by templates.
      slots: null,
      medium: 'sms',
      say,
      code: '',
      now,
      due: whenAwake(site.config.timeZone, now),
      line: 0,
    });
  return { dueAt: next.dueAt, isTold: say !== null };
}

const LOOKS = { gaps: lookForGaps, drill: lookForDrill } as const;

const responsibleOf = (contacts: readonly Contact[], id: string | null | undefined): Contact | undefined =>
  contacts.find((one) => one.id === id) ?? gravestOf(contacts);

/** 1: Monday. Days of the calendar are the same everywhere. */
const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();

const wall = (at: number, timeZone: string): string =>
  `${localDate(instant(at), timeZone)} ${wallClock(instant(at), timeZone)}`;

type Contact = LoadedSite['config']['contacts'][number];

/** Duties that answer for a roster, the gravest first. */
const RESPONSIBLE = ['principal', 'deputy-principal', 'chief-engineer', 'duty-officer'];
const gravestOf = (contacts: readonly Contact[]): Contact | undefined =>
  RESPONSIBLE.map((duty) => contacts.find((one) => one.duty === duty)).find((one) => one !== undefined) ?? contacts[0];

/** Calls every number once; null outside working hours: then it is tried on the next day of it. */
async function rollCall(
  tx: Tx,
  site: LoadedSite,
  { now, draw }: { now: Instant; draw: () => number },
): Promise<unknown> {
  const time = wallClock(now, site.config.timeZone);
  if (time < WORKING_HOURS[0] || time >= WORKING_HOURS[1]) return null;
  const lines = site.config.contacts.flatMap((contact) => phonesOf(contact).map((_phone, line) => ({ contact, line })));
  for (const [i, { contact, line }] of lines.entries()) {
    const code = String(1 + Math.floor(draw() * 9));
    const say = proofText(site.config.name, contact.name, code);
    await insertCall(tx, site, contact, {
      reason: 'roll-call',
      medium: 'voice',
      say,
      slots: proofSlots(site.config.name, code),
      code,
      now,
      due: plus(now, i * APART_MS),
      line,
    });
  }
  return { calls: lines.length };
}

interface Call {
  readonly reason: 'asked' | 'roll-call' | 'gaps' | 'drill';
  readonly medium: 'voice' | 'sms';
  readonly say: string;
  readonly slots: Slots | null;
  readonly code: string;
  readonly now: Instant;
  readonly due: Instant;
  /** Which of the person's numbers. */
  readonly line: number;
  readonly by?: string;
}

/** Queues a call; returns whether: one of a number that is under way already stands for both. */
export async function insertCall(
  tx: Kysely<Database>,
  { siteId }: Pick<LoadedSite, 'siteId'>,
  contact: Contact,
  { reason, medium, say, slots, code, now, due, line, by = 'alert' }: Call,
): Promise<boolean> {
  const phone = phonesOf(contact)[line];
  if (phone === undefined) return false;
  const made = await tx
    .insertInto('proof_call')
    .values({
      id: randomUUID(),
      site_id: siteId,
      contact_id: contact.id,
      phone,
      reason,
      medium,
      say,
      slots: slots === null ? null : JSON.stringify(slots),
      code,
      asked_by: by,
      asked_at: new Date(now),
      due_at: new Date(due),
      lease_until: null,
      carrier_ref: null,
      status: 'queued',
      outcome: null,
      ended_at: null,
    })
    .onConflict((oc) => oc.doNothing())
    .returning('id')
    .executeTakeFirst();
  return made !== undefined;
}
