import { readFile } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import type { PlannedCarrier } from '../../alerting/budget/plan.ts';
import { exportSite } from '../app/site-config-store.ts';
import { siteDesk } from '../app/site-desk.ts';
import type { Submitted } from '../app/site-desk.ts';
import { changeLine } from '../app/site-diff.ts';
import { AppError } from '../core/errors.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';

interface SiteCommandPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  /** Who is written in the audit. */
  readonly who: string;
  readonly print: (text: string) => void;
  /** Against whose limits ladders are planned; none: they are not. */
  readonly carriers?: readonly PlannedCarrier[];
}

/** As they were written. */
interface Options {
  readonly reason?: string | undefined;
  readonly alone?: boolean | undefined;
}

const USAGE = 'tailwatch site apply FILE [--reason TEXT] [--alone] | tailwatch site export SITE';

/**
 * `site apply FILE` hands the file in as the configuration of its site and prints what changes, what of it acts now and
 * what waits for whom; with `--alone` all of it acts now. `site export SITE` prints the configuration in force as YAML.
 * @throws AppError `config/invalid` (its message lists every fault, one a line), `site/not-found`, `proposal/reason-missing`
 */
export async function siteCommand(
  words: readonly string[],
  { reason, alone = false }: Options,
  { db, clock, who, print, carriers = [] }: SiteCommandPorts,
): Promise<void> {
  const [action, subject, ...more] = words;
  if (subject === undefined || more.length > 0) throw misused();
  switch (action) {
    case 'apply': {
      const text = await textOf(subject);
      const by = { accountId: null, name: who };
      const submitted = await siteDesk({ db, clock, carriers })
        .submit({ text, name: subject, by, reason: reasonIn(reason), alone })
        .catch((error: unknown) => {
          throw error instanceof AppError && error.code === 'proposal/reason-missing'
            ? new AppError(error.code, `${error.message} (--reason TEXT)`, { cause: error })
            : error;
        });
      for (const line of linesOf(submitted)) print(line);
      return;
    }
    case 'export':
      print((await exportSite(db, subject)).trimEnd());
      return;
    default:
      throw misused();
  }
}

const misused = (): AppError => new AppError('config/setting', `usage: ${USAGE}`);

function reasonIn(written: string | undefined): string | null {
  const reason = written?.trim() ?? '';
  if (/[\p{Cc}\p{Cs}]/u.test(reason) || reason.length > 300)
    throw new AppError('config/setting', '--reason must be one line of 300 characters at most');
  return reason === '' ? null : reason;
}

function linesOf({ siteId, review, applied, proposal, budget }: Submitted): string[] {
  const { loosening, tightening, neutral } = review;
  const changes = applied?.changes ?? [...loosening, ...tightening, ...neutral].map(changeLine);
  const unguarded = (applied?.unguarded ?? []).map(({ rule, why }) => `! rule ${rule} calls nobody: ${why}`);
  return [
    ...changes,
    ...unguarded,
    ...budget.map(budgetLine),
    ...outcomeOf(siteId, applied),
    ...waitsOf(siteId, review, { applied, proposal }),
  ];
}

function budgetLine({
  at,
  level,
  rung,
  contactId,
  medium,
  call,
  afterSeconds,
  why,
}: Submitted['budget'][number]): string {
  const who = `${level}${rung === null ? '' : `, rung ${String(rung)}`}: ${medium} to ${contactId}`;
  if (why === 'no-carrier') return `! ${who}: no carrier has this medium, it reaches nobody`;
  const when = `number ${String(call)}, ${String(Math.round(afterSeconds / 60))} min after the level at ${new Date(at).toISOString().slice(0, 16)}Z,`;
  const then =
    level === 'red' ? 'asked for all the same, the vendor may refuse it' : 'held, the next person is called instead';
  return `! ${who}: ${when} is over the limit of every carrier; ${then}`;
}

function outcomeOf(siteId: string, applied: Submitted['applied']): string[] {
  if (applied === null) return [];
  const version = `version ${String(applied.version)}`;
  return [
    applied.changes.length === 0 ? `${siteId}: nothing changed, ${version} stays` : `${siteId}: ${version} applied`,
  ];
}

function waitsOf(
  siteId: string,
  { loosening, tightening }: Submitted['review'],
  { applied, proposal }: Pick<Submitted, 'applied' | 'proposal'>,
): string[] {
  if (proposal === null) return [];
  const until = `${new Date(proposal.expiresAt).toISOString().slice(0, 16)}Z`;
  const named = `proposal ${proposal.proposalId}`;
  const who = `another engineer of ${siteId}, signed in on the page`;
  if (applied !== null) return [`${named}: it acts now; ${who}, has to approve it, by ${until}`];
  return [
    `${siteId}: nothing is applied yet, for this loosens what is watched:`,
    ...loosening.map(({ path }) => `  ${path}`),
    `${named}: it acts when ${who}, approves it, until ${until}`,
    ...(tightening.length > 0 ? ['What only tightens can be sent alone: it acts at once.'] : []),
  ];
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const why = (cause as { code?: string }).code === 'EISDIR' ? 'is a folder: name one file in it' : 'cannot be read';
    throw new AppError('config/invalid', `${file}: ${why}`, { cause });
  }
}
