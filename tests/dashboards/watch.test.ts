import { describe, expect, it } from 'vitest';
import { advance, beforeNow, isBehind, isNew, retryDelayMs } from '../../dashboards/src/state/resume.ts';
import { silence } from '../../dashboards/src/state/silence.ts';
import { initialWatch, serverTime, step } from '../../dashboards/src/state/watch.ts';
import type { Watch, WatchEvent } from '../../dashboards/src/state/watch.ts';
import type { LiveEvent, ServerMessage } from '../../src/contract/live.ts';
import { NOW, sampleEvents, sampleSite } from './support/sample-site.ts';

const cursor = { levelChange: 12, visibilityChange: 3, calloutEvent: 40, lateExceedance: 0, reportChange: 0 };
const message = (said: ServerMessage, at = NOW): WatchEvent => ({ type: 'message', message: said, at });
const event = (one: LiveEvent): WatchEvent => message({ type: 'event', event: one });
const run = (...events: WatchEvent[]): Watch => events.reduce((watch, one) => step(watch, one).next, initialWatch);
const read: WatchEvent = { type: 'overview-read', overview: sampleSite(), at: NOW };
const hello = message({ type: 'hello', now: NOW, cursor });

type Rise = Extract<LiveEvent, { log: 'levelChange' }>;
const rise = (position: number, to: Rise['to'] = 'red', siteId = 'demo-pond'): Rise => ({
  log: 'levelChange',
  position,
  siteId,
  target: 'demo-pond/piezo-2',
  sensorId: 4,
  from: 'normal',
  to,
  observedAt: NOW,
  cause: 'reached',
  value: 332.1,
  limit: 332,
  verified: true,
  guarded: true,
});
const called = (position: number): LiveEvent => ({
  log: 'calloutEvent',
  position,
  siteId: 'demo-pond',
  calloutId: null,
  type: 'opened',
  at: NOW,
  facts: {},
});
const levelOf = (watch: Watch, sensorId: number) =>
  watch.overview?.rules.find((rule) => rule.sensorId === sensorId)?.level;

describe('the resume cursor', () => {
  it('moves forward only, each log by itself; holes in positions mean nothing', () => {
    const after = [rise(15), rise(13), called(41)].reduce(advance, cursor);
    expect(after).toEqual({
      levelChange: 15,
      visibilityChange: 3,
      calloutEvent: 41,
      lateExceedance: 0,
      reportChange: 0,
    });
    expect(isNew(after, rise(15))).toBe(false);
    expect(isNew(after, rise(16))).toBe(true);
  });

  it('starts a little before the overview, so that a fresh page has a history', () => {
    expect(
      beforeNow({ levelChange: 100, visibilityChange: 3, calloutEvent: 60, lateExceedance: 61, reportChange: 0 }),
    ).toEqual({
      levelChange: 40,
      visibilityChange: 0,
      calloutEvent: 0,
      lateExceedance: 1,
      reportChange: 0,
    });
  });

  it('sees that the server has another database', () => {
    expect(isBehind({ ...cursor, calloutEvent: 39 }, cursor)).toBe(true);
    expect(isBehind({ ...cursor, calloutEvent: 90 }, cursor)).toBe(false);
  });

  it('waits longer at each try, never over 8 s, and not in step with other pages', () => {
    expect([1, 2, 3, 4, 5, 60].map((tries) => retryDelayMs(tries, 0))).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
    expect(retryDelayMs(5, 0.9)).toBeGreaterThan(5000);
    expect(retryDelayMs(5, 0.9)).toBeLessThan(8000);
  });
});

describe('the screen', () => {
  it('lists history from before the overview without applying it again', () => {
    const watch = run(read, hello, ...sampleEvents().map(event));
    expect(watch.events).toHaveLength(sampleEvents().length);
    expect(watch.overview?.rules).toEqual(sampleSite().rules);
    expect(watch.cursor).toEqual(cursor);
  });

  it('takes a new level change once, however often it comes', () => {
    const watch = run(read, hello, event(rise(13)), event(rise(13)), event({ ...rise(13), to: 'blue' }));
    expect(levelOf(watch, 4)).toBe('red');
    expect(watch.events.filter(({ position }) => position === 13)).toHaveLength(1);
  });

  it('misses no event over a lost connection: it resumes after the last one seen', () => {
    const lost = run(read, hello, event(rise(13)), {
      type: 'link-lost',
      at: NOW + 9000,
      retryAt: NOW + 9500,
      tries: 1,
    });
    expect(lost.cursor?.levelChange).toBe(13);
    const resumed = message({ type: 'hello', now: NOW, cursor: { ...cursor, levelChange: 13 } });
    const after = [resumed, event(rise(13)), event({ ...rise(14, 'orange'), from: 'red' })];
    const back = after.reduce((watch, one) => step(watch, one).next, lost);
    expect(levelOf(back, 4)).toBe('orange');
    expect(back.events.map(({ position }) => position)).toEqual([14, 13]);
  });

  it('says since when the line is lost: from the last thing heard, through every try', () => {
    const lose = (tries: number): WatchEvent => ({
      type: 'link-lost',
      at: NOW + 8000 * tries,
      retryAt: NOW + 9000 * tries,
      tries,
    });
    const watch = run(read, hello, lose(1), { type: 'link-retrying' }, lose(2));
    expect(watch.link).toEqual({ phase: 'lost', since: NOW, tries: 2, retryAt: NOW + 18_000 });
  });

  it('reads everything anew once the line is back', () => {
    const lost = run(read, hello, { type: 'link-lost', at: NOW, retryAt: NOW, tries: 1 });
    expect(step(lost, hello).effects).toEqual(['read-overview', 'read-curve']);
    expect(step(run(read), hello).effects).toEqual(['read-curve']);
  });

  it('starts over when the logs end before what it has seen', () => {
    const watch = run(read, hello, event(rise(13)));
    const { next, effects } = step(watch, message({ type: 'hello', now: NOW, cursor }));
    expect(effects).toEqual(['start-over']);
    expect(next.overview).toBeNull();
    expect(next.cursor).toBeNull();
  });

  it('reads the callout anew when something happened to it, but not for history', () => {
    const watch = run(read, hello);
    expect(step(watch, event(called(39))).effects).toEqual([]);
    expect(step(watch, event(called(41))).effects).toEqual(['read-overview']);
  });

  it('puts what it has heard on top of an overview that was made before', () => {
    const watch = run(
      read,
      hello,
      event(rise(13)),
      message({
        type: 'readings',
        siteId: 'demo-pond',
        readings: [[4, NOW + 5000, NOW + 5001, 332.2, 0]],
        thinned: false,
      }),
      read,
    );
    expect(levelOf(watch, 4)).toBe('red');
    expect(watch.overview?.sensors[3]?.newest?.value).toBe(332.2);
  });

  it('keeps the newest reading of each sensor: a late one, or one of another site, changes nothing', () => {
    const say = (siteId: string, at: number, value: number) =>
      message({ type: 'readings', siteId, readings: [[1, at, at, value, 1]], thinned: false });
    const watch = run(
      read,
      hello,
      say('demo-pond', NOW + 10, 5),
      say('demo-pond', NOW - 60_000, 6),
      say('other', NOW + 20, 7),
    );
    expect(watch.overview?.sensors[0]?.newest).toEqual({
      observedAt: NOW + 10,
      receivedAt: NOW + 10,
      value: 5,
      doubtful: true,
    });
  });

  it('E4 shows the next good reading after one whose clock was ahead, or had fallen back to its first day', () => {
    const say = (observedAt: number, receivedAt: number, value: number, doubtful: 0 | 1) =>
      message({
        type: 'readings',
        siteId: 'demo-pond',
        readings: [[1, observedAt, receivedAt, value, doubtful]],
        thinned: false,
      });
    const shown = (...events: WatchEvent[]) => run(read, hello, ...events).overview?.sensors[0]?.newest?.value;
    const ahead = say(NOW + 86_400_000, NOW + 5000, 5, 1);
    const fallenBack = say(0, NOW + 5000, 6, 1);
    const good = say(NOW + 4000, NOW + 10_000, 7, 0);
    expect([shown(ahead), shown(fallenBack)]).toEqual([5, 6]);
    expect([shown(ahead, good), shown(fallenBack, good), shown(ahead, read, good)]).toEqual([7, 7, 7]);
  });

  it('says that nobody calls while the process that calls is silent', () => {
    const pulse = (alert: boolean) => message({ type: 'pulse', now: NOW, judge: null, alert });
    expect(run(read, hello).calling).toBe(true);
    expect(run(read, hello, pulse(false)).calling).toBe(false);
    expect(run(read, hello, pulse(false), pulse(true)).calling).toBe(true);
  });

  it('counts events of other sites as seen without showing them', () => {
    const watch = run(read, hello, event(rise(13, 'red', 'other')));
    expect(watch.cursor?.levelChange).toBe(13);
    expect(watch.events).toEqual([]);
    expect(levelOf(watch, 4)).toBe('normal');
  });

  it('shows blindness without lowering the level', () => {
    const blind: LiveEvent = {
      log: 'visibilityChange',
      position: 4,
      siteId: 'demo-pond',
      sensorIds: [1, 2],
      visibility: 'blind',
      cause: 'broker-away',
      at: NOW,
    };
    const watch = run(read, hello, event(blind));
    expect(watch.overview?.sensors.map(({ visibility }) => visibility)).toEqual(['blind', 'blind', 'seen', 'seen']);
    expect(watch.overview?.level).toBe('red');
  });

  it('keeps server time although this machine is wrong by an hour', () => {
    const watch = run(message({ type: 'pulse', now: NOW, judge: null, alert: true }, NOW - 3_600_000));
    expect(serverTime(watch, NOW - 3_600_000 + 5000)).toBe(NOW + 5000);
  });

  it.each([
    ['nothing before it was told', undefined, undefined],
    ['the judge silent', null, 'Silent'],
    ['the broker away', { at: NOW, broker: false, database: true }, 'Broker'],
    ['the database away before the broker', { at: NOW, broker: false, database: false }, 'Database'],
    ['nothing when all is well', { at: NOW, broker: true, database: true }, undefined],
  ] as const)('tells %s', (_, judge, told) => {
    const watch = run(read, hello);
    expect(
      silence(judge === undefined ? watch : step(watch, message({ type: 'pulse', now: NOW, judge, alert: true })).next),
    ).toBe(told);
  });
});
