import { entry, list } from './written.ts';
import type { Entry, SiteFault, Written } from './written.ts';

/** What a dialect tells has to be a channel or sensor of the site that no formula makes, and told in one place. */
export function dialectFaults(mqtt: Written, channels: readonly Entry[], sensors: readonly Entry[]): SiteFault[] {
  const parts = new Map([...channels, ...sensors].map((part) => [part['code'], part]));
  const told = new Set<unknown>();
  return (Array.isArray(mqtt) ? list(mqtt) : [entry(mqtt)]).flatMap((mapping, i) => {
    const path = Array.isArray(mqtt) ? ['mqtt', i] : ['mqtt'];
    const here = list(mapping['sensors']);
    const faults = here.flatMap(({ code }, j): SiteFault[] => {
      const fault = (message: string): SiteFault[] => [{ path: [...path, 'sensors', j, 'code'], message }];
      const part = parts.get(code);
      if (typeof code !== 'string') return [];
      if (part === undefined) return fault(`no channel or sensor has the code "${code}"`);
      if (part['derive'] !== undefined) return fault(`"${code}" is made of others by a formula: nobody reports it`);
      return told.has(code) ? fault(`"${code}" is told by another mapping already`) : [];
    });
    for (const { code } of here) told.add(code);
    return faults;
  });
}
