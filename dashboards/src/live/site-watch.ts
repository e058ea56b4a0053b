import { batch, computed, signal } from '@preact/signals';
import { SiteOverview } from '../../../src/contract/http.ts';
import { SessionView } from '../../../src/contract/session.ts';
import type { ServerMessage, SoundState } from '../../../src/contract/live.ts';
import { shownWith } from '../state/unrecorded.ts';
import type { Shown } from '../state/unrecorded.ts';
import { initialWatch, serverTime, step } from '../state/watch.ts';
import type { Watch, WatchEffect, WatchEvent } from '../state/watch.ts';
import { ask } from './api.ts';
import { keepConnected, liveUrl } from './connection.ts';
import type { Connection } from './connection.ts';
import { latestWins } from './latest-wins.ts';
import { codeOf, noticeSignedOut } from './session.ts';
import { localNow } from './ticking.ts';

/** All that is known of the site on screen. */
export const watch = signal<Watch>(initialWatch);
/** Why the overview could not be read of late; null while it can be. */
export const overviewFault = signal<string | null>(null);
/** True once the server has said something this page cannot read. */
export const outdated = signal(false);
/** Server time, ticking each second. */
export const now = computed(() => serverTime(watch.value, localNow.value));
/** What the screen shows: the overview with the levels that are judged in memory while the database is away. */
export const shown = computed((): Shown | null => {
  const { overview, unrecorded } = watch.value;
  return overview === null ? null : shownWith(overview, unrecorded);
});
/** True while what is on screen is known to be the present truth: line up, judge heard, and recording or judging in memory. */
export const heard = computed(() => {
  const { link, judge, unrecorded } = watch.value;
  return link.phase === 'live' && judge?.broker === true && (judge.database || unrecorded !== null);
});

let connection: Connection | undefined;

/** Whether this page can be heard; the server keeps a record of the screens that cannot. */
export const audible = signal<SoundState>('blocked');
audible.subscribe((sound) => connection?.send({ type: 'screen', sound }));

type Listener = (cause: { type: 'message'; message: ServerMessage } | { type: 'effect'; effect: WatchEffect }) => void;

const REFRESH_MS = 30_000;
const RETRY_MS = 3000;
const DEBOUNCE_MS = 200;
const READINGS_QUIET_MS = 200;
/** Reasons of doubt may come a moment later: many sensors fall into doubt together. */
const FLAGS_QUIET_MS = 1500;

let waiting: { readonly message: ServerMessage; readonly at: number }[] = [];
let flushing: number | undefined;
let siteId: string | undefined;
let refresh: number | undefined;
let listener: Listener = () => undefined;

const reader = latestWins(async (signal) => {
  if (siteId === undefined) return;
  try {
    const overview = await ask(`/api/sites/${encodeURIComponent(siteId)}/overview`, SiteOverview, { signal });
    if (signal.aborted) return;
    overviewFault.value = null;
    take({ type: 'overview-read', overview, at: Date.now() });
    connect();
    readAgain(REFRESH_MS);
  } catch (error) {
    if (signal.aborted || noticeSignedOut(error)) return;
    overviewFault.value = codeOf(error);
    readAgain(RETRY_MS);
  }
});

/** Reads the overview now; while one is being read, again after it. */
export const readOverview = (): void => reader.soon(DEBOUNCE_MS);

function readAgain(afterMs: number): void {
  clearTimeout(refresh);
  refresh = window.setTimeout(() => reader.soon(0), afterMs);
}

/** Watches a site until `stopWatching`; `onCause` is told what else has to follow: live readings, and effects. */
export function startWatching(site: string, onCause: Listener): void {
  stopWatching();
  siteId = site;
  listener = onCause;
  reader.soon(0);
}

/** Closes the line and forgets the site. */
export function stopWatching(): void {
  siteId = undefined;
  clearTimeout(refresh);
  reader.cancel();
  connection?.close();
  connection = undefined;
  clearTimeout(flushing);
  flushing = undefined;
  waiting = [];
  watch.value = initialWatch;
  overviewFault.value = null;
}

/** Tries the lost line at once instead of at its next turn. */
export const reconnectNow = (): void => connection?.retryNow();

function connect(): void {
  connection ??= keepConnected(liveUrl(), {
    cursor: () => watch.value.cursor,
    introduction: () => ({ type: 'screen', sound: audible.peek() }),
    onMessage: (message) => {
      waiting.push({ message, at: Date.now() });
      // Fifty sensors a second draw the screen five times, not fifty; whatever is not a reading goes on at once, in its order.
      if (message.type === 'readings') flushing ??= window.setTimeout(flush, READINGS_QUIET_MS);
      else flush();
    },
    onLost: (retryAt, tries) => {
      if (siteId === undefined) return;
      flush();
      take({ type: 'link-lost', at: Date.now(), retryAt, tries });
      // The browser does not say why a WebSocket was refused: a session that ended is found by asking.
      void ask('/api/session', SessionView).catch(noticeSignedOut);
    },
    onRetrying: () => take({ type: 'link-retrying' }),
    onOutdated: () => {
      outdated.value = true;
    },
  });
}

/** Takes what has come, in its order, and draws once. */
function flush(): void {
  clearTimeout(flushing);
  flushing = undefined;
  const messages = waiting;
  waiting = [];
  batch(() => {
    for (const { message, at } of messages) {
      take({ type: 'message', message, at });
      listener({ type: 'message', message });
    }
  });
}

function take(event: WatchEvent): void {
  const { next, effects } = step(watch.value, event);
  watch.value = next;
  for (const effect of effects) {
    if (effect === 'read-overview') readOverview();
    if (effect === 'read-flags') reader.soon(FLAGS_QUIET_MS);
    if (effect === 'start-over') reader.soon(0);
    listener({ type: 'effect', effect });
  }
}
