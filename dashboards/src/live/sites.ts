import { computed, effect, signal } from '@preact/signals';
import { z } from 'zod';
import { SiteSummary } from '../../../src/contract/http.ts';
import { ask } from './api.ts';
import { appendLive, clearCurve, readCurve, selectedId } from './curve-reader.ts';
import { keep, kept } from './kept.ts';
import { codeOf, noticeSignedOut, session } from './session.ts';
import { startWatching, stopWatching } from './site-watch.ts';

/** Sites the account may see; a code of what went wrong; or null while they are asked for. */
export const sites = signal<readonly SiteSummary[] | { readonly code: string } | null>(null);
/** The site on screen. */
export const currentSite = signal<string | null>(null);

const RETRY_MS = 5000;
const KEY = 'tailwatch.site';

/** Reads the list of sites and watches the one shown last, or the first. */
export async function readSites(): Promise<void> {
  try {
    const list = await ask('/api/sites', z.array(SiteSummary));
    sites.value = list;
    const last = kept(KEY);
    const site = list.find(({ siteId }) => siteId === last) ?? list[0];
    if (site !== undefined) showSite(site.siteId);
  } catch (error) {
    if (noticeSignedOut(error)) return;
    sites.value = { code: codeOf(error) };
    setTimeout(() => sites.value !== null && 'code' in sites.value && void readSites(), RETRY_MS);
  }
}

/** Puts a site on screen. */
export function showSite(siteId: string): void {
  currentSite.value = siteId;
  keep(KEY, siteId);
  startWatching(siteId, (cause) => {
    if (cause.type === 'message') appendLive(cause.message);
    else if (cause.effect === 'read-curve' || cause.effect === 'start-over') readCurve();
  });
}

/** Who sees which sites, as a text that changes with it; null: nobody, or not before they have a password of their own. */
const sight = computed(() =>
  session.value === null || session.value.mustChangePassword
    ? null
    : JSON.stringify([session.value.name, session.value.permissions['site/see'] ?? null]),
);

/** Follows the account: signed in, sites are read; signed out, nothing is kept. */
export function followAccount(): void {
  effect(() => {
    if (sight.value !== null) void readSites();
    else {
      stopWatching();
      sites.value = null;
      currentSite.value = null;
    }
  });
  effect(() => {
    if (selectedId.value === undefined) return;
    clearCurve();
    readCurve();
  });
}
