import type { Kysely } from 'kysely';
import { TOKEN_SCOPES, accessOfScopes } from '../core/access.ts';
import type { TokenScope } from '../core/access.ts';
import { MINUTE, instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { digestOf } from './secret-words.ts';
import type { Session } from './sessions.ts';

/** What a token of ours begins with: it is recognised where it leaked to. */
export const TOKEN_PREFIX = 'tw_';
/** Each note of its use is a write. */
const NOTED_EVERY_MS = 10 * MINUTE;

/** What a program with this token may, or null: unknown, over, or revoked. */
export async function bearerSession(db: Kysely<Database>, token: string, now: Instant): Promise<Session | null> {
  if (!token.startsWith(TOKEN_PREFIX)) return null;
  const row = await db
    .selectFrom('credential')
    .selectAll()
    .where('secret_hash', '=', digestOf(token))
    .where('kind', '=', 'token')
    .executeTakeFirst();
  if (row === undefined || row.revoked_at !== null || row.expires_at === null || row.expires_at.getTime() <= now)
    return null;
  if (now - (row.last_used_at?.getTime() ?? 0) >= NOTED_EVERY_MS)
    await db
      .updateTable('credential')
      .set({ last_used_at: new Date(now) })
      .where('id', '=', row.id)
      .execute();
  return {
    key: row.id,
    kind: 'token',
    account: { id: row.id, name: `token:${row.name}` },
    grants: [],
    access: accessOfScopes(row.scopes.filter(isScope), row.site_ids),
    secondFactor: false,
    mustChangePassword: false,
    expiresAt: instant(row.expires_at.getTime()),
  };
}

/** A scope that is none, any more or at all, opens nothing: whoever wrote it. */
const isScope = (scope: string): scope is TokenScope => TOKEN_SCOPES.some((known) => known === scope);
