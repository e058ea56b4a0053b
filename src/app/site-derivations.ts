import { formulaOf } from '../../ingest/formula.ts';
import type { Derivation, Input } from '../../ingest/derivation.ts';
import type { Sensor } from '../core/sensor.ts';
import { channelsOf, sensorsOf } from './site-model.ts';
import type { LoadedSite } from './site-model.ts';

/** How the site's derived sensors are made, in the order they are written. */
export function derivationsOf(site: LoadedSite): Derivation[] {
  const byCode = new Map([...channelsOf(site), ...sensorsOf(site)].map((each) => [each.code, each]));
  const named = (code: string): Sensor => {
    const found = byCode.get(code);
    if (found === undefined) throw new Error(`site ${site.siteId} has no ${code}: refused when a site is applied`);
    return found;
  };
  return site.config.sensors.flatMap(({ code, derive }): Derivation[] => {
    if (derive === undefined) return [];
    const { primary, same, nearest, windowMs, calibrations } = formulaOf(derive, named);
    const inputs: Input[] = [
      ...Object.entries(same).map(
        ([role, input]): Input => ({ role, sensorId: named(input).id, pairing: { kind: 'same' } }),
      ),
      ...Object.entries(nearest).map(([role, { code: input, maxAgeMs }]): Input => {
        const { id, intervalMs } = named(input);
        return { role, sensorId: id, pairing: { kind: 'nearest', intervalMs, maxAgeMs } };
      }),
    ];
    return [{ sensor: named(code), primaryId: named(primary).id, inputs, windowMs, calibrations }];
  });
}
