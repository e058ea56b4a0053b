import type { Kysely } from 'kysely';
import type { AuditRoot } from '../platform/audit-root.ts';
import { calendarOf, rootsBefore } from '../platform/audit-root.ts';
import type { Database } from '../platform/database.ts';

/** What a day's sheet says, besides the root. */
interface Sheet {
  readonly root: AuditRoot;
  /** Tells installations apart. */
  readonly installation: string;
  readonly timeZone: string;
  /** The row after which the day's begin: that of the root before. */
  readonly after: number;
  /** How often each action stands among them. */
  readonly actions: readonly { readonly action: string; readonly count: number }[];
}

/** The sheet of a root: plain text in both languages, to be mailed, or printed, signed and put away. */
export async function auditReport(db: Kysely<Database>, root: AuditRoot): Promise<string> {
  const [before] = await rootsBefore(db, root.day, 1);
  const after = before?.position ?? 0;
  const { id } = await db.selectFrom('installation').select('id').executeTakeFirstOrThrow();
  const actions = await db
    .selectFrom('audit')
    .select(['action', (eb) => eb.fn.countAll<number>().as('count')])
    .where('id', '>', after)
    .where('id', '<=', root.position)
    .groupBy('action')
    .orderBy('action')
    .execute();
  return sheetText({ root, installation: id, timeZone: await calendarOf(db), after, actions });
}

const WIDTH = 72;
const LINE = '_'.repeat(28);

function sheetText({ root, installation, timeZone, after, actions }: Sheet): string {
  const { day, position, hash, madeAt } = root;
  const groups = hash.match(/.{4}/g) ?? [];
  return [
    'TAILWATCH 审计日报 / DAILY AUDIT ROOT',
    '='.repeat(WIDTH),
    `日期 Day            ${day} (${timeZone})`,
    `装置 Installation   ${installation}`,
    `制作 Made           ${new Date(madeAt).toISOString()}`,
    `本日记录 Rows       ${String(after + 1)} - ${String(position)} (${String(position - after)})`,
    `位置 Position       ${String(position)}`,
    '根 Root',
    ...[0, 4, 8, 12].map((from) => `    ${groups.slice(from, from + 4).join(' ')}`),
    '',
    '各类操作 Actions',
    ...actions.map(({ action, count }) => `    ${action.padEnd(40)} ${String(count).padStart(8)}`),
    ...(actions.length === 0 ? ['    -'] : []),
    '',
    '保存此页，并离开本机保存。日后核对：',
    'Keep this sheet, away from the machine. To check it later:',
    '    tailwatch verify --root ROOT',
    '',
    `签名 Signature ${LINE}  日期 Date ${'_'.repeat(16)}`,
    '',
    `audit root ${day} ${String(position)} ${hash}`,
  ].join('\n');
}
