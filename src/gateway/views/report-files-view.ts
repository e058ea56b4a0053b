import type { Kysely } from 'kysely';
import type { ReportFile } from '../../contract/report-files.ts';
import { AppError } from '../../core/errors.ts';
import type { Database } from '../../platform/database.ts';

const COLUMNS = ['id', 'name', 'media_type', 'size', 'note', 'sha256', 'added_by', 'added_at'] as const;

/** What was added to the report of a callout, oldest first; without the bytes. */
export async function filesOfCallout(db: Kysely<Database>, calloutId: string): Promise<ReportFile[]> {
  const rows = db.selectFrom('callout_file').select(COLUMNS).where('callout_id', '=', calloutId);
  return (await rows.orderBy('added_at').orderBy('id').execute()).map(viewOf);
}

/** One of them. Throws `file/not-found`. */
export async function fileById(db: Kysely<Database>, fileId: string): Promise<ReportFile> {
  const row = await db.selectFrom('callout_file').select(COLUMNS).where('id', '=', fileId).executeTakeFirst();
  if (row === undefined) throw new AppError('file/not-found', 'there is no such file');
  return viewOf(row);
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  readonly size: number;
  readonly note: string;
  readonly sha256: string;
  readonly added_by: string;
  readonly added_at: Date;
}

const viewOf = ({ id, media_type, added_by, added_at, ...row }: Row): ReportFile => ({
  ...row,
  fileId: id,
  // Written by the desk, as one of these.
  mediaType: media_type as ReportFile['mediaType'],
  addedBy: added_by,
  addedAt: added_at.getTime(),
});
