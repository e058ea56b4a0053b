import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { sensorsOfLine } from '../../contract/acquire/acquire-config.ts';
import type { AcquireLine } from '../../contract/acquire/acquire-config.ts';
import type { LineView, LinesView } from '../../contract/lines.ts';
import type { SiteConfig } from '../../contract/site-config.ts';
import type { LineFault, LineState } from '../../core/acquired.ts';
import { AppError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import type { LineAsker } from '../live/line-asker.ts';

/** The lines of a site as they are written. Throws `site/not-found`. */
export async function configuredLines(db: Kysely<Database>, siteId: string): Promise<readonly AcquireLine[]> {
  const row = await db
    .selectFrom('site_config')
    .select('content')
    .where('site_id', '=', siteId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) throw new AppError('site/not-found', 'there is no such site');
  return (row.content as SiteConfig).acquire ?? [];
}

interface LinesQuery {
  readonly siteId: string;
  readonly now: Instant;
  /** null: nobody listens for pulses. */
  readonly pulse: LineAsker['pulse'] | null;
}

/** How each line of a site stands, with its devices and the processes that run them. */
export async function linesOf(db: Kysely<Database>, { siteId, now, pulse }: LinesQuery): Promise<LinesView> {
  const lines = await configuredLines(db, siteId);
  const said = await newestSaid(db, siteId);
  const codes = lines.flatMap((line) => sensorsOfLine(line).map(({ code }) => code));
  const heard = await arrivals(db, siteId, codes);
  const edges = [...new Set(lines.map(({ edge }) => edge))];
  return {
    now,
    lines: lines.map((line) => viewOf(line, said, heard)),
    edges: edges.map((edge) => {
      const beat = pulse?.(siteId, edge) ?? null;
      const itself = said.get(`~${edge}`);
      return {
        edge,
        heardAt: beat?.at ?? null,
        waitingBytes: beat?.waitingBytes ?? null,
        lost: itself?.fault === 'spool-full' ? itself.detail : null,
      };
    }),
  };
}

interface Standing {
  readonly state: LineState;
  readonly fault: LineFault | null;
  readonly detail: string | null;
  readonly since: number | null;
}

const UNHEARD: Standing = { state: 'connecting', fault: null, detail: null, since: null };

function viewOf(
  line: AcquireLine,
  said: ReadonlyMap<string, Standing>,
  heard: ReadonlyMap<string, { readonly last: number; readonly good: number | null }>,
): LineView {
  const sensors = sensorsOfLine(line);
  const own = sensors.flatMap(({ code }) => heard.get(code) ?? []);
  const goods = own.flatMap(({ good }) => good ?? []);
  const devices = [...new Set(sensors.flatMap(({ device }) => device ?? []))];
  return {
    line: line.name,
    protocol: line.protocol,
    edge: line.edge,
    paused: line.paused,
    ...(said.get(line.name) ?? UNHEARD),
    lastAt: own.length === 0 ? null : Math.max(...own.map(({ last }) => last)),
    lastGoodAt: goods.length === 0 ? null : Math.max(...goods),
    sensors: sensors.length,
    devices: devices.map((device) => ({ device, ...(said.get(`${line.name}/${device}`) ?? UNHEARD) })),
  };
}

async function newestSaid(db: Kysely<Database>, siteId: string): Promise<Map<string, Standing>> {
  const { rows } = await sql<{
    line: string;
    device: string | null;
    state: LineState;
    fault: LineFault | null;
    detail: string | null;
    at: Date;
  }>`
    select distinct on (line, device) line, device, state, fault, detail, at from line_change
    where site_id = ${siteId} order by line, device, id desc`.execute(db);
  return new Map(
    rows.map(({ line, device, at, ...rest }) => [
      device === null ? line : `${line}/${device}`,
      { ...rest, since: at.getTime() },
    ]),
  );
}

async function arrivals(db: Kysely<Database>, siteId: string, codes: readonly string[]) {
  if (codes.length === 0) return new Map<string, { last: number; good: number | null }>();
  const { rows } = await sql<{ code: string; last: Date | null; good: Date | null }>`
    select code, recent.last, recent.good from sensor left join lateral (
      select max(received_at) as last, max(received_at) filter (where quality = 'good') as good
      from (select * from reading where sensor_id = sensor.id order by observed_at desc, version desc limit 20) as few
    ) as recent on true
    where site_id = ${siteId} and code = any(${codes})`.execute(db);
  return new Map(
    rows.flatMap(({ code, last, good }) =>
      last === null ? [] : [[code, { last: last.getTime(), good: good?.getTime() ?? null }] as const],
    ),
  );
}
