import type { Kysely } from 'kysely';
import { AppError } from '../core/errors.ts';
import type { AuditFault, Walk } from '../platform/audit-walk.ts';
import { walkAudit } from '../platform/audit-walk.ts';
import type { Database } from '../platform/database.ts';
import { LOGS } from '../platform/position-log.ts';

interface VerifyPorts {
  readonly db: Kysely<Database>;
  readonly print: (text: string) => void;
}

const USAGE = 'usage: tailwatch verify [--root HEX]';

/**
 * `verify` walks the audit and says how far it is whole, or the first thing that is broken; `--root HEX` says too where a
 * root stands that left the machine earlier. Returns the exit code: 0 when nothing is broken and the root stands in the chain.
 * @throws AppError `config/setting` for what is no root
 */
export async function verifyCommand(
  words: readonly string[],
  options: { readonly root?: string },
  { db, print }: VerifyPorts,
): Promise<number> {
  if (words.length > 0) throw new AppError('config/setting', USAGE);
  const root = options.root === undefined ? null : rootOf(options.root);
  const walk = await walkAudit(db, root);
  const { end, fault, rootAt } = walk;
  if (fault !== null) {
    print(`BROKEN at row ${String(fault.id)} of the audit: ${wordsOf(fault)}`);
    print(end.id === 0 ? 'No row before it.' : `Whole before that: rows 1 to ${String(end.id)}, up to ${end.hash}`);
  } else {
    for (const line of whole(walk)) print(line);
  }
  if (root === null) return fault === null ? 0 : 1;
  print(rootLine(walk));
  return fault === null && rootAt !== null ? 0 : 1;
}

/** As it was printed, with blanks and in whatever letters. */
function rootOf(written: string): string {
  const root = written.replaceAll(/[\s:-]/g, '').toLowerCase();
  if (/^[\da-f]{64}$/.test(root)) return root;
  throw new AppError('config/setting', `--root must be the 64 hexadecimal digits of a root\n${USAGE}`);
}

function whole({ end, roots, logs }: Walk): string[] {
  const sealed = LOGS.map((log) => {
    const { sealed: rows, open } = logs[log];
    return `${log} ${String(rows)}${open > 0 ? ` (and ${String(open)} not yet)` : ''}`;
  });
  return [
    `The audit is whole: ${String(end.id)} rows, ${String(roots)} daily roots.`,
    `Logs sealed in it, as they were written: ${sealed.join(', ')}.`,
    `Newest row: ${String(end.id)} ${end.hash}`,
  ];
}

function rootLine({ rootAt, fault, end }: Walk): string {
  if (rootAt !== null)
    return `The root that was asked for stands at row ${String(rootAt)}: nothing up to there was changed since.`;
  return fault === null
    ? `BROKEN: the root that was asked for stands nowhere among the ${String(end.id)} rows: what it stood for was cut off or rewritten`
    : 'The root that was asked for does not stand before the break.';
}

function wordsOf(fault: AuditFault): string {
  switch (fault.why) {
    case 'missing':
      return fault.upTo === fault.id ? 'it is missing' : `it and the rows up to ${String(fault.upTo)} are missing`;
    case 'inserted':
      return 'it was inserted: its number stood already';
    case 'changed':
      return 'it was changed: its hash is not that of what it says';
    case 'link':
      return `its link is broken: it was not made after row ${String(fault.id - 1)} as that is now`;
    case 'seal-unreadable':
      return 'it seals a log, and cannot be read';
    case 'seal-gap':
      return `it seals ${fault.log} from position ${String(fault.after)}, the seal before ended at ${String(fault.expected)}`;
    case 'log-changed':
      return logWords(fault);
    case 'root':
      return `the root of ${fault.day} is ${fault.root}, ${fault.found === null ? 'and the chain ends before it' : `the chain has ${fault.found}`}`;
  }
}

function logWords({ seal, found }: Extract<AuditFault, { why: 'log-changed' }>): string {
  const stretch = `${seal.log}, positions ${String(seal.after + 1)} to ${String(seal.upTo)},`;
  if (found === null) return `${stretch} has lost a column that was sealed`;
  if (found.rows === seal.rows) return `${stretch} was changed after it was sealed`;
  return `${stretch} had ${String(seal.rows)} rows when it was sealed, and has ${String(found.rows)}`;
}
