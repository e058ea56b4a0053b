import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CapMessage } from '../../contract/cap.ts';
import { Problem } from '../../contract/http.ts';
import { AppError } from '../../core/errors.ts';
import { may } from '../doors.ts';
import type { GatewayPorts } from '../ports.ts';

const params = z.object({ calloutId: z.uuid() });

/** A callout for the systems of others, as the Common Alerting Protocol has it. */
export const capRoutes: FastifyPluginAsyncZod<Pick<GatewayPorts, 'capMessages'>> = async (app, { capMessages }) => {
  app.get(
    '/api/callouts/:calloutId/cap',
    {
      config: { door: may('site/see', 'callout') },
      schema: { params, response: { 200: z.array(CapMessage), 404: Problem } },
    },
    async (request) => [...(await capMessages(request.params.calloutId))],
  );

  /** The newest alone, as a receiver takes it. */
  app.get(
    '/api/callouts/:calloutId/cap.xml',
    {
      config: { door: may('site/see', 'callout') },
      schema: { params, response: { 200: z.string().describe('application/cap+xml'), 404: Problem } },
    },
    async (request, reply) => {
      const newest = (await capMessages(request.params.calloutId)).at(-1);
      if (newest === undefined) throw new AppError('callout/not-found', 'the callout has told nothing yet');
      return reply
        .type('application/cap+xml; charset=utf-8')
        .serializer((text: string) => text)
        .send(newest.xml);
    },
  );
};
