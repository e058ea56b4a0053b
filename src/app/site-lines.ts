import { sensorsOfLine } from '../contract/acquire/acquire-config.ts';
import { derivationsOf } from './site-derivations.ts';
import type { LoadedSite } from './site-model.ts';

/**
 * On which line each sensor and channel of a site depends, by its number: `line`, and `line/device` where it has one. What is
 * derived depends on the line of its primary input.
 */
export function linesOfSensors(site: LoadedSite): ReadonlyMap<number, readonly string[]> {
  const lines = new Map<number, readonly string[]>();
  for (const line of site.config.acquire ?? []) {
    for (const { code, device } of sensorsOfLine(line)) {
      const id = site.sensorIds.get(code);
      if (id !== undefined) lines.set(id, [line.name, ...(device === null ? [] : [`${line.name}/${device}`])]);
    }
  }
  if (lines.size === 0) return lines;
  const primaryOf = new Map(derivationsOf(site).map(({ sensor, primaryId }) => [sensor.id, primaryId]));
  for (const id of primaryOf.keys()) {
    // A circle was refused when the site was applied.
    let from: number | undefined = id;
    while (from !== undefined && !lines.has(from)) from = primaryOf.get(from);
    const own = from === undefined ? undefined : lines.get(from);
    if (own !== undefined) lines.set(id, own);
  }
  return lines;
}
