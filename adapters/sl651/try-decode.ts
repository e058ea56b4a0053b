import type { Sl651Line } from '../../src/contract/acquire/sl651-config.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import type { TriedOut } from '../acquisition.ts';
import { bodyOf } from './body-decode.ts';
import { framer } from './frame.ts';
import { joiner } from './joined-frame.ts';
import { acquiredOf } from './station-decode.ts';

/** `+08:00` in milliseconds. */
export function offsetMs(utcOffset: string): DurationMs {
  const [hours = 0, minutes = 0] = utcOffset.slice(1).split(':').map(Number);
  return (utcOffset.startsWith('-') ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
}

/** What pasted frames would have given. */
export function tryFrames(config: Sl651Line, bytes: Uint8Array, at: Instant): TriedOut {
  const input = framer();
  const found = [...input.push(bytes), ...input.giveUp()];
  const refusals = found.length === 0 ? ['no frame of SL 651: 7E7E, a length that fits, and its check sum'] : [];
  const join = joiner();
  const acquired = found.flatMap((frame) => {
    const station = config.stations.find(({ address }) => address === frame.station);
    if (station === undefined) {
      refusals.push(`no station of the line has the address ${frame.station}`);
      return [];
    }
    const whole = join.add(frame);
    if (whole === null) return [];
    const body = bodyOf(whole, offsetMs(config.utcOffset));
    if (body.fault !== null) refusals.push(`${station.name}: ${body.fault}`);
    for (const { id, value } of body.elements) {
      if (!station.elements.some(({ element }) => element === id))
        refusals.push(`${station.name}: element ${id} (${String(value)}) is no sensor`);
    }
    return acquiredOf(station, body, at);
  });
  return { acquired, refusals };
}
