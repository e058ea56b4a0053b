import type { DialectMapping } from '../../src/contract/dialect-config.ts';
import { numberAt } from './byte-layout.ts';
import { deviceTime } from './device-time.ts';
import { entryOf, jsonOf, objectOf, wrongly } from './told.ts';
import type { Message, Told } from './told.ts';
import type { UplinkTimes } from './uplink-times.ts';

type PortLayout = NonNullable<DialectMapping['layouts']>[number];

const DEPTH_MAX = 8;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * An uplink of ChirpStack v4: what its codec decoded (`object`), fields joined by dots, else the bytes (`data`) by the layout
 * of their port. The device is its devEui. The same frame told twice has the time of the first telling, by which the
 * commit drops it.
 */
export function readChirpstack(payload: Uint8Array, layouts: readonly PortLayout[], times: UplinkTimes): Message {
  const event = objectOf(jsonOf(payload));
  if (event === undefined) return wrongly('payload-not-json', 'not a JSON object in UTF-8');
  const devEui = entryOf(entryOf(event, 'deviceInfo'), 'devEui');
  if (typeof devEui !== 'string' || devEui === '')
    return wrongly('payload-malformed', '$.deviceInfo.devEui is missing');
  const device = devEui.toLowerCase();
  const written = entryOf(event, 'time');
  const own = deviceTime(written, undefined);
  if (own === null) {
    if (written === undefined || written === null) return wrongly('time-missing', '$.time is missing');
    return wrongly('time-unreadable', '$.time is no ISO 8601 with a zone');
  }
  const at = times.of(device, frameOf(event), own);
  const values = entryOf(event, 'object');
  const told = values === undefined || values === null ? [] : flattened(values, '', 0);
  const raw = told.length === 0 ? fromBytes(event, layouts) : [];
  if (typeof raw === 'string') return wrongly('payload-malformed', raw);
  const fields = [...told, ...raw];
  if (fields.length === 0) return wrongly('value-missing', 'neither $.object nor a layout for its port gives a value');
  return { told: fields.map((field): Told => ({ device, at, ...field })), wrong: [] };
}

/** By what a frame is known when it is told again; null where it cannot be. A counter of zero may be left out. */
function frameOf(event: Readonly<Record<string, unknown>>): string | null {
  const [devAddr, fCnt, data] = [entryOf(event, 'devAddr'), entryOf(event, 'fCnt'), entryOf(event, 'data')];
  return typeof devAddr === 'string' && typeof data === 'string'
    ? `${devAddr} ${String(typeof fCnt === 'number' ? fCnt : 0)} ${data}`
    : null;
}

interface Field {
  readonly field: string;
  readonly value: unknown;
}

function flattened(value: unknown, path: string, depth: number): Field[] {
  const object = objectOf(value);
  if (object === undefined) return path === '' ? [] : [{ field: path, value }];
  if (depth === DEPTH_MAX) return [];
  return Object.entries(object).flatMap(([key, each]) =>
    flattened(each, path === '' ? key : `${path}.${key}`, depth + 1),
  );
}

function fromBytes(event: Readonly<Record<string, unknown>>, layouts: readonly PortLayout[]): Field[] | string {
  const layout = layouts.find(({ fPort }) => fPort === entryOf(event, 'fPort'));
  if (layout === undefined) return [];
  const data = entryOf(event, 'data');
  if (typeof data !== 'string' || !BASE64.test(data)) return '$.data is not base64';
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const short = layout.fields.find(({ at, type }) => numberAt(bytes, at, type) === undefined);
  if (short !== undefined) return `$.data has ${String(bytes.length)} bytes and ends before ${short.name}`;
  return layout.fields.map(({ name, at, type }) => ({ field: name, value: numberAt(bytes, at, type) }));
}
