import { deviceTime } from './device-time.ts';
import { commandAnswer } from './geo-hazard-command.ts';
import { entryOf, jsonOf, objectOf, wrongly } from './told.ts';
import type { Message, Told, Wrong } from './told.ts';

/** JSON alone, and JSON with a file behind it. */
const JSON_FRAME = 0x03;
const FILE_FRAME = 0x05;

/**
 * The `$dp` of the geological-hazard family (地质灾害监测): device → channel → time → fields, or device → channel → a value.
 * A field is named `L1_GP_1.gpsTotalX`, a value alone by its channel. It comes as JSON or framed: type, length, JSON, and a
 * file that nobody reads here.
 */
export function readGeoHazard(payload: Uint8Array, utcOffset?: string): Message {
  // An answer to a command measures nothing.
  if (commandAnswer(payload) !== undefined) return { told: [], wrong: [] };
  const json = unframed(payload);
  if (typeof json === 'string') return wrongly('payload-malformed', json);
  const devices = objectOf(jsonOf(json));
  if (devices === undefined) return wrongly('payload-not-json', 'not a JSON object in UTF-8');
  const told: Told[] = [];
  const wrong: Wrong[] = [];
  for (const [device, channels] of Object.entries(devices)) {
    const named = objectOf(channels);
    if (named === undefined) wrong.push({ reason: 'value-missing', detail: `$.${device} has no channels` });
    else {
      for (const [channel, content] of Object.entries(named))
        told.push(...channelOf({ device, channel, utcOffset }, content));
    }
  }
  if (told.length + wrong.length === 0) wrong.push({ reason: 'value-missing', detail: '$ names no channel' });
  return { told, wrong };
}

/** The JSON in a frame, or all of it where it is none; what is wrong with the frame in words. */
function unframed(payload: Uint8Array): Uint8Array | string {
  const type = payload[0];
  if (type !== JSON_FRAME && type !== FILE_FRAME) return payload;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload.length < 3) return 'the frame ends in its head';
  const end = 3 + view.getUint16(1);
  if (end > payload.length)
    return `the frame announces ${String(end - 3)} bytes of JSON and has ${String(payload.length - 3)}`;
  const rest = payload.length - end;
  if (type === JSON_FRAME && rest > 0) return `${String(rest)} bytes follow the JSON`;
  if (type === FILE_FRAME && (rest < 2 || view.getUint16(end) !== rest - 2))
    return 'the file in the frame has another length';
  return payload.subarray(3, end);
}

interface Place {
  readonly device: string;
  readonly channel: string;
  readonly utcOffset: string | undefined;
}

function channelOf({ device, channel, utcOffset }: Place, content: unknown): Told[] {
  const timed = objectOf(content);
  if (timed === undefined) return [{ device, field: channel, at: null, value: content }];
  return Object.entries(timed).flatMap(([key, value]): Told[] => {
    const at = deviceTime(key, utcOffset);
    const fields = objectOf(value);
    // A number below a name that is no time is a field that says no time.
    if (at === null && fields === undefined) return [{ device, field: `${channel}.${key}`, at, value }];
    if (fields === undefined) return [{ device, field: channel, at, value }];
    return Object.keys(fields).map((name) => ({
      device,
      field: `${channel}.${name}`,
      at,
      value: entryOf(fields, name),
    }));
  });
}
