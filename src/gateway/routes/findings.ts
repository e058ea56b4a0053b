import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import {
  FindingView,
  LowerFinding,
  PHOTO_BYTES_AT_MOST,
  PHOTO_TYPES,
  PhotoView,
  RaiseFinding,
  ReportFinding,
} from '../../contract/findings.ts';
import { Problem } from '../../contract/http.ts';
import { ProposalView } from '../../contract/proposals.ts';
import { Line } from '../../contract/shape.ts';
import { AppError } from '../../core/errors.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import { personOf } from '../person.ts';
import type { FindingDesk } from '../ports.ts';
import { findingById, findingsOfSite } from '../views/findings-view.ts';
import { proposalById } from '../views/proposals-view.ts';

interface FindingDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: FindingDesk;
}

const ofSite = z.object({ siteId: Line(40) });
const ofFinding = z.object({ findingId: z.uuid() });

/** What people found: reported, raised, shown with its photos, and lowered by two. */
export const findingRoutes: FastifyPluginAsyncZod<FindingDeps> = async (app, { db, clock, desk }) => {
  app.addContentTypeParser(
    [...PHOTO_TYPES],
    { parseAs: 'buffer', bodyLimit: PHOTO_BYTES_AT_MOST },
    (_request, body, done) => {
      done(null, body);
    },
  );

  app.get(
    '/api/sites/:siteId/findings',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: ofSite, response: { 200: z.array(FindingView), 404: Problem } },
    },
    (request) => findingsOfSite(db, request.params.siteId),
  );

  app.post(
    '/api/sites/:siteId/findings',
    {
      config: { door: may('finding/report', 'site') },
      schema: {
        params: ofSite,
        body: ReportFinding,
        response: { 201: FindingView, 400: Problem, 404: Problem },
      },
    },
    async (request, reply) => {
      const who = sessionOf(request).account.name;
      const findingId = await desk.report(request.params.siteId, request.body, who);
      return reply.code(201).send(await findingById(db, findingId));
    },
  );

  app.get(
    '/api/findings/:findingId',
    {
      config: { door: may('site/see', 'finding') },
      schema: { params: ofFinding, response: { 200: FindingView, 404: Problem } },
    },
    (request) => findingById(db, request.params.findingId),
  );

  app.post(
    '/api/findings/:findingId/raise',
    {
      config: { door: may('finding/report', 'finding') },
      schema: { params: ofFinding, body: RaiseFinding, response: { 200: FindingView, 404: Problem, 409: Problem } },
    },
    async (request) => {
      const { findingId } = request.params;
      await desk.raise(findingId, request.body, sessionOf(request).account.name);
      return findingById(db, findingId);
    },
  );

  app.post(
    '/api/findings/:findingId/lowerings',
    {
      config: { door: may('finding/report', 'finding') },
      schema: { params: ofFinding, body: LowerFinding, response: { 202: ProposalView, 404: Problem, 409: Problem } },
    },
    async (request, reply) => {
      const proposalId = await desk.proposeLowering(request.params.findingId, request.body, personOf(request));
      return reply.code(202).send(await proposalById(db, proposalId, clock.now()));
    },
  );

  app.post(
    '/api/findings/:findingId/photos',
    {
      config: { door: may('finding/report', 'finding') },
      schema: {
        params: ofFinding,
        consumes: [...PHOTO_TYPES],
        description: 'The body is the photo itself. The same again is the same photo.',
        response: { 201: PhotoView, 404: Problem, 413: Problem, 415: Problem },
      },
    },
    async (request, reply) => {
      const bytes = request.body;
      if (!Buffer.isBuffer(bytes)) throw new AppError('finding/photo-refused', 'the body must be the photo itself');
      const who = sessionOf(request).account.name;
      return reply.code(201).send(await desk.addPhoto(request.params.findingId, bytes, who));
    },
  );

  app.get(
    '/api/photos/:photoId',
    {
      config: { door: may('site/see', 'photo') },
      schema: { params: z.object({ photoId: z.uuid() }), produces: [...PHOTO_TYPES] },
    },
    async (request, reply) => {
      const stored = db.selectFrom('finding_photo').select(['bytes', 'media_type']);
      const photo = await stored.where('id', '=', request.params.photoId).executeTakeFirst();
      if (photo === undefined) throw new AppError('photo/not-found', 'there is no such photo');
      // It never changes; whoever signs out must not find it in the next one's cache.
      return reply.type(photo.media_type).header('cache-control', 'private, no-cache').send(photo.bytes);
    },
  );
};
