import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { MEASURING, PASTED, sensorsOfLine } from '../../contract/acquire/acquire-config.ts';
import type { AcquireLine } from '../../contract/acquire/acquire-config.ts';
import type { LineSensorView, LineView, LinesView } from '../../contract/lines.ts';
import type { LineFault, LineState } from '../../core/acquired.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { configInForce } from './site-content.ts';
import type { LineAsker } from '../live/line-asker.ts';

/** The lines of a site as they are written. Throws `site/not-found`. */
export const configuredLines = async (db: Kysely<Database>, siteId: string): Promise<readonly AcquireLine[]> =>
  (await configInForce(db, siteId)).acquire ?? [];

interface LinesQuery {
  readonly siteId: string;
  readonly now: Instant;
  /** null: nobody listens for pulses. */
  readonly pulse: LineAsker['pulse'] | null;
}

/** How each line of a site stands, with its devices and the processes that run them. */
export async function linesOf(db: Kysely<Database>, { siteId, now, pulse }: LinesQuery): Promise<LinesView> {
  const { acquire: lines = [], sensors, channels = [] } = await configInForce(db, siteId);
  const written = new Map([...sensors, ...channels].map((each) => [each.code, each]));
  const said = await newestSaid(db, siteId);
  const codes = lines.flatMap((line) => sensorsOfLine(line).map(({ code }) => code));
  const heard = await arrivals(db, siteId, codes);
  const edges = [...new Set(lines.map(({ edge }) => edge))];
  return {
    now,
    lines: lines.map((line) => viewOf(line, { written, said, heard })),
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

interface Known {
  readonly written: ReadonlyMap<string, Pick<LineSensorView, 'name' | 'unit'>>;
  readonly said: ReadonlyMap<string, Standing>;
  readonly heard: ReadonlyMap<string, Arrival>;
}

function viewOf(line: AcquireLine, { written, said, heard }: Known): LineView {
  const sensors = sensorsOfLine(line);
  const reports = sensors.flatMap(({ code, device }): LineSensorView[] => {
    const [of, arrival] = [written.get(code), heard.get(code)];
    if (of === undefined || arrival === undefined) return [];
    return [{ code, name: of.name, unit: of.unit, device, ...arrival }];
  });
  const lasts = reports.flatMap(({ lastAt }) => lastAt ?? []);
  const goods = reports.flatMap(({ lastGoodAt }) => lastGoodAt ?? []);
  const devices = [...new Set(sensors.flatMap(({ device }) => device ?? []))];
  return {
    line: line.name,
    protocol: line.protocol,
    edge: line.edge,
    paused: line.paused,
    ...(said.get(line.name) ?? UNHEARD),
    lastAt: lasts.length === 0 ? null : Math.max(...lasts),
    lastGoodAt: goods.length === 0 ? null : Math.max(...goods),
    canMeasure: MEASURING.has(line.protocol),
    canTry: PASTED.has(line.protocol),
    sensors: sensors.length,
    reports,
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

type Arrival = Pick<LineSensorView, 'sensorId' | 'lastAt' | 'lastGoodAt' | 'value'>;

async function arrivals(
  db: Kysely<Database>,
  siteId: string,
  codes: readonly string[],
): Promise<ReadonlyMap<string, Arrival>> {
  if (codes.length === 0) return new Map();
  const { rows } = await sql<{ id: number; code: string; last: Date | null; good: Date | null; value: number | null }>`
    select id, code, recent.last, recent.good, recent.value from sensor left join lateral (
      select max(received_at) as last, max(received_at) filter (where quality = 'good') as good,
        (array_agg(value order by observed_at desc, version desc))[1] as value
      from (select * from reading where sensor_id = sensor.id order by observed_at desc, version desc limit 20) as few
    ) as recent on true
    where site_id = ${siteId} and code = any(${codes})`.execute(db);
  return new Map(
    rows.map(({ id, code, last, good, value }) => [
      code,
      { sensorId: id, lastAt: last?.getTime() ?? null, lastGoodAt: good?.getTime() ?? null, value },
    ]),
  );
}
