import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from 'kysely';
import { isGraver } from '../core/level.ts';
import type { Level } from '../core/level.ts';
import type { ReportChange, Reported } from '../core/report.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from './database.ts';
import { lockLog } from './position-log.ts';

type Tx = Transaction<Database>;

/**
 * Appends a report to the log, in the order of commits. What stands already at that level, or at a graver one, with the
 * same words, is appended no second time: returns false. A report never lowers: `lowerReport` does.
 */
export async function appendReport(tx: Tx, { level, ...report }: Reported, now: Instant): Promise<boolean> {
  await lockLog(tx, 'report_change');
  const state = await stateOf(tx, report);
  const from = (state?.level ?? 'normal') as Level;
  if (isGraver(from, level) || (from === level && isDeepStrictEqual(state?.words, report.words))) return false;
  await append(tx, { ...report, from, to: level }, now);
  return true;
}

type Lowered = Pick<ReportChange, 'siteId' | 'key' | 'to' | 'who' | 'facts' | 'at'>;

/** Appends that a report is lowered. What does not stand above that level is not: returns false. */
export async function lowerReport(tx: Tx, { to, ...lowered }: Lowered, now: Instant): Promise<boolean> {
  await lockLog(tx, 'report_change');
  const state = await stateOf(tx, lowered);
  if (state === undefined || !isGraver(state.level as Level, to)) return false;
  const { words, subject, level } = state;
  const known = { words: words as ReportChange['words'], subject: subject as ReportChange['subject'] };
  await append(tx, { ...lowered, ...known, from: level as Level, to }, now);
  return true;
}

const stateOf = (tx: Tx, { siteId, key }: Pick<ReportChange, 'siteId' | 'key'>) =>
  tx
    .selectFrom('report_state')
    .select(['subject', 'level', 'words'])
    .where('site_id', '=', siteId)
    .where('key', '=', key)
    .executeTakeFirst();

async function append(tx: Tx, change: ReportChange, now: Instant): Promise<void> {
  const { siteId: site_id, subject, key, from, to, who, at } = change;
  const words = JSON.stringify(change.words);
  const facts = JSON.stringify(change.facts);
  const times = { at: new Date(at), recorded_at: new Date(now) };
  const { position } = await tx
    .insertInto('report_change')
    .values({ site_id, subject, key, from_level: from, to_level: to, words, facts, who, ...times })
    .returning('position')
    .executeTakeFirstOrThrow();
  const state = { level: to, position, words, facts, since: new Date(now) };
  await tx
    .insertInto('report_state')
    .values({ site_id, subject, key, ...state })
    .onConflict((conflict) => conflict.columns(['site_id', 'key']).doUpdateSet(state))
    .execute();
}
