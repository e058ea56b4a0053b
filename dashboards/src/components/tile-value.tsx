import type { JSX } from 'preact';
import type { RuleView, SensorView } from '../../../src/contract/http.ts';
import { decimalsApart, decimalsOf, fixed, fixedApart } from '../format/value.ts';
import { say } from '../live/language.ts';
import { nextLimit } from '../state/next-limit.ts';
import { rulesOf } from '../state/standing.ts';

interface TileValueProps {
  readonly sensor: SensorView;
  readonly rules: readonly RuleView[];
}

/** Decimals at which the value of a sensor is written: it never looks like a limit that it is not equal to. */
function decimalsFor(sensor: SensorView, own: readonly RuleView[]): number {
  const limits = own.flatMap((rule) => Object.values(rule.limits));
  const usual = decimalsOf(sensor.unit, limits);
  return sensor.newest === null ? usual : decimalsApart(sensor.newest.value, limits, usual);
}

/** Its newest value with its unit, as a tile and a chip write it; a dash when there is none. */
export function valueText(sensor: SensorView, rules: readonly RuleView[]): string {
  if (sensor.newest === null) return '—';
  return `${fixed(sensor.newest.value, decimalsFor(sensor, rulesOf(sensor, rules)))} ${sensor.unit}`;
}

/** The number, large, with its unit. */
export function TileValue({ sensor, rules }: TileValueProps): JSX.Element {
  const decimals = decimalsFor(sensor, rulesOf(sensor, rules));
  return (
    <span class="tile-value">
      <span class="number">{sensor.newest === null ? '—' : fixed(sensor.newest.value, decimals)}</span>
      <span class="unit">{sensor.unit}</span>
    </span>
  );
}

/** How far the value is from the limit that matters next. */
export function TileLimit({ sensor, rules }: TileValueProps): JSX.Element {
  const words = say.value;
  const own = rulesOf(sensor, rules);
  const next = sensor.newest === null ? undefined : nextLimit(sensor.newest.value, own);
  return (
    <span class={`tile-limit ${next?.kind === 'held' || next?.kind === 'receding' ? 'tile-limit-back' : ''}`}>
      {next !== undefined &&
        words(`tile.${next.kind}`, {
          side: words(`tileSide.${next.worse}`),
          level: words(`level.${next.level}`),
          distance: `${fixedApart(next.distance, decimalsFor(sensor, own))} ${sensor.unit}`,
        })}
    </span>
  );
}
