import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { LinkSaid, LinkToken, LinkView } from '../../contract/answer-link.ts';
import { Problem } from '../../contract/http.ts';
import { AppError } from '../../core/errors.ts';
import { MINUTE } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import type { AnswerLinks } from '../../platform/answer-link.ts';
import { recordAudit } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import { open } from '../doors.ts';
import type { CalloutDesk } from '../ports.ts';
import { linkedMessage } from '../views/link-view.ts';

interface AnswerLinkDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: Pick<CalloutDesk, 'answerByLink' | 'sayByLink'>;
  /** null: there is no SECRET_KEY, and no message carries a link. */
  readonly links: AnswerLinks | null;
}

const config = {
  door: open('needs the token that stands in one message'),
  rateLimit: { max: 60, timeWindow: MINUTE },
};
const schema = { body: LinkToken, response: { 200: LinkView, 404: Problem, 409: Problem, 410: Problem, 429: Problem } };

/** The link in a text message. Opening it shows what it is about and answers nothing: that takes a press of its own. */
export const answerLinkRoutes: FastifyPluginAsyncZod<AnswerLinkDeps> = async (app, { db, clock, desk, links }) => {
  const attemptOf = (token: string): string => {
    const attemptId = links?.attemptOf(token) ?? null;
    if (attemptId === null) throw new AppError('attempt/not-found', 'this is no link of ours');
    return attemptId;
  };

  app.post('/api/answer-link/open', { config, schema }, async (request) => {
    const { view } = await linkedMessage(db, attemptOf(request.body.token), clock.now());
    return view;
  });

  app.post('/api/answer-link/answer', { config, schema }, async (request) => {
    const attemptId = attemptOf(request.body.token);
    const { siteId, calloutId, contactId, view } = await linkedMessage(db, attemptId, clock.now());
    if (view.state !== 'open') return view;
    await desk.answerByLink(attemptId);
    const facts = { calloutId, contactId, level: view.level, address: request.ip };
    await recordAudit(db, {
      at: clock.now(),
      who: `contact:${contactId}`,
      action: 'callout/answer-by-link',
      siteId,
      facts,
    });
    return (await linkedMessage(db, attemptId, clock.now())).view;
  });

  app.post('/api/answer-link/say', { config, schema: { ...schema, body: LinkSaid } }, async (request) => {
    const attemptId = attemptOf(request.body.token);
    const { what } = request.body;
    const { siteId, calloutId, contactId, view } = await linkedMessage(db, attemptId, clock.now());
    if (!view.isAsked) return view;
    await desk.sayByLink(attemptId, what);
    const facts = { calloutId, contactId, what, address: request.ip };
    await recordAudit(db, {
      at: clock.now(),
      who: `contact:${contactId}`,
      action: 'callout/say-by-link',
      siteId,
      facts,
    });
    return (await linkedMessage(db, attemptId, clock.now())).view;
  });
};
