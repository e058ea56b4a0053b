import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { EvacuationGroupView, GroupName, ImportMembers, SavedGroup, WrittenGroup } from '../../contract/evacuation.ts';
import { Problem } from '../../contract/http.ts';
import { Line } from '../../contract/shape.ts';
import { mayAt } from '../../core/access.ts';
import type { Person } from '../../core/proposal.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { EvacuationGroupDesk } from '../ports.ts';
import type { Session } from '../sessions.ts';
import { groupOfSite, groupsOfSite } from '../views/evacuation-group-view.ts';

interface GroupDeps {
  readonly db: Kysely<Database>;
  readonly desk: EvacuationGroupDesk;
}

const ofSite = z.object({ siteId: Line(40) });
const one = z.object({ siteId: Line(40), evacuationGroup: GroupName });
const response = { 200: SavedGroup, 400: Problem, 403: Problem, 404: Problem, 409: Problem };
/** A list of a thousand households. */
const BODY_BYTES = 2 * 1024 * 1024;

/** A program may add people; it is nobody's first person. */
const writerOf = ({ kind, account }: Session): Person => ({
  accountId: kind === 'person' ? account.id : null,
  name: account.name,
});

/** Prepared groups: whom an evacuation calls, and which way they go. */
export const evacuationGroupRoutes: FastifyPluginAsyncZod<GroupDeps> = async (app, { db, desk }) => {
  const sees = ({ access }: Session, siteId: string): boolean => mayAt(access, 'phone/see', siteId);

  app.get(
    '/api/sites/:siteId/evacuation-groups',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: ofSite, response: { 200: z.array(EvacuationGroupView), 404: Problem } },
    },
    (request) => groupsOfSite(db, request.params.siteId, sees(sessionOf(request), request.params.siteId)),
  );

  app.put(
    '/api/sites/:siteId/evacuation-groups/:evacuationGroup',
    {
      bodyLimit: BODY_BYTES,
      config: { door: may('broadcast/prepare', 'site') },
      schema: { params: one, body: WrittenGroup, response },
    },
    async (request) => {
      const { siteId, evacuationGroup } = request.params;
      const session = sessionOf(request);
      const waits = await desk.write(siteId, evacuationGroup, request.body, writerOf(session));
      return { ...(await groupOfSite(db, siteId, evacuationGroup, sees(session, siteId))), waits };
    },
  );

  /** Puts a list in the place of the group's people. */
  app.post(
    '/api/sites/:siteId/evacuation-groups/:evacuationGroup/import',
    {
      bodyLimit: BODY_BYTES,
      config: { door: may('broadcast/prepare', 'site') },
      schema: { params: one, body: ImportMembers, response },
    },
    async (request) => {
      const { siteId, evacuationGroup } = request.params;
      const session = sessionOf(request);
      const waits = await desk.importMembers(siteId, evacuationGroup, request.body.csv, writerOf(session));
      return { ...(await groupOfSite(db, siteId, evacuationGroup, sees(session, siteId))), waits };
    },
  );
};
