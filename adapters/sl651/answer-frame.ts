import type { DurationMs, Instant } from '../../src/core/time.ts';
import { ENQ, bcdOf, downFrame } from './frame.ts';
import type { DownFrame, UpFrame } from './frame.ts';

/** Asks a station for what it measures now (中心站查询遥测站实时数据). */
export const QUERY_NOW = 0x37;

/** To whom, in whose words. */
export type Addressed = Pick<UpFrame, 'centre' | 'station' | 'password'>;

/** Acknowledges a message: its serial number, and the time by the station's clock. */
export const acknowledgement = (
  frame: UpFrame,
  {
    serial,
    end,
    at,
    utcOffsetMs,
  }: { readonly serial: number; readonly end: number; readonly at: Instant; readonly utcOffsetMs: DurationMs },
): Uint8Array => downFrame({ ...addressed(frame), func: frame.func, body: bodyOf(serial, at, utcOffsetMs), end });

/** Asks a station to measure. */
export const question = (to: Addressed, at: Instant, utcOffsetMs: DurationMs): Uint8Array =>
  downFrame({ ...addressed(to), func: QUERY_NOW, body: bodyOf(0, at, utcOffsetMs), end: ENQ });

const addressed = ({ centre, station, password }: Addressed): Addressed => ({ centre, station, password });

function bodyOf(serial: number, at: Instant, utcOffsetMs: DurationMs): DownFrame['body'] {
  const [, year = '', month, day, hour, minute, second] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(new Date(at + utcOffsetMs).toISOString()) ?? [];
  return Uint8Array.from([serial >> 8, serial & 0xff, ...bcdOf([year, month, day, hour, minute, second].join(''))]);
}
