import { RosterView } from '../../../src/contract/roster.ts';
import { ask } from './api.ts';
import { usePolled } from './polled.ts';
import type { Polled } from './polled.ts';

const EVERY_MS = 30_000;

export const rosterPath = (siteId: string): string => `/api/sites/${encodeURIComponent(siteId)}/roster`;

/** Who is on duty at a site now and in the days to come. */
export const useRoster = (siteId: string, days: number): Polled<RosterView> =>
  usePolled(`${rosterPath(siteId)}?days=${String(days)}`, RosterView, EVERY_MS);

/** Changes something of a roster. Throws `ApiFault`. */
export const changeRoster = (siteId: string, what: string, body: unknown): Promise<RosterView> =>
  ask(`${rosterPath(siteId)}${what}`, RosterView, { method: what === '' ? 'PUT' : 'POST', body });
