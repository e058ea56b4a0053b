import type { SensorView, SiteOverview } from '../../../src/contract/http.ts';
import { gravest, rank } from '../../../src/core/level.ts';
import type { Level } from '../../../src/core/level.ts';
import type { Item } from '../../../src/core/sensor.ts';
import { rulesOf } from './standing.ts';

/** Kinds of sensors that belong to no section, by what they watch. */
export const FAMILIES = ['pond', 'seepage', 'movement'] as const;
export type Family = (typeof FAMILIES)[number];

/** Sensors shown together: those of a section, or of no section and one family; `all` where there are few. */
export interface Group {
  readonly id: string;
  readonly name: SiteOverview['name'] | Family | 'all';
  readonly level: Level;
  /** Worst first; sensors of one point stay side by side. */
  readonly sensors: readonly SensorView[];
}

export interface Board {
  readonly groups: readonly Group[];
  /** Every sensor with a level above normal, worst first. */
  readonly standing: readonly SensorView[];
  readonly retired: readonly SensorView[];
}

const FAMILY_OF: Readonly<Record<Item, Family>> = {
  'pond-level': 'pond',
  'rainfall': 'pond',
  'rate-of-rise': 'pond',
  'air-pressure': 'pond',
  'beach-length': 'pond',
  'freeboard': 'pond',
  'phreatic-level': 'seepage',
  'phreatic-depth': 'seepage',
  'displacement': 'movement',
  'velocity': 'movement',
};

/** As many tiles need no groups: each can be large. */
const FEW = 8;

export const isDense = ({ sensors }: Pick<SiteOverview, 'sensors'>): boolean =>
  sensors.filter(({ state }) => state !== 'retired').length > FEW;

/** How the sensors of a site are laid out. Only levels move groups, levels and blindness tiles: the order is otherwise that of the configuration. */
export function boardOf(overview: SiteOverview): Board {
  const live = overview.sensors.filter(({ state }) => state !== 'retired');
  const worth = worthIn(overview);
  return {
    groups: worstFirst(groupsOf(overview, live), ({ level }) => rank(level)),
    standing: worstFirst(
      live.filter((sensor) => worth(sensor) >= 1),
      worth,
    ),
    retired: overview.sensors.filter(({ state }) => state === 'retired'),
  };
}

function groupsOf(overview: SiteOverview, live: readonly SensorView[]): readonly Group[] {
  const worth = worthIn(overview);
  const group = (id: string, name: Group['name'], sensors: readonly SensorView[]): Group[] =>
    sensors.length === 0
      ? []
      : [{ id, name, level: gravest(sensors.map((one) => levelIn(overview, one))), sensors: byPoint(sensors, worth) }];
  if (!isDense(overview) && overview.sections.length === 0) return group('all', 'all', live);
  const isOf = (sectionId: string) => (sensor: SensorView) => sensor.sectionId === sectionId;
  const known = new Set(overview.sections.map(({ sectionId }) => sectionId));
  const loose = live.filter(({ sectionId }) => sectionId === null || !known.has(sectionId));
  return [
    ...FAMILIES.flatMap((family) =>
      group(
        family,
        family,
        loose.filter(({ item }) => FAMILY_OF[item] === family),
      ),
    ),
    ...overview.sections.flatMap(({ sectionId, name }) =>
      group(`section ${sectionId}`, name, live.filter(isOf(sectionId))),
    ),
  ];
}

/** Points worst first, and the sensors of each worst first. */
function byPoint(sensors: readonly SensorView[], worth: (sensor: SensorView) => number): readonly SensorView[] {
  const points = new Map<string, SensorView[]>();
  for (const sensor of sensors) points.set(sensor.point, [...(points.get(sensor.point) ?? []), sensor]);
  return worstFirst([...points.values()], (point) => Math.max(...point.map(worth))).flatMap((point) =>
    worstFirst(point, worth),
  );
}

/** Levels count whole; blindness counts half, so that it comes before what is normal and after every warning. */
const worthIn =
  (overview: SiteOverview) =>
  (sensor: SensorView): number =>
    rank(levelIn(overview, sensor)) + (sensor.visibility === 'blind' || sensor.newest === null ? 0.5 : 0);

const levelIn = ({ rules }: SiteOverview, sensor: SensorView): Level =>
  gravest(rulesOf(sensor, rules).map(({ level }) => level));

const worstFirst = <T>(list: readonly T[], worth: (one: T) => number): readonly T[] =>
  list.toSorted((a, b) => worth(b) - worth(a));
