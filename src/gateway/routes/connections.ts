import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { z } from 'zod';
import { ConnectionsView, Problem, ReplayView } from '../../contract/http.ts';
import type { Pulse } from '../../contract/live.ts';
import { Line } from '../../contract/shape.ts';
import { AppError } from '../../core/errors.ts';
import type { Clock, Instant } from '../../core/time.ts';
import { recordAudit } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import { connectionsOf } from '../views/connections-view.ts';

interface ConnectionDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  /** What the judge said last; null when it is not heard. */
  readonly judge: (now: Instant) => Pulse | null;
}

const Site = z.object({ siteId: Line(40) });

/** How each source reaches us, and what was refused read again with the present mapping: done by the judge, as asked here. */
export const connectionRoutes: FastifyPluginAsyncZod<ConnectionDeps> = async (app, { db, clock, judge }) => {
  app.get(
    '/api/sites/:siteId/connections',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: Site, response: { 200: ConnectionsView, 404: Problem } },
    },
    (request) => {
      const now = clock.now();
      return connectionsOf(db, { siteId: request.params.siteId, now, judge: judge(now) });
    },
  );

  app.post(
    '/api/sites/:siteId/quarantine/replay',
    {
      config: { door: may('quarantine/replay', 'site') },
      schema: { params: Site, response: { 202: ReplayView, 404: Problem } },
    },
    async (request, reply) => {
      const { siteId } = request.params;
      const { name } = sessionOf(request).account;
      const asked = await db.transaction().execute((tx) => ask(tx, siteId, { name, now: clock.now() }));
      return reply.code(202).send(asked);
    },
  );

  app.get(
    '/api/quarantine/replays/:replayId',
    {
      config: { door: may('site/see', 'replay') },
      schema: {
        params: z.object({ replayId: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
        response: { 200: ReplayView, 404: Problem },
      },
    },
    async (request) => {
      const row = await replays(db).where('id', '=', request.params.replayId).executeTakeFirst();
      if (row === undefined) throw new AppError('replay/not-found', 'there is no such replay');
      return viewOf(row);
    },
  );
};

/** One at a time for each site: who asks while one is under way is told of that. */
async function ask(
  tx: Transaction<Database>,
  siteId: string,
  { name, now }: { readonly name: string; readonly now: Instant },
): Promise<ReplayView> {
  const site = await tx.selectFrom('site').select('id').where('id', '=', siteId).forNoKeyUpdate().executeTakeFirst();
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const running = await replays(tx).where('site_id', '=', siteId).where('done_at', 'is', null).executeTakeFirst();
  if (running !== undefined) return viewOf(running);
  const newest = await tx
    .selectFrom('quarantine')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst();
  const row = await tx
    .insertInto('quarantine_replay')
    .values({ site_id: siteId, requested_by: name, requested_at: new Date(now), up_to: newest?.id ?? 0 })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  await sql`notify quarantine_replay`.execute(tx);
  await recordAudit(tx, { at: now, who: name, action: 'quarantine/replay', siteId, facts: { replayId: row.id } });
  return viewOf(row);
}

const COLUMNS = ['id', 'requested_at', 'done_at', 'stored', 'refused'] as const;
const replays = (db: Kysely<Database>) => db.selectFrom('quarantine_replay').select(COLUMNS);

interface ReplayRow {
  readonly id: number;
  readonly requested_at: Date;
  readonly done_at: Date | null;
  readonly stored: number;
  readonly refused: number;
}

const viewOf = ({ id, requested_at, done_at, stored, refused }: ReplayRow): ReplayView => ({
  replayId: id,
  requestedAt: requested_at.getTime(),
  doneAt: done_at?.getTime() ?? null,
  stored,
  refused,
});
