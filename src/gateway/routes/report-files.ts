import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { AddFile, FILE_BYTES_AT_MOST, ReportFile } from '../../contract/report-files.ts';
import { AppError } from '../../core/errors.ts';
import { nameTakenAway } from '../../core/file-type.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { ReportFileDesk } from '../ports.ts';
import { stretchOf } from '../stretch.ts';
import { fileById, filesOfCallout } from '../views/report-files-view.ts';

interface FileDeps {
  readonly db: Kysely<Database>;
  readonly desk: ReportFileDesk;
}

const RAW = 'application/octet-stream';
const ofCallout = z.object({ calloutId: z.uuid() });
const ofFile = z.object({ fileId: z.uuid() });

/** Recordings, photos and papers of a report: added, listed, and given back as they came, whole or a stretch of them. */
export const reportFileRoutes: FastifyPluginAsyncZod<FileDeps> = async (app, { db, desk }) => {
  app.addContentTypeParser(RAW, { parseAs: 'buffer', bodyLimit: FILE_BYTES_AT_MOST }, (_request, body, done) => {
    done(null, body);
  });

  app.get(
    '/api/callouts/:calloutId/files',
    {
      config: { door: may('site/see', 'callout') },
      schema: { params: ofCallout, response: { 200: z.array(ReportFile), 404: Problem } },
    },
    (request) => filesOfCallout(db, request.params.calloutId),
  );

  app.post(
    '/api/callouts/:calloutId/files',
    {
      config: { door: may('report/attach', 'callout') },
      schema: {
        params: ofCallout,
        querystring: AddFile,
        consumes: [RAW],
        description: 'The body is the file itself; what kind it is its bytes tell. The same again is the same file.',
        response: { 201: ReportFile, 404: Problem, 413: Problem, 415: Problem },
      },
    },
    async (request, reply) => {
      const bytes = request.body;
      if (!Buffer.isBuffer(bytes)) throw new AppError('file/refused', 'the body must be the file itself');
      const { name = 'file', note = '' } = request.query;
      const who = sessionOf(request).account.name;
      const fileId = await desk.add(request.params.calloutId, { name, note, bytes }, who);
      return reply.code(201).send(await fileById(db, fileId));
    },
  );

  app.get(
    '/api/files/:fileId',
    {
      config: { door: may('site/see', 'file') },
      schema: { params: ofFile, produces: [RAW], description: 'The file. A header `range` asks for a stretch of it.' },
    },
    async (request, reply) => {
      const { fileId } = request.params;
      const { name, mediaType, size } = await fileById(db, fileId);
      const stretch = stretchOf(request.headers.range, size);
      const { from, to } = stretch ?? { from: 0, to: size - 1 };
      // What is in memory is no more than what is asked for.
      const { part } = await db
        .selectFrom('callout_file')
        .select(sql<Buffer>`substring(bytes from ${from + 1} for ${to - from + 1})`.as('part'))
        .where('id', '=', fileId)
        .executeTakeFirstOrThrow();
      if (stretch !== null)
        reply.code(206).header('content-range', `bytes ${String(from)}-${String(to)}/${String(size)}`);
      return reply
        .type(mediaType)
        .header('accept-ranges', 'bytes')
        .header(
          'content-disposition',
          `${dispositionOf(mediaType)}; filename*=UTF-8''${encodeURIComponent(nameTakenAway(name, mediaType))}`,
        )
        .header('cache-control', 'private, no-cache')
        .send(part);
    },
  );
};

/** Sound, film and photos are shown in the page; a paper is taken away: it may hold what a browser would run. */
const dispositionOf = (mediaType: string): string => (mediaType === 'application/pdf' ? 'attachment' : 'inline');
