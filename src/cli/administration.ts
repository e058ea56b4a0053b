import type { Kysely } from 'kysely';
import type { Instant } from '../core/time.ts';
import { administration } from '../gateway/administration.ts';
import type { Administration } from '../gateway/administration.ts';
import { sessions } from '../gateway/sessions.ts';
import type { Database } from '../platform/database.ts';

/** Changes of who may what from the command line. A running gateway learns of them at the next request, of an open page within a minute. */
export const administrationByCommand = (db: Kysely<Database>, now: Instant): Administration =>
  administration({
    db,
    clock: { now: () => now },
    sessions: sessions(db),
    sessionEnded: () => {},
    accessChanged: () => {},
  });
