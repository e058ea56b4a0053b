import type { Level } from '../src/core/level.ts';

/** One telephone call of a callout, as far as another callout may share its line. */
export interface Line {
  readonly id: string;
  readonly calloutId: string;
  readonly phone: string;
  readonly medium: string;
  readonly level: Level;
  /** Empty: it asks for no answer. */
  readonly code: string;
  /** How often it was begun. One that has been tried goes alone: nobody is carried twice without having been heard. */
  readonly begun: number;
  /** A drill goes alone: nobody has to tell on one line what is real from what is not. */
  readonly drill: boolean;
}

/**
 * Which calls that are due are carried by which other: one to the same number, of another callout, that is on the line
 * or due besides and comes before it. Red is never carried and carries nothing, and no more does a drill.
 * @param due gravest first
 * @param lines those on the line
 */
export function ridesOn(due: readonly Line[], lines: readonly Line[]): ReadonlyMap<string, string> {
  const hosts = lines.filter(isShareable);
  const rides = new Map<string, string>();
  for (const call of due.filter(isShareable)) {
    const host = hosts.find(({ phone, calloutId }) => phone === call.phone && calloutId !== call.calloutId);
    if (host === undefined || call.begun > 0) hosts.push(call);
    else rides.set(call.id, host.id);
  }
  return rides;
}

const isShareable = ({ medium, level, code, drill }: Line): boolean =>
  medium === 'voice' && level !== 'red' && code !== '' && !drill;
