import { entry, list } from '../written.ts';
import type { Entry, SiteFault, Written } from '../written.ts';
import { AcquireLine, sensorsOfLine } from './acquire-config.ts';

/** Two lines of one name would share a spool; one code on two lines would have two truths. */
export function acquireFaults(acquire: Written, channels: readonly Entry[], sensors: readonly Entry[]): SiteFault[] {
  const names = new Set<unknown>();
  const reportedBy = new Map<string, string>();
  const parts = new Map([...channels, ...sensors].map((part) => [part['code'], part]));
  return list(acquire).flatMap((line, i): SiteFault[] => {
    const name = entry(line)['name'];
    const twice = typeof name === 'string' && names.has(name);
    names.add(name);
    const nameFaults = twice ? [{ path: ['acquire', i, 'name'], message: `"${name}" is used twice` }] : [];
    // What is wrong in the line itself is told by its schema.
    const checked = AcquireLine.safeParse(line);
    if (!checked.success) return nameFaults;
    const codeFaults = sensorsOfLine(checked.data).flatMap(({ code, path }): SiteFault[] => {
      const fault = (message: string): SiteFault[] => [{ path: ['acquire', i, ...path], message }];
      const part = parts.get(code);
      if (part === undefined) return fault(`no channel or sensor has the code "${code}"`);
      if (part['derive'] !== undefined) return fault(`"${code}" is made of others by a formula: nobody reports it`);
      const other = reportedBy.get(code);
      reportedBy.set(code, checked.data.name);
      return other === undefined ? [] : fault(`"${code}" is reported by the line "${other}" already`);
    });
    return [...nameFaults, ...codeFaults];
  });
}
