import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { CalloutView, Problem } from '../../contract/http.ts';
import { CountHeads, OrderDone, Release, Respond } from '../../contract/response.ts';
import { AppError } from '../../core/errors.ts';
import { MINUTE, plus } from '../../core/time.ts';
import type { Clock } from '../../core/time.ts';
import { recordAudit } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { CalloutDesk } from '../ports.ts';
import { calloutById } from '../views/callout-view.ts';

interface CalloutDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: Pick<
    CalloutDesk,
    'answerOnScreen' | 'declineOnScreen' | 'respond' | 'countHeads' | 'reportDone' | 'release'
  >;
}

const params = z.object({ calloutId: z.uuid() });
const orderParams = params.extend({ order: z.coerce.number().int().min(1).max(1_000_000) });
const response = { 200: CalloutView, 400: Problem, 404: Problem, 409: Problem };

/** What people do to a callout on the page: answer, respond, close. Each gives back the callout as it then stands. */
export const calloutRoutes: FastifyPluginAsyncZod<CalloutDeps> = async (app, { db, clock, desk }) => {
  const record = (who: string, action: string, siteId: string, facts: Record<string, unknown>) =>
    recordAudit(db, { at: clock.now(), who, action, siteId, facts });

  /** Who answers here: the site's control room where it has one; else the account, which settles nothing but is on record. */
  const screenOf = async (calloutId: string, account: string) => {
    const { policy, view } = await calloutById(db, calloutId);
    const room = policy.contacts.find(({ duty }) => duty === 'control-room');
    return { policy, siteId: view.siteId, contactId: room?.id ?? answererOf(account) };
  };
  const answers = { config: { door: may('callout/answer', 'callout') } } as const;

  app.post('/api/callouts/:calloutId/answer', { ...answers, schema: { params, response } }, async (request) => {
    const { calloutId } = request.params;
    const { name } = sessionOf(request).account;
    const { siteId, contactId } = await screenOf(calloutId, name);
    await desk.answerOnScreen(calloutId, contactId);
    await record(name, 'callout/answer', siteId, { calloutId, contactId });
    return (await calloutById(db, calloutId)).view;
  });

  app.post('/api/callouts/:calloutId/decline', { ...answers, schema: { params, response } }, async (request) => {
    const { calloutId } = request.params;
    const { name } = sessionOf(request).account;
    const { siteId, contactId } = await screenOf(calloutId, name);
    await desk.declineOnScreen(calloutId, contactId);
    await record(name, 'callout/decline', siteId, { calloutId, contactId });
    return (await calloutById(db, calloutId)).view;
  });

  app.post(
    '/api/callouts/:calloutId/respond',
    { ...answers, schema: { params, body: Respond, response } },
    async (request) => {
      const { calloutId } = request.params;
      const { name } = sessionOf(request).account;
      const { policy, siteId, contactId } = await screenOf(calloutId, name);
      const { issuer = contactId, kind, scope, route = null, withinMinutes = null, expected = null } = request.body;
      if (issuer !== contactId && !policy.contacts.some(({ id }) => id === issuer))
        throw new AppError('request/invalid', 'there is no such contact', { field: 'issuer' });
      const dueAt = withinMinutes === null ? null : plus(clock.now(), withinMinutes * MINUTE);
      const order = { kind, scope, route, dueAt, expected };
      await desk.respond(calloutId, { by: name, screen: contactId, issuer, order });
      await record(name, 'callout/respond', siteId, { calloutId, issuer, ...order });
      return (await calloutById(db, calloutId)).view;
    },
  );

  app.post(
    '/api/callouts/:calloutId/orders/:order/head-count',
    { ...answers, schema: { params: orderParams, body: CountHeads, response } },
    async (request) => {
      const { calloutId, order } = request.params;
      const { name } = sessionOf(request).account;
      await desk.countHeads(calloutId, order, name, request.body);
      const { view } = await calloutById(db, calloutId);
      await record(name, 'callout/head-count', view.siteId, { calloutId, order, ...request.body });
      return view;
    },
  );

  app.post(
    '/api/callouts/:calloutId/orders/:order/done',
    { ...answers, schema: { params: orderParams, body: OrderDone, response } },
    async (request) => {
      const { calloutId, order } = request.params;
      const { name } = sessionOf(request).account;
      await desk.reportDone(calloutId, order, name, request.body.note);
      const { view } = await calloutById(db, calloutId);
      await record(name, 'callout/order-done', view.siteId, { calloutId, order, note: request.body.note });
      return view;
    },
  );

  app.post(
    '/api/callouts/:calloutId/release',
    { config: { door: may('callout/release', 'callout') }, schema: { params, body: Release, response } },
    async (request) => {
      const { calloutId } = request.params;
      const { name } = sessionOf(request).account;
      const { note, inspection, openOrders } = request.body;
      await desk.release(calloutId, name, note, { inspection, openOrders });
      const { view } = await calloutById(db, calloutId);
      await record(name, 'callout/release', view.siteId, { calloutId, ...request.body });
      return view;
    },
  );
};

/** An account that answers as itself. No contact's id holds a colon: nobody answers as a contact by being named like one. */
const answererOf = (account: string): string => `account:${account}`;
