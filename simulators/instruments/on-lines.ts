import { sensorsOfLine } from '../../src/contract/acquire/acquire-config.ts';
import type { SiteConfig } from '../../src/contract/site-config.ts';
import type { Measured } from '../field/measured.ts';
import type { Measurement } from './faults.ts';
import type { DeviceRound } from './play.ts';

/** The codes that lines with these names ask for: nobody publishes them. */
export function codesOnLines({ acquire = [] }: SiteConfig, isPlayed: (line: string) => boolean): ReadonlySet<string> {
  return new Set(acquire.flatMap((line) => (isPlayed(line.name) ? sensorsOfLine(line).map(({ code }) => code) : [])));
}

/** A round, parted: what devices at lines hold from now on, and what the others publish. A device has all its codes on one side. */
export function parted(
  rounds: readonly DeviceRound[],
  onLines: ReadonlySet<string>,
): { readonly held: Measured; readonly published: readonly Measurement[] } {
  const [lined, others] = [[] as DeviceRound[], [] as DeviceRound[]];
  for (const round of rounds) (round.codes.some((code) => onLines.has(code)) ? lined : others).push(round);
  return {
    held: {
      values: Object.assign({}, ...lined.map(({ come }) => come?.values ?? {})) as Measured['values'],
      silent: lined.flatMap(({ codes, come }) => (come === null ? codes : [])),
    },
    published: others.flatMap(({ come }) => (come === null ? [] : [come])),
  };
}
