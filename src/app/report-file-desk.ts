import { createHash, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { FILES_AT_MOST, FILE_BYTES_AT_MOST, REPORT_BYTES_AT_MOST } from '../contract/report-files.ts';
import { AppError } from '../core/errors.ts';
import { fileTypeOf } from '../core/file-type.ts';
import type { FileType } from '../core/file-type.ts';
import type { ReportFileDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';

interface DeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/** Where people add recordings, photos and papers to the report of a callout. What was added stays as it is. */
export const reportFileDesk = ({ db, clock }: DeskPorts): ReportFileDesk => ({
  add: (calloutId, { name, note, bytes }, who) =>
    db.transaction().execute(async (tx) => {
      const mediaType = takenType(bytes);
      const now = await clock.read(tx);
      const callout = await tx.selectFrom('callout').select('site_id').where('id', '=', calloutId).executeTakeFirst();
      if (callout === undefined) throw new AppError('callout/not-found', 'there is no such callout');
      const kept = await tx
        .selectFrom('callout_file')
        .select(['id', 'sha256', 'size'])
        .where('callout_id', '=', calloutId)
        .execute();
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const same = kept.find((file) => file.sha256 === sha256);
      if (same !== undefined) return same.id;
      // Of two at once both may be the last that is taken: a callout that runs is not held for a film.
      if (kept.length >= FILES_AT_MOST)
        throw new AppError('file/refused', `a report has ${String(FILES_AT_MOST)} files at most`);
      if (kept.reduce((sum, { size }) => sum + size, bytes.length) > REPORT_BYTES_AT_MOST)
        throw new AppError('file/refused', `the files of a report are ${String(REPORT_BYTES_AT_MOST)} bytes at most`);
      const id = randomUUID();
      const added = await tx
        .insertInto('callout_file')
        .values({
          id,
          callout_id: calloutId,
          name,
          media_type: mediaType,
          size: bytes.length,
          bytes: Buffer.from(bytes),
          sha256,
          note,
          added_by: who,
          added_at: new Date(now),
        })
        .onConflict((conflict) => conflict.columns(['callout_id', 'sha256']).doNothing())
        .returning('id')
        .executeTakeFirst();
      if (added === undefined) return idOf(tx, calloutId, sha256);
      const facts = { calloutId, fileId: id, name, mediaType, sha256, bytes: bytes.length };
      await recordAudit(tx, { at: now, who, action: 'report/attach', siteId: callout.site_id, facts });
      return id;
    }),
});

async function idOf(db: Kysely<Database>, calloutId: string, sha256: string): Promise<string> {
  const rows = db.selectFrom('callout_file').select('id').where('callout_id', '=', calloutId);
  return (await rows.where('sha256', '=', sha256).executeTakeFirstOrThrow()).id;
}

/** Throws `file/refused` with the reason. */
function takenType(bytes: Uint8Array): FileType {
  if (bytes.length > FILE_BYTES_AT_MOST)
    throw new AppError('file/refused', `a file is ${String(FILE_BYTES_AT_MOST)} bytes at most`);
  const type = fileTypeOf(bytes);
  if (type === null) throw new AppError('file/refused', 'it is no photo, PDF, sound or film of a kind that is taken');
  return type;
}
