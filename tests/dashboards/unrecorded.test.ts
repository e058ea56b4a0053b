import { describe, expect, it } from 'vitest';
import { append, columns, traceOf } from '../../dashboards/src/state/curve.ts';
import { silence } from '../../dashboards/src/state/silence.ts';
import { shownWith } from '../../dashboards/src/state/unrecorded.ts';
import { initialWatch, step } from '../../dashboards/src/state/watch.ts';
import type { Watch, WatchEvent } from '../../dashboards/src/state/watch.ts';
import type { LiveReading, ServerMessage, Unrecorded } from '../../src/contract/live.ts';
import { NOW, sampleSite } from './support/sample-site.ts';

const message = (said: ServerMessage): WatchEvent => ({ type: 'message', message: said, at: NOW });
const run = (...events: WatchEvent[]): Watch => events.reduce((watch, one) => step(watch, one).next, initialWatch);
const read: WatchEvent = { type: 'overview-read', overview: sampleSite(), at: NOW };
const reading = (observedAt: number, value: number): LiveReading => [4, observedAt, observedAt + 300, value, 0];
const live = (of: LiveReading, recorded?: boolean): WatchEvent =>
  message({
    type: 'readings',
    siteId: 'demo-pond',
    thinned: false,
    readings: [of],
    ...(recorded !== undefined && { recorded }),
  });
const pulse = (database: boolean): WatchEvent =>
  message({ type: 'pulse', now: NOW, judge: { at: NOW, broker: true, database }, alert: true });

const inMemory = (changes: Partial<Unrecorded['targets'][number]> = {}): Unrecorded => ({
  at: NOW,
  since: NOW - 60_000,
  targets: [
    {
      siteId: 'demo-pond',
      target: 'demo-pond/piezo-2',
      level: 'orange',
      value: 331.6,
      limit: 331.5,
      observedAt: NOW - 1000,
      verified: true,
      guarded: true,
      ...changes,
    },
  ],
});

describe('while the database is away', () => {
  it('the graver of the recorded level and the one in memory stands, and that it is in memory', () => {
    const graver = shownWith(sampleSite(), inMemory());
    expect(graver.overview.rules.find(({ ruleId }) => ruleId === 'piezo-2')?.level).toBe('orange');
    expect([...graver.inMemory]).toEqual(['demo-pond/piezo-2']);
    const milder = shownWith(sampleSite(), inMemory({ target: 'demo-pond/pond-level', level: 'blue' }));
    expect(milder.overview.rules.find(({ ruleId }) => ruleId === 'pond-level')?.level).toBe('red');
    expect(milder.inMemory.size).toBe(0);
  });

  it('the level of the site follows what is in memory; another site has no part in it', () => {
    const calm = sampleSite(NOW, { rules: sampleSite().rules.map((rule) => ({ ...rule, level: 'normal' as const })) });
    expect(shownWith(calm, inMemory()).overview.level).toBe('orange');
    expect(shownWith(sampleSite(), inMemory({ siteId: 'other' })).overview).toEqual(sampleSite());
  });

  it('a level confirmed in memory is confirmed', () => {
    const rules = sampleSite().rules.map((rule) =>
      rule.ruleId === 'pond-level' ? { ...rule, verified: false } : rule,
    );
    const { overview } = shownWith(
      { ...sampleSite(), rules },
      inMemory({ target: 'demo-pond/pond-level', level: 'red' }),
    );
    expect(overview.rules[0]).toMatchObject({ level: 'red', verified: true });
  });

  it('a reading that is not recorded shows, and is marked until it comes again as recorded', () => {
    const away = run(read, pulse(false), live(reading(NOW, 331.7), false));
    expect(away.overview?.sensors[3]?.newest?.value).toBe(331.7);
    expect(away.unrecordedReadings.get(4)).toBe(NOW);
    const older = step(away, live(reading(NOW - 5000, 331.6))).next;
    expect(older.unrecordedReadings.has(4)).toBe(true);
    expect(step(older, live(reading(NOW, 331.7), true)).next.unrecordedReadings.size).toBe(0);
  });

  it('an overview that has that reading takes the mark away; an older one does not', () => {
    const away = run(read, live(reading(NOW, 331.7), false));
    expect(step(away, read).next.unrecordedReadings.has(4)).toBe(true);
    const [, , , last] = sampleSite().sensors;
    const stored = { observedAt: NOW, receivedAt: NOW, value: 331.7, doubtful: false };
    const fresh = sampleSite(NOW, {
      sensors: sampleSite().sensors.map((one) =>
        one === last || one.sensorId === 4 ? { ...one, newest: stored } : one,
      ),
    });
    expect(step(away, { type: 'overview-read', overview: fresh, at: NOW }).next.unrecordedReadings.size).toBe(0);
  });

  it('the screen says that nothing is judged only while nothing is judged in memory either', () => {
    const away = run(message({ type: 'hello', now: NOW, cursor: sampleSite().cursor }), pulse(false));
    expect(silence(away)).toBe('Database');
    const judging = step(away, message({ type: 'unrecorded', unrecorded: inMemory() })).next;
    expect(silence(judging)).toBeUndefined();
    expect(step(judging, pulse(true)).next.unrecorded).toBeNull();
  });

  it('the reasons of a reading that has just become doubtful are asked for, once', () => {
    const good = run(read);
    const doubtful: LiveReading = [4, NOW, NOW, 340, 1];
    const first = step(good, live(doubtful));
    expect(first.effects).toEqual(['read-flags']);
    expect(step(first.next, live([4, NOW + 5000, NOW + 5000, 340, 1])).effects).toEqual([]);
  });
});

describe('the curve of what is not recorded', () => {
  const trace = traceOf(
    {
      sensorId: 4,
      from: 0,
      to: 9,
      stored: 2,
      points: [
        [0, 1, 0],
        [5000, 2, 0],
      ],
    },
    5000,
  );
  const away = append(trace, [reading(10_000, 3), reading(15_000, 4)], false);

  it('is drawn apart, joined to what is recorded beside it', () => {
    expect(columns(away)).toEqual({
      at: [0, 5000, 10_000, 15_000],
      value: [1, 2, null, null],
      doubtful: [null, null, null, null],
      unrecorded: [null, 2, 3, 4],
    });
  });

  it('is drawn as any other once it is recorded', () => {
    const back = append(away, [reading(10_000, 3), reading(15_000, 4)]);
    expect(columns(back).value).toEqual([1, 2, 3, 4]);
    expect(back.unrecorded.size).toBe(0);
    expect(back.stored).toBe(4);
  });
});
