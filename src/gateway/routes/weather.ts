import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import { AnnounceWeather, EndWeather, WeatherView } from '../../contract/weather.ts';
import { AppError } from '../../core/errors.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { WeatherDesk } from '../ports.ts';
import { weatherById, weatherOfSite } from '../views/weather-view.ts';

interface WeatherDeps {
  readonly db: Kysely<Database>;
  readonly desk: WeatherDesk;
}

const CAP_TYPES = ['application/xml', 'text/xml', 'application/cap+xml'];
const CAP_BYTES_AT_MOST = 512 * 1024;
const ofSite = z.object({ siteId: Line(40) });

/** Warnings of the weather bureau: by a program, by hand, and as CAP documents. */
export const weatherRoutes: FastifyPluginAsyncZod<WeatherDeps> = async (app, { db, desk }) => {
  app.addContentTypeParser(CAP_TYPES, { parseAs: 'string', bodyLimit: CAP_BYTES_AT_MOST }, (_request, body, done) => {
    done(null, body);
  });

  app.get(
    '/api/sites/:siteId/weather',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: ofSite, response: { 200: z.array(WeatherView), 404: Problem } },
    },
    (request) => weatherOfSite(db, request.params.siteId),
  );

  app.post(
    '/api/sites/:siteId/weather',
    {
      config: { door: may('weather/announce', 'site') },
      schema: { params: ofSite, body: AnnounceWeather, response: { 201: WeatherView, 404: Problem } },
    },
    async (request, reply) => {
      const id = await desk.announce(request.params.siteId, request.body, sessionOf(request).account.name);
      return reply.code(201).send(await weatherById(db, id));
    },
  );

  app.post(
    '/api/sites/:siteId/weather/cap',
    {
      config: { door: may('weather/announce', 'site') },
      schema: {
        params: ofSite,
        consumes: CAP_TYPES,
        description: 'The body is a CAP 1.2 document: Alert, Update or Cancel.',
        response: { 201: WeatherView, 404: Problem, 422: Problem },
      },
    },
    async (request, reply) => {
      const xml = request.body;
      if (typeof xml !== 'string')
        throw new AppError('weather/bad-document', 'the body must be a CAP document, as XML');
      const id = await desk.announceCap(request.params.siteId, xml, sessionOf(request).account.name);
      return reply.code(201).send(await weatherById(db, id));
    },
  );

  app.post(
    '/api/weather/:warningId/end',
    {
      config: { door: may('weather/announce', 'warning') },
      schema: {
        params: z.object({ warningId: z.uuid() }),
        body: EndWeather,
        response: { 200: WeatherView, 404: Problem },
      },
    },
    async (request) => {
      const { warningId } = request.params;
      await desk.end(warningId, request.body.reason, sessionOf(request).account.name);
      return weatherById(db, warningId);
    },
  );
};
