import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { rosterVersion } from '../../alerting/io/roster-book.ts';
import { endException, withoutOld } from '../../alerting/roster/exceptions.ts';
import { RED_DUTIES } from '../../alerting/ladder.ts';
import { rosterFaults, turnFaults } from '../../alerting/roster/roster-faults.ts';
import type { Known, RosterFault } from '../../alerting/roster/roster-faults.ts';
import type { RosterContent, Rotation, Span } from '../../alerting/roster/roster.ts';
import { answerSwap, askSwap } from '../../alerting/roster/swap.ts';
import type { SwapRefusal } from '../../alerting/roster/swap.ts';
import type { RosterPlan } from '../contract/roster.ts';
import { DUTIES } from '../contract/ladder-config.ts';
import { AppError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { DAY, instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { RosterDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { lookAtRoster, planIn } from './roster-look.ts';
import { planInWorkbook, rosterWorkbook } from './roster-workbook.ts';
import { loadSites } from './site-config-store.ts';

type Tx = Transaction<Database>;

/** An override or an absence longer than this is a plan. */
const EXCEPTION_AT_MOST_MS = 366 * DAY;
/** Overrides, swaps and absences that one site may have beside its plan. */
const EXCEPTIONS_AT_MOST = 500;

interface Changing {
  readonly tx: Tx;
  readonly siteId: string;
  readonly content: RosterContent;
  readonly version: number;
  readonly now: Instant;
}

interface Changed {
  readonly action: 'plan' | 'override' | 'absence' | 'swap' | 'end';
  readonly content: RosterContent;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Changes who is on duty, each change a new version in one transaction with its row in the audit. */
export function rosterDesk({
  db,
  clock,
}: {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}): RosterDesk {
  const change = (siteId: string, who: string, work: (of: Changing) => Changed | Promise<Changed>): Promise<void> =>
    db.transaction().execute(async (tx) => {
      // One changer at a time: each sees what the one before has written.
      const site = tx.selectFrom('site').select('id').where('id', '=', siteId).forNoKeyUpdate();
      if ((await site.executeTakeFirst()) === undefined) throw new AppError('site/not-found', 'there is no such site');
      const now = await clock.read(tx);
      const { version, content } = await rosterVersion(tx, siteId);
      const changed = await work({ tx, siteId, content: withoutOld(content, now), version, now });
      const { overrides, swaps, absences } = changed.content;
      if (overrides.length + swaps.length + absences.length > EXCEPTIONS_AT_MOST)
        throw new AppError('roster/invalid', 'there are too many overrides, swaps and absences: change the plan');
      await tx
        .insertInto('duty_roster')
        .values({
          site_id: siteId,
          version: version + 1,
          content: JSON.stringify(changed.content),
          action: changed.action,
          changed_at: new Date(now),
          changed_by: who,
        })
        .execute();
      const facts = { version: version + 1, ...changed.facts };
      await recordAudit(tx, { at: now, who, action: `roster/${changed.action}`, siteId, facts });
    });

  const save = (siteId: string, baseVersion: number, planOf: (present: RosterPlan) => RosterPlan, who: string) =>
    change(siteId, who, async (of) => {
      if (of.version !== baseVersion)
        throw new AppError('roster/overtaken', 'somebody else has changed the roster: look at it again');
      const plan = planOf(planIn(of.content));
      expectNone(rosterFaults(plan, await knownOf(of)), 'rotations');
      const facts = { rotations: plan.rotations.length, holidays: plan.holidays.length };
      return { action: 'plan', content: { ...of.content, ...plan, responsible: plan.responsible }, facts };
    });

  return {
    async look(siteId, who, lengthMs) {
      const now = await clock.read(db);
      return lookAtRoster(db, { siteId, who, now, from: now, lengthMs });
    },

    save: (siteId, { baseVersion, ...plan }, who) => save(siteId, baseVersion, () => plan, who),

    async exportWorkbook(siteId, lengthMs) {
      const now = await clock.read(db);
      const [site] = await loadSites(db, [siteId]);
      const view = await lookAtRoster(db, { siteId, who: '', now, from: now, lengthMs });
      return rosterWorkbook(view, site?.config.timeZone ?? 'UTC');
    },

    importWorkbook: (siteId, { baseVersion, bytes }, who) =>
      save(siteId, baseVersion, (present) => planInWorkbook(bytes, present), who),

    override: (siteId, asked, who) =>
      change(siteId, who, async (of) => {
        expectSpan(asked, of.now);
        const { duty } = rotationOf(of.content, asked.rotationId);
        expectNone(turnFaults(duty, asked.people, 'people', await knownOf(of)), 'people');
        const { from, until, note: reason, ...named } = asked;
        const override = { ...named, ...spanOf(from, until), reason, id: randomUUID(), made: { by: who, at: of.now } };
        const content = { ...of.content, overrides: [...of.content.overrides, override] };
        return { action: 'override', content, facts: spanFacts(override) };
      }),

    absent: (siteId, asked, { name: who, mayEdit }) =>
      change(siteId, who, async (of) => {
        if (!mayEdit && of.content.accounts[asked.contactId] !== who)
          throw new AppError('roster/not-own', 'who may not edit the roster enters only their own absence');
        expectSpan(asked, of.now);
        const { contacts } = await knownOf(of);
        if (!contacts.has(asked.contactId)) throw invalid('is no contact of this site', 'contactId');
        if (asked.standIn !== undefined && !contacts.has(asked.standIn))
          throw invalid('is no contact of this site', 'standIn');
        if (asked.standIn === asked.contactId) throw invalid('nobody covers for themselves', 'standIn');
        const { from, until, note: reason, ...named } = asked;
        const absence = { ...named, ...spanOf(from, until), reason, id: randomUUID(), made: { by: who, at: of.now } };
        const content = { ...of.content, absences: [...of.content.absences, absence] };
        return { action: 'absence', content, facts: spanFacts(absence) };
      }),

    end: (siteId, exceptionId, { name: who, mayEdit }) =>
      change(siteId, who, ({ content, now }) => {
        const own = content.absences.find(({ id }) => id === exceptionId)?.contactId;
        if (!mayEdit && (own === undefined || content.accounts[own] !== who))
          throw new AppError('roster/not-own', 'who may not edit the roster ends only their own absence');
        const ended = endException(content, exceptionId, now);
        if (ended === null)
          throw new AppError('roster/not-found', 'there is no such override or absence, or it is over');
        return { action: 'end', content: ended, facts: { exceptionId } };
      }),

    askSwap: (siteId, asked, who) =>
      change(siteId, who, ({ content, now }) => {
        const { rotationId, other, takesFrom, takesUntil, note } = asked;
        if ((takesFrom === undefined) !== (takesUntil === undefined))
          throw invalid('name both ends, or none', 'takesFrom');
        const swapId = randomUUID();
        const asker = ownContacts(content, who).find((id) => isMember(content, rotationId, id));
        if (asker === undefined)
          throw new AppError('swap/not-yours', 'your account is no contact of this rotation: an engineer enters it');
        const swap = {
          id: swapId,
          rotationId,
          asker,
          other,
          gives: spanOf(asked.givesFrom, asked.givesUntil),
          ...(takesFrom !== undefined && takesUntil !== undefined && { takes: spanOf(takesFrom, takesUntil) }),
          note,
          asked: { by: who, at: now },
        };
        const asking = askSwap(content, swap, now);
        if ('refused' in asking) throw refusedSwap(asking.refused);
        const facts = { swapId, rotationId, asker, other, word: 'asked' };
        return { action: 'swap', content: asking.content, facts };
      }),

    answerSwap: (siteId, { swapId, word }, who) =>
      change(siteId, who, ({ content, now }) => {
        const as = ownContacts(content, who);
        const answered = answerSwap(content, { swapId, word, as, said: { by: who, at: now } });
        if ('refused' in answered) throw refusedSwap(answered.refused);
        return { action: 'swap', content: answered.content, facts: { swapId, word } };
      }),
  };
}

const spanOf = (from: number, to: number): Span => ({ from: instant(from), to: instant(to) });

const spanFacts = ({ id, from, to, reason, ...of }: { id: string; from: number; to: number; reason: string }) => ({
  ...of,
  exceptionId: id,
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
  reason,
  made: undefined,
});

const invalid = (message: string, field?: string): AppError =>
  new AppError('roster/invalid', message, field === undefined ? {} : { field });

function expectSpan({ from, until }: { readonly from: number; readonly until: number }, now: Instant): void {
  if (until <= from || until <= now) throw invalid('it ends before it begins, or is over', 'until');
  if (until - from > EXCEPTION_AT_MOST_MS) throw invalid('it is longer than a year: change the plan', 'until');
}

function rotationOf({ rotations }: RosterContent, rotationId: string): Rotation {
  const rotation = rotations.find(({ id }) => id === rotationId);
  if (rotation === undefined) throw invalid(`there is no rotation "${rotationId}"`, 'rotationId');
  return rotation;
}

function expectNone(faults: readonly RosterFault[], field: string): void {
  if (faults.length === 0) return;
  throw new AppError('roster/invalid', faults.map(({ path, message }) => `${path} ${message}`).join('; '), {
    faults: faults.map(({ path, message }) => ({ line: 0, column: 0, path, message })),
    field,
  });
}

async function knownOf({ tx, siteId }: Changing): Promise<Known> {
  const [site] = await loadSites(tx, [siteId]);
  const contacts = new Map(site?.config.contacts.map(({ id, duty }) => [id, duty]));
  return { contacts, duties: new Set(DUTIES), alone: new Set(RED_DUTIES) };
}

/** Contacts that an account signs in as. */
const ownContacts = ({ accounts }: RosterContent, account: string): readonly string[] =>
  Object.entries(accounts).flatMap(([contactId, name]) => (name === account ? [contactId] : []));

const isMember = ({ rotations }: RosterContent, rotationId: string, contactId: string): boolean =>
  rotations.some(
    ({ id, turns, holidayTurns = [] }) => id === rotationId && [...turns, ...holidayTurns].flat().includes(contactId),
  );

const REFUSED: Readonly<Record<SwapRefusal, readonly [ErrorCode, string]>> = {
  'not-found': ['swap/not-found', 'there is no such swap'],
  'not-open': ['swap/not-open', 'the swap has been answered already'],
  'not-yours': ['swap/not-yours', 'only who was asked agrees or refuses, and only who asked withdraws'],
  'unknown-rotation': ['roster/invalid', 'there is no such rotation'],
  'not-in-rotation': ['swap/not-yours', 'both must be of the rotation, and not the same'],
  over: ['swap/not-open', 'it is over, or ends before it begins'],
};

const refusedSwap = (why: SwapRefusal): AppError => new AppError(...REFUSED[why]);
