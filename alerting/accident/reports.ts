import { HOUR, MINUTE, plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import type { Words } from '../policy.ts';

/** 事故等级, as a person judges it. */
export type AccidentGrade = 'unknown' | 'general' | 'larger' | 'major' | 'extraordinary';

/** Somebody who has to be told, by whom, and within which time. */
export interface Report {
  readonly id: string;
  readonly to: Words;
  readonly by: Words;
  readonly withinMs: DurationMs;
  /** Its time begins when this one has been made; null: when the accident is declared. */
  readonly after: string | null;
  /** From 较大 on only; while the grade is unknown it is owed as well. */
  readonly fromLarger: boolean;
  /** Where it is written, and as of when that was read. */
  readonly source: string;
}

const UNIT: Words = { zh: '单位负责人', en: 'Head of the unit' };
const NOTICE = '清远市清新区 2024 (Qingyuan Qingxin), read 2025';

/** What a site owes unless it says otherwise: dated defaults, for the mine to check with its own authorities. */
export const DEFAULT_REPORTS: readonly Report[] = [
  {
    id: 'county',
    to: { zh: '县级应急管理局', en: 'County emergency bureau' },
    by: UNIT,
    withinMs: HOUR,
    after: null,
    fromLarger: false,
    source: NOTICE,
  },
  {
    id: 'province-mine-safety',
    to: { zh: '国家矿山安全监察局省级局', en: 'Provincial office of the National Mine Safety Administration' },
    by: UNIT,
    withinMs: HOUR,
    after: null,
    fromLarger: false,
    source: NOTICE,
  },
  {
    id: 'province',
    to: { zh: '省级应急管理厅', en: 'Provincial emergency department' },
    by: { zh: '县、市逐级（较大及以上事故）', en: 'County and city (accidents from 较大 on)' },
    withinMs: HOUR,
    after: null,
    fromLarger: true,
    source: NOTICE,
  },
  {
    id: 'next-tier',
    to: { zh: '上一级应急管理部门', en: 'Next tier of the emergency authorities' },
    by: { zh: '县级应急管理局', en: 'County emergency bureau' },
    withinMs: HOUR,
    after: 'county',
    fromLarger: false,
    source: `${NOTICE}; order 493 of the State Council is commonly given as 2 h a tier: not checked`,
  },
];

/** Whether a report is owed for an accident of this grade. */
export const isOwed = ({ fromLarger }: Pick<Report, 'fromLarger'>, grade: AccidentGrade): boolean =>
  !fromLarger || grade !== 'general';

/** By when a report is due that begins now; null: another comes before it. */
export const dueFrom = ({ after, withinMs }: Report, at: Instant): Instant | null =>
  after === null ? plus(at, withinMs) : null;

/** How long before a deadline people are reminded, and how often after it. */
const BEFORE_MS = 15 * MINUTE;
const AGAIN_MS = 10 * MINUTE;

/** When people are reminded first of what is due then. */
export const firstReminder = (dueAt: Instant): Instant => plus(dueAt, -BEFORE_MS);

/** When they are reminded next, after a reminder now: at the deadline, and again and again after it. */
export const nextReminder = (dueAt: Instant, now: Instant): Instant => (now < dueAt ? dueAt : plus(now, AGAIN_MS));
