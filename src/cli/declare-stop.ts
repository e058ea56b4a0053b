import type { Kysely } from 'kysely';
import { say } from '../app/outside-heartbeat.ts';
import { AppError } from '../core/errors.ts';
import { MINUTE } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import { recordAudit } from '../platform/audit.ts';
import type { Database } from '../platform/database.ts';
import { readSetting } from '../platform/settings.ts';
import type { Environment } from '../platform/settings.ts';

interface DeclareStopPorts {
  readonly db: Kysely<Database>;
  readonly now: Instant;
  /** Who is written in the audit. */
  readonly who: string;
  readonly env: Environment;
  readonly print: (text: string) => void;
}

/** `declare-stop --minutes N --reason TEXT` tells the watchdog that the service is about to be stopped, for how long and why: audited. */
export async function declareStopCommand(
  words: readonly string[],
  options: { readonly minutes?: string; readonly reason?: string },
  { db, now, who, env, print }: DeclareStopPorts,
): Promise<void> {
  const minutes = Number(options.minutes);
  const reason = options.reason?.trim() ?? '';
  if (words.length > 0 || !Number.isInteger(minutes) || minutes < 1 || minutes > 1_440 || reason === '')
    throw new AppError('config/setting', 'usage: tailwatch declare-stop --minutes N --reason TEXT (1 to 1440 minutes)');
  const url = readSetting(env, 'HEARTBEAT_URL');
  if (url === undefined)
    throw new AppError('config/setting', 'HEARTBEAT_URL is missing: nobody waits for signs of life');
  const key = readSetting(env, 'HEARTBEAT_KEY') ?? null;
  await say({ url, key }, { type: 'stopping', forMs: minutes * MINUTE, why: reason }).catch((cause: unknown) => {
    throw new AppError('config/setting', `the watchdog was not told: ${(cause as Error).message}`, { cause });
  });
  await recordAudit(db, { at: now, who, action: 'installation/declare-stop', facts: { minutes, reason } });
  print(`Told. Stop the service now; unless it is back within ${options.minutes ?? ''} minutes the watchdog calls.`);
}
