import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { sensorsOfLine } from '../../contract/acquire/acquire-config.ts';
import type { AcquireLine } from '../../contract/acquire/acquire-config.ts';
import { Problem } from '../../contract/http.ts';
import { LineNamed, LinesView, LookView, MeasuredView, TriedView, TryLine } from '../../contract/lines.ts';
import { Line } from '../../contract/shape.ts';
import { AppError } from '../../core/errors.ts';
import type { Clock, Instant } from '../../core/time.ts';
import { recordAudit } from '../../platform/audit.ts';
import type { Database } from '../../platform/database.ts';
import { may, sessionOf } from '../doors.ts';
import type { LineAsker } from '../live/line-asker.ts';
import { configuredLines, linesOf } from '../views/lines-view.ts';

/** Decodes what was pasted as the line would. @throws AppError `line/cannot` where its protocol has nothing to paste */
export type TryOut = (line: AcquireLine, bytes: Uint8Array, at: Instant) => Promise<z.infer<typeof TriedView>>;

interface LineDeps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  /** null: there is no broker through which anybody could be asked. */
  readonly lineAsker: LineAsker | null;
  readonly tryOut: TryOut;
}

const Site = z.object({ siteId: Line(40) });
const Sensor = z.object({ sensorId: z.coerce.number().int().min(1).max(2_147_483_647) });

/** The lines by which a site's instruments are asked: how they stand, their wiring, and having one measure now. */
export const lineRoutes: FastifyPluginAsyncZod<LineDeps> = async (app, { db, clock, lineAsker, tryOut }) => {
  const named = async (siteId: string, name: string): Promise<AcquireLine> => {
    const line = (await configuredLines(db, siteId)).find((each) => each.name === name);
    if (line === undefined) throw new AppError('line/not-found', `the site has no line "${name}"`);
    return line;
  };
  const asker = (): LineAsker => {
    if (lineAsker !== null) return lineAsker;
    throw new AppError('line/away', 'there is no broker through which it could be asked');
  };

  app.get(
    '/api/sites/:siteId/lines',
    {
      config: { door: may('site/see', 'site') },
      schema: { params: Site, response: { 200: LinesView, 404: Problem } },
    },
    (request) => linesOf(db, { siteId: request.params.siteId, now: clock.now(), pulse: lineAsker?.pulse ?? null }),
  );

  app.post(
    '/api/sites/:siteId/lines/look',
    {
      config: { door: may('line/ask', 'site') },
      schema: { params: Site, body: LineNamed, response: { 200: LookView, 404: Problem, 503: Problem } },
    },
    async (request) => {
      const { siteId } = request.params;
      const { name, edge } = await named(siteId, request.body.lineName);
      const { raw = [] } = await asker().ask(siteId, edge, { line: name, do: 'look' });
      return { raw };
    },
  );

  app.post(
    '/api/sites/:siteId/lines/try',
    {
      config: { door: may('line/ask', 'site') },
      schema: { params: Site, body: TryLine, response: { 200: TriedView, 404: Problem, 409: Problem } },
    },
    async (request) => {
      const { lineName, hex, payload } = request.body;
      const of = await named(request.params.siteId, lineName);
      return tryOut(of, hex === undefined ? Buffer.from(payload ?? '') : bytesOf(hex), clock.now());
    },
  );

  app.post(
    '/api/sensors/:sensorId/measure',
    {
      config: { door: may('line/ask', 'sensor') },
      schema: { params: Sensor, response: { 200: MeasuredView, 404: Problem, 409: Problem, 503: Problem } },
    },
    async (request) => {
      const sensor = await db
        .selectFrom('sensor')
        .select(['site_id', 'code'])
        .where('id', '=', request.params.sensorId)
        .executeTakeFirst();
      if (sensor === undefined) throw new AppError('sensor/not-found', 'there is no such sensor');
      const { site_id: siteId, code } = sensor;
      const lines = await configuredLines(db, siteId);
      const line = lines.find((each) => sensorsOfLine(each).some((one) => one.code === code));
      if (line === undefined) throw new AppError('line/cannot', 'no line of ours asks for this sensor');
      const who = sessionOf(request).account.name;
      const ended = await asker()
        .ask(siteId, line.edge, { line: line.name, do: 'measure', sensors: [code] })
        .then(
          () => null,
          (error: unknown) => error,
        );
      const at = clock.now();
      const outcome = ended === null ? 'measured' : ended instanceof AppError ? ended.code : 'failed';
      await recordAudit(db, {
        at,
        who,
        action: 'sensor/measure',
        siteId,
        facts: { sensor: code, line: line.name, outcome },
      });
      if (ended !== null) throw ended as Error;
      return { line: line.name, at };
    },
  );
};

function bytesOf(hex: string): Uint8Array {
  const digits = hex.replaceAll(/\s|0x/g, '');
  if (/^([\da-fA-F]{2})*$/.test(digits)) return Buffer.from(digits, 'hex');
  throw new AppError('request/invalid', 'hex must be pairs of hexadecimal digits', { field: 'hex' });
}
