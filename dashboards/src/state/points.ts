import type { SensorView, SiteOverview } from '../../../src/contract/http.ts';
import { gravest } from '../../../src/core/level.ts';
import type { Level } from '../../../src/core/level.ts';
import { maintenanceOf, rulesOf } from './standing.ts';

/** What is put in maintenance as one: its sensors, where it lies, and what is being done to it. */
export interface Point {
  readonly point: string;
  readonly section: SiteOverview['name'] | null;
  readonly sensors: readonly SensorView[];
  /** in-service when any of its sensors is. */
  readonly state: SensorView['state'];
  readonly level: Level;
  /** Work on this point itself, not on one that its sensors are derived from. */
  readonly maintenance: SensorView['maintenance'];
}

/** The points of a site: those being worked on first, retired ones last, else as configured. */
export function pointsOf({ sensors, sections, rules }: SiteOverview, now: number): readonly Point[] {
  const byPoint = new Map<string, SensorView[]>();
  for (const sensor of sensors) byPoint.set(sensor.point, [...(byPoint.get(sensor.point) ?? []), sensor]);
  const points = [...byPoint].map(([point, own]): Point => {
    const sectionId = own.find((sensor) => sensor.sectionId !== null)?.sectionId;
    const has = (state: SensorView['state']): boolean => own.some((sensor) => sensor.state === state);
    return {
      point,
      section: sections.find((one) => one.sectionId === sectionId)?.name ?? null,
      sensors: own,
      state: has('in-service') ? 'in-service' : has('commissioning') ? 'commissioning' : 'retired',
      level: gravest(own.flatMap((sensor) => rulesOf(sensor, rules).map(({ level }) => level))),
      maintenance: own.map((sensor) => maintenanceOf(sensor, now)).find((work) => work?.point === point) ?? null,
    };
  });
  return points.toSorted((a, b) => place(a) - place(b));
}

const place = ({ maintenance, state }: Point): number => {
  if (maintenance !== null) return 0;
  return state === 'retired' ? 2 : 1;
};
