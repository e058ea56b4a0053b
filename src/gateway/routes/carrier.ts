import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { MINUTE } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import { CarrierMessageBody, CarrierReplyBody, CarrierReportBody } from '../carrier-messages.ts';
import { checkCarrierSignature } from '../carrier-signature.ts';
import { open } from '../doors.ts';
import { Problem } from '../../contract/http.ts';
import type { CalloutDesk } from '../ports.ts';

export interface CarrierDeps {
  readonly desk: Pick<CalloutDesk, 'report' | 'reply'>;
  readonly clock: Clock;
  /** Of those that speak our own API, by name; of none that is not there a report is believed. */
  readonly keys: ReadonlyMap<string, string>;
  /** Path under which carriers reach us, without a slash at the end; '' for the root. */
  readonly basePath: string;
}

/** Reports of five hundred calls at once come from one address. */
const CARRIER_RATE = { max: 30_000, timeWindow: MINUTE };

/** The carrier of an installation that has but one. */
const ONLY = 'http';
const Which = z.object({ carrier: z.string().max(40).optional() });
const nameOf = (query: unknown): string | undefined => Which.safeParse(query).data?.carrier;

const response = { 200: CarrierReplyBody, 400: Problem, 401: Problem, 404: Problem };

/** What carriers report. Open to the network, so each request is signed, over the bytes as they came and the path that names the attempt. */
export const carrierRoutes: FastifyPluginAsyncZod<CarrierDeps> = async (app, { desk, clock, keys, basePath }) => {
  const config = { door: open('signed by the carrier, over the path that names the attempt'), rateLimit: CARRIER_RATE };

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: 16_384 }, (_request, body, done) =>
    done(null, body),
  );

  app.addHook('preValidation', async (request) => {
    const key = keys.get(nameOf(request.query) ?? ONLY);
    if (key === undefined) throw new AppError('carrier/bad-signature', 'no such carrier is configured');
    const body: Uint8Array = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    const { 'x-carrier-timestamp': timestamp, 'x-carrier-signature': signature } = request.headers;
    checkCarrierSignature(
      key,
      { timestamp: one(timestamp), signature: one(signature), path: basePath + request.url, body },
      clock.now(),
    );
    request.body = parse(body);
  });

  app.post(
    '/carrier/attempts/:attemptId',
    {
      config,
      schema: { params: z.object({ attemptId: z.uuid() }), querystring: Which, body: CarrierReportBody, response },
    },
    (request) => desk.report(request.params.attemptId, request.body, request.query.carrier ?? ONLY),
  );

  app.post(
    '/carrier/messages',
    { config, schema: { querystring: Which, body: CarrierMessageBody, response } },
    async (request) => {
      const { from, text, reportId } = request.body;
      return (await desk.reply(from, text, reportId)) ?? {};
    },
  );
};

const one = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw new AppError('request/invalid', 'the body is not JSON', { cause, field: 'body' });
  }
}
