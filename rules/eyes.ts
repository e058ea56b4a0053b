import type { Visibility } from '../src/core/visibility.ts';

/** A sensor, as one of those by which a section is watched. */
export interface Watcher {
  /** What it watches: its section, or, without one, its item over the whole site. */
  readonly watches: string;
  /** In service, with a rule whose limits are approved: people are called for what it sees. */
  readonly guarded: boolean;
  readonly visibility: Visibility;
  /** Points at which work keeps it from being judged: its own, and those of what it is derived from. */
  readonly points: readonly string[];
}

/**
 * What would lose its last eye if people began to work on `point`, each named once; empty: the work may begin.
 * An eye is guarded, not blind, and nobody works on a point of it. What has no eye already has none to lose.
 *
 * @param inMaintenance points that are being worked on now.
 */
export function losesLastEye(
  point: string,
  watchers: readonly Watcher[],
  inMaintenance: ReadonlySet<string>,
): readonly string[] {
  const eyes = watchers.filter((watcher) => isEye(watcher, inMaintenance));
  const left = new Set(eyes.filter(({ points }) => !points.includes(point)).map(({ watches }) => watches));
  return [...new Set(eyes.map(({ watches }) => watches))].filter((watched) => !left.has(watched));
}

const isEye = ({ guarded, visibility, points }: Watcher, inMaintenance: ReadonlySet<string>): boolean =>
  guarded && visibility !== 'blind' && !points.some((point) => inMaintenance.has(point));
