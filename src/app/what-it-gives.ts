import { formulaOf } from '../../ingest/formula.ts';
import { reaches } from '../../rules/threshold.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { WARNING_LEVELS } from '../core/level.ts';
import type { Level } from '../core/level.ts';
import type { Flag } from '../core/reading.ts';
import { SECOND, instant } from '../core/time.ts';

/** What becomes of one sensor. */
export interface Outcome {
  readonly sensor: string;
  readonly unit: string;
  /** null: no number, and `flags` or `lacks` say why. */
  readonly value: number | null;
  readonly flags: readonly Flag[];
  /** Codes of what was not given and its formula asks for. */
  readonly lacks: readonly string[];
  /** It looks back over what was measured, of which there is nothing here. */
  readonly needsPast: boolean;
  /** The gravest limit that is reached, by rule. Delays, confirmation and approval are not looked at. */
  readonly levels: readonly { readonly rule: string; readonly level: Level }[];
}

type Sensor = SiteConfig['sensors'][number];

/**
 * What a site would make of raw values: each sensor that is given, or made of what is given by its newest constants, and the
 * levels that the values reach. It judges nothing and calls nobody.
 */
export function whatItGives(site: SiteConfig, raw: ReadonlyMap<string, number>): Outcome[] {
  const values = new Map(raw);
  const outcomes = new Map<string, Outcome>();
  for (const sensor of site.sensors)
    if (raw.has(sensor.code))
      outcomes.set(sensor.code, outcomeOf(site, sensor, { value: raw.get(sensor.code) ?? null }));
  // A sensor may be made of one that stands below it.
  for (let before = -1; before < outcomes.size; ) {
    before = outcomes.size;
    for (const sensor of site.sensors) {
      if (outcomes.has(sensor.code)) continue;
      const made = madeOf(site, sensor, values);
      if (made === null) continue;
      outcomes.set(sensor.code, outcomeOf(site, sensor, made));
      if (made.value !== null) values.set(sensor.code, made.value);
    }
  }
  return site.sensors.flatMap(({ code }) => outcomes.get(code) ?? []);
}

interface Made {
  readonly value: number | null;
  readonly flags?: readonly Flag[];
  readonly lacks?: readonly string[];
  readonly needsPast?: boolean;
}

/** null: of nothing that is known. */
function madeOf(site: SiteConfig, { derive }: Sensor, values: ReadonlyMap<string, number>): Made | null {
  if (derive === undefined) return null;
  const { primary, same, nearest, windowMs, calibrations } = formulaOf(derive, (code) => {
    const part = [...(site.channels ?? []), ...site.sensors].find((each) => each.code === code);
    return { intervalMs: (part?.intervalSeconds ?? 0) * SECOND, unit: part?.unit ?? '' };
  });
  const value = values.get(primary);
  if (value === undefined) return null;
  if (windowMs > 0) return { value: null, needsPast: true };
  const wanted = Object.entries({
    ...same,
    ...Object.fromEntries(Object.entries(nearest).map(([r, { code }]) => [r, code])),
  });
  const inputs = new Map(wanted.flatMap(([role, code]) => [[role, values.get(code)] as const]));
  const known = new Map([...inputs].filter((input): input is [string, number] => input[1] !== undefined));
  const lacks = wanted.filter(([role]) => !known.has(role)).map(([, code]) => code);
  const made = calibrations.at(-1)?.compute({ at: instant(0), value, inputs: known, window: [] });
  return { value: made?.value ?? null, flags: made?.flags ?? [], lacks };
}

function outcomeOf({ rules }: SiteConfig, sensor: Sensor, made: Made): Outcome {
  const { value, flags = [], lacks = [], needsPast = false } = made;
  const own = value === null ? [] : rules.filter((rule) => rule.sensor === sensor.code);
  const levels = own.map((rule) => ({
    rule: rule.id,
    level: WARNING_LEVELS.findLast((level) => value !== null && reaches(rule, level, value)) ?? ('normal' as const),
  }));
  return { sensor: sensor.code, unit: sensor.unit, value, flags, lacks, needsPast, levels };
}
