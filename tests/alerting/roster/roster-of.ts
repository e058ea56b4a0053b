import { EMPTY_ROSTER } from '../../../alerting/roster/roster.ts';
import type { Roster, Rotation } from '../../../alerting/roster/roster.ts';
import { instant } from '../../../src/core/time.ts';
import type { Instant } from '../../../src/core/time.ts';
import { instantOf } from '../../../src/core/zone.ts';

export const PEOPLE = ['li', 'wang', 'zhao', 'chen', 'zhou'];

/** A rotation of three who change daily at eight, with these differences. */
export const rotationOf = (differs: Partial<Rotation> = {}): Rotation => ({
  id: 'officers',
  name: '带班领导',
  duty: 'duty-officer',
  pattern: { kind: 'daily' },
  handOver: '08:00',
  firstDay: '2026-07-01',
  turns: [['li'], ['wang'], ['zhao']],
  ...differs,
});

/** A roster of one such rotation. */
export const rosterOf = (differs: Partial<Roster> = {}): Roster => ({
  ...EMPTY_ROSTER,
  timeZone: 'Asia/Shanghai',
  people: new Set(PEOPLE),
  rotations: [rotationOf()],
  ...differs,
});

/** An instant as the wall of Shanghai shows it: `2026-07-01 08:00`. */
export const at = (wall: string, zone = 'Asia/Shanghai'): Instant => instantOf(wall.slice(0, 10), wall.slice(11), zone);

/** Long before everything. */
export const LONG_AGO = { by: 'chief', at: instant(0) };
