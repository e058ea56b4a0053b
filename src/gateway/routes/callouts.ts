import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { CalloutView, Problem, Release } from '../../contract/http.ts';
import type { Clock } from '../../core/time.ts';
import { recordAudit } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { CalloutDesk } from '../ports.ts';
import { calloutById } from '../views/callout-view.ts';

interface CalloutDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  readonly desk: Pick<CalloutDesk, 'answerOnScreen' | 'release'>;
}

const params = z.object({ calloutId: z.uuid() });
const response = { 200: CalloutView, 404: Problem, 409: Problem };

/** What an operator does to a callout. Both give back the callout as it then stands. */
export const calloutRoutes: FastifyPluginAsyncZod<CalloutDeps> = async (app, { db, clock, desk }) => {
  const record = (who: string, action: string, siteId: string, facts: Record<string, string>) =>
    recordAudit(db, { at: clock.now(), who, action, siteId, facts });

  /** Answers as the site's control room where it has one; else as the account, which settles nothing but is on record. */
  app.post(
    '/api/callouts/:calloutId/answer',
    { config: { door: may('callout/answer', 'callout') }, schema: { params, response } },
    async (request) => {
      const { calloutId } = request.params;
      const { name } = sessionOf(request).account;
      const { policy, view } = await calloutById(db, calloutId);
      const contactId = policy.contacts.find(({ duty }) => duty === 'control-room')?.id ?? answererOf(name);
      await desk.answerOnScreen(calloutId, contactId);
      await record(name, 'callout/answer', view.siteId, { calloutId, contactId });
      return (await calloutById(db, calloutId)).view;
    },
  );

  app.post(
    '/api/callouts/:calloutId/release',
    { config: { door: may('callout/release', 'callout') }, schema: { params, body: Release, response } },
    async (request) => {
      const { calloutId } = request.params;
      const { name } = sessionOf(request).account;
      await desk.release(calloutId, name, request.body.note);
      const { view } = await calloutById(db, calloutId);
      await record(name, 'callout/release', view.siteId, { calloutId, note: request.body.note });
      return view;
    },
  );
};

/** An account that answers as itself. No contact's id holds a colon: nobody answers as a contact by being named like one. */
const answererOf = (account: string): string => `account:${account}`;
