import { sensorsOfLine } from '../contract/acquire/acquire-config.ts';
import { derivationsOf } from './site-derivations.ts';
import type { LoadedSite } from './site-model.ts';

/** The line that reports a sensor, or what it is first and foremost derived from. */
export interface AskedBy {
  readonly siteId: string;
  readonly edge: string;
  readonly line: string;
  readonly device: string | null;
  /** Of the channel or sensor that the line reports. */
  readonly code: string;
}

/** Which line is behind each sensor and channel of a site, by its number. What is derived goes by its primary input. */
export function whoAsksFor(site: LoadedSite): ReadonlyMap<number, AskedBy> {
  const { siteId } = site;
  const asked = new Map<number, AskedBy>();
  for (const line of site.config.acquire ?? []) {
    for (const { code, device } of sensorsOfLine(line)) {
      const id = site.sensorIds.get(code);
      if (id !== undefined) asked.set(id, { siteId, edge: line.edge, line: line.name, device, code });
    }
  }
  if (asked.size === 0) return asked;
  const primaryOf = new Map(derivationsOf(site).map(({ sensor, primaryId }) => [sensor.id, primaryId]));
  for (const id of primaryOf.keys()) {
    // A circle was refused when the site was applied.
    let from: number | undefined = id;
    while (from !== undefined && !asked.has(from)) from = primaryOf.get(from);
    const own = from === undefined ? undefined : asked.get(from);
    if (own !== undefined) asked.set(id, own);
  }
  return asked;
}

/** On which line each sensor and channel depends, by its number: `line`, and `line/device` where it has one. */
export const linesOfSensors = (site: LoadedSite): ReadonlyMap<number, readonly string[]> =>
  new Map(
    Array.from(whoAsksFor(site), ([id, { line, device }]) => [
      id,
      [line, ...(device === null ? [] : [`${line}/${device}`])],
    ]),
  );
