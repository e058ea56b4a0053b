import type { Kysely } from 'kysely';
import type { Instant } from '../core/time.ts';
import { drawSetupCode } from '../gateway/setup.ts';
import type { Database } from '../platform/database.ts';

interface SetupCommandPorts {
  readonly db: Kysely<Database>;
  readonly now: Instant;
  /** Where browsers reach the gateway. */
  readonly publicUrl: string;
  readonly print: (text: string) => void;
}

/** `setup` prints the link that makes the first administrator, once; a link that was printed before opens nothing any more. */
export async function setupCommand({ db, now, publicUrl, print }: SetupCommandPorts): Promise<void> {
  const code = await drawSetupCode(db, now);
  print(code === null ? 'Somebody administers already: sign in.' : setupLink(publicUrl, code));
}

/** The code stands behind the #: no browser sends that part, and no log shows it. */
export const setupLink = (publicUrl: string, code: string): string => `${publicUrl}/#setup=${code}`;
