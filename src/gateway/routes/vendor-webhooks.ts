import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CarrierReply } from '../../../alerting/carrier-report.ts';
import type { Told, Webhook } from '../../../alerting/channels/webhook.ts';
import { Problem } from '../../contract/http.ts';
import { AppError, hasCode } from '../../core/errors.ts';
import { MINUTE } from '../../core/time.ts';
import { open } from '../doors.ts';
import type { CalloutDesk } from '../ports.ts';

export interface VendorDeps {
  readonly desk: Pick<CalloutDesk, 'report' | 'reply' | 'attemptOf'>;
  /** By the carrier's name. */
  readonly webhooks: ReadonlyMap<string, Webhook>;
  /** Where carriers reach us, without a slash at its end. */
  readonly publicUrl: string;
  /** Ends a call of a carrier whose line heard no reply. */
  readonly hangUp: (carrier: string, reference: string) => Promise<void>;
}

/** Reports of five hundred calls at once come from one address. */
const RATE = { max: 30_000, timeWindow: MINUTE };
const BYTES_AT_MOST = 262_144;

/** What vendors report in their own ways. Each is known by its signature, or by a secret in its path. */
export const vendorRoutes: FastifyPluginAsyncZod<VendorDeps> = async (app, { desk, webhooks, publicUrl, hangUp }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BYTES_AT_MOST }, (_request, body, done) =>
    done(null, body),
  );

  async function take(carrier: string, told: Told): Promise<CarrierReply> {
    if ('from' in told) return (await desk.reply(told.from, told.text, `${carrier}:${told.reportId}`)) ?? {};
    const attemptId = 'attemptId' in told ? told.attemptId : await desk.attemptOf(carrier, told.reference, told.begins);
    return desk.report(attemptId, told.report, carrier);
  }

  const config = { door: open('signed by the vendor, or named by a secret in its path'), rateLimit: RATE };
  const response = { 200: z.string(), 400: Problem, 401: Problem, 404: Problem };
  const Name = z.string().max(40);

  app.post(
    '/carrier/vendors/:carrier/attempts/:attemptId',
    { config, schema: { params: z.object({ carrier: Name, attemptId: z.uuid() }), response } },
    (request, reply) => hear(request.params.carrier, request, reply),
  );
  app.post(
    '/carrier/vendors/:carrier/:what',
    { config, schema: { params: z.object({ carrier: Name, what: z.string().max(64) }), response } },
    (request, reply) => hear(request.params.carrier, request, reply),
  );

  async function hear(carrier: string, request: FastifyRequest, reply: FastifyReply) {
    const webhook = webhooks.get(carrier);
    if (webhook === undefined) throw new AppError('carrier/bad-signature', 'there is no carrier of this name');
    const body: Uint8Array = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    const call = { url: publicUrl + request.url, headers: request.headers, body };
    const told = webhook.hear(call);
    const replies: CarrierReply[] = [];
    const unknown: AppError[] = [];
    for (const one of told) {
      const said = await take(carrier, one).catch((error: unknown) => {
        if (told.length === 1 || !hasCode(error, 'attempt/not-found')) throw error;
        unknown.push(error);
        return null;
      });
      if (said === null) continue;
      replies.push(said);
      if (webhook.hangsUpByRequest && said.hangup === true && 'report' in one && one.report.event !== 'digit')
        await hangUp(carrier, one.report.id ?? '').catch(() => undefined);
    }
    // The others are taken. This one may be told before we have written down that it was asked for: it is told again.
    if (unknown[0] !== undefined) throw unknown[0];
    const { type, body: text } = webhook.answer(call, replies);
    return reply.type(type).send(text);
  }
};
