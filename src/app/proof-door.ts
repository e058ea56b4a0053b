import type { Kysely } from 'kysely';
import { proofReport } from '../../alerting/io/proof-calls.ts';
import { hasCode } from '../core/errors.ts';
import type { CalloutDesk } from '../gateway/ports.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';

type Report = CalloutDesk['report'];

/** A report on what is no attempt of a callout may be on a call that proves a number. */
export const orProof =
  (report: Report, db: Kysely<Database>, clock: DatabaseClock): Report =>
  async (id, body, from) => {
    try {
      return await report(id, body, from);
    } catch (error) {
      const reply = hasCode(error, 'attempt/not-found') ? await proofReport(db, clock, id, body) : null;
      if (reply === null) throw error;
      return reply;
    }
  };
