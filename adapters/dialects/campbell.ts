import { deviceTime } from './device-time.ts';
import { entryOf, jsonOf, objectOf, wrongly } from './told.ts';
import type { Message, Told, Wrong } from './told.ts';

/**
 * What a Campbell logger publishes, in whichever of its two forms. GeoJSON: `properties` (`Properties` of older systems) with
 * the names and a list of values for each time; the device is its `loggerID`. CSIJSON: a `head` with the fields and `data`
 * with a list of values for each record; the device is its `station_name`, else its `serial_no`.
 */
export function readCampbell(payload: Uint8Array, utcOffset?: string): Message {
  const message = objectOf(jsonOf(payload));
  if (message === undefined) return wrongly('payload-not-json', 'not a JSON object in UTF-8');
  const properties = objectOf(entryOf(message, 'properties', 'Properties'));
  if (properties !== undefined) return geoJson(properties, utcOffset);
  const head = objectOf(entryOf(message, 'head'));
  if (head !== undefined) return csiJson(head, entryOf(message, 'data'), utcOffset);
  return wrongly('payload-malformed', '$ has neither properties nor head');
}

function geoJson(properties: Readonly<Record<string, unknown>>, utcOffset: string | undefined): Message {
  const device = textOf(entryOf(properties, 'loggerID'));
  const names = namesOf(entryOf(properties, 'observationNames'));
  const observations = objectOf(entryOf(properties, 'observations'));
  if (device === undefined) return wrongly('payload-malformed', '$.properties.loggerID is missing');
  if (names === undefined) return wrongly('payload-malformed', '$.properties.observationNames is no list of names');
  if (observations === undefined) return wrongly('value-missing', '$.properties.observations is missing');
  return records(
    { device, names, utcOffset },
    Object.entries(observations).map(([time, values]) => ({ where: `observations.${time}`, time, values })),
  );
}

function csiJson(head: Readonly<Record<string, unknown>>, data: unknown, utcOffset: string | undefined): Message {
  const environment = entryOf(head, 'environment');
  const device = textOf(entryOf(environment, 'station_name')) ?? textOf(entryOf(environment, 'serial_no'));
  const fields = entryOf(head, 'fields');
  const names = Array.isArray(fields) ? namesOf(fields.map((field: unknown) => entryOf(field, 'name'))) : undefined;
  if (device === undefined) return wrongly('payload-malformed', '$.head.environment names no station');
  if (names === undefined) return wrongly('payload-malformed', '$.head.fields is no list of named fields');
  if (!Array.isArray(data)) return wrongly('value-missing', '$.data is no list');
  return records(
    { device, names, utcOffset },
    data.map((record: unknown, i) => ({
      where: `data[${String(i)}]`,
      time: entryOf(record, 'time'),
      values: entryOf(record, 'vals'),
    })),
  );
}

interface Station {
  readonly device: string;
  readonly names: readonly string[];
  readonly utcOffset: string | undefined;
}
interface Written {
  readonly where: string;
  readonly time: unknown;
  readonly values: unknown;
}

/** A list of another length than the names is not read: every value of it could be another field's. */
function records({ device, names, utcOffset }: Station, written: readonly Written[]): Message {
  const told: Told[] = [];
  const wrong: Wrong[] = [];
  for (const { where, time, values } of written) {
    const at = deviceTime(time, utcOffset);
    if (!Array.isArray(values) || values.length !== names.length) {
      const detail = `${where} has not ${String(names.length)} values, one for each name`;
      wrong.push({ reason: 'payload-malformed', detail });
    } else if (at === null) wrong.push({ reason: 'time-unreadable', detail: `${where}: ${TIME_WANTED}` });
    else names.forEach((field, i) => told.push({ device, field, at, value: values[i] as unknown }));
  }
  if (told.length + wrong.length === 0) wrong.push({ reason: 'value-missing', detail: 'no record' });
  return { told, wrong };
}

const TIME_WANTED = 'its time is none with a zone, and no utcOffset says in which the clock of the device runs';

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

const namesOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string') ? value : undefined;
