import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FOREVER, awaitedAfterEdit, firstSight, hear, tick, visibilityChanges } from '../../rules/visibility.ts';
import type { Listening, Sight } from '../../rules/visibility.ts';
import { MINUTE, instant } from '../../src/core/time.ts';

const minute = (n: number) => instant(n * MINUTE);
const STARTED: Listening = { since: minute(0), brokerUp: true };

/** Two ponds; the gauges report every 5 minutes, the survey once a day. */
const [north, south, survey, other] = [
  firstSight({ id: 1, siteId: 'pond', intervalMs: 5 * MINUTE }),
  firstSight({ id: 2, siteId: 'pond', intervalMs: 5 * MINUTE }),
  firstSight({ id: 3, siteId: 'pond', intervalMs: 24 * 60 * MINUTE }),
  firstSight({ id: 4, siteId: 'other', intervalMs: 5 * MINUTE }),
] as const;

const heardAt = (sight: Sight, n: number, doubtful = false): Sight => hear(sight, minute(n), doubtful).next;
const events = (sights: readonly Sight[], listening: Listening, n: number) =>
  visibilityChanges(tick(sights, listening, minute(n)), minute(n));
const after = (sights: readonly Sight[], listening: Listening, n: number): Sight[] => {
  const changed = new Map(tick(sights, listening, minute(n)).map(({ next }) => [next.sensorId, next]));
  return sights.map((sight) => changed.get(sight.sensorId) ?? sight);
};

describe('a sensor that stops', () => {
  it('goes blind after three missed intervals, once', () => {
    const sights = [heardAt(north, 10)];
    expect(events(sights, STARTED, 25)).toEqual([]);
    expect(events(sights, STARTED, 26)).toEqual([
      { siteId: 'pond', sensorIds: [1], visibility: 'blind', cause: 'missed-intervals', at: minute(26) },
    ]);
    expect(events(after(sights, STARTED, 26), STARTED, 600)).toEqual([]);
  });

  it('is one event per site and cause, however many they are', () => {
    expect(events([north, south, survey, other], STARTED, 16)).toEqual([
      { siteId: 'pond', sensorIds: [1, 2], visibility: 'blind', cause: 'missed-intervals', at: minute(16) },
      { siteId: 'other', sensorIds: [4], visibility: 'blind', cause: 'missed-intervals', at: minute(16) },
    ]);
  });

  it('is seen again with its next reading', () => {
    const [blind] = after([heardAt(north, 10)], STARTED, 26);
    expect(hear(blind as Sight, minute(30), false)).toMatchObject({
      next: { visibility: 'seen', since: minute(30) },
      cause: 'data-returned',
    });
    expect(hear(blind as Sight, minute(30), true)).toMatchObject({
      next: { visibility: 'doubtful' },
      cause: 'doubtful-reading',
    });
  });
});

describe('a message that is read again long after it came', () => {
  it('does not make a sensor silent that has been heard since', () => {
    const sight = heardAt(north, 100);
    expect(hear(sight, minute(10), true)).toEqual({ next: sight, cause: null });
  });

  it('does not end a silence that began after it', () => {
    const [blind] = after([heardAt(north, 10)], STARTED, 60);
    const { next, cause } = hear(blind as Sight, minute(20), false);
    expect([next.visibility, cause]).toEqual(['blind', null]);
    expect(events([next], STARTED, 61)).toEqual([]);
    expect(hear(next, minute(61), false).cause).toBe('data-returned');
  });
});

describe('a sensor at rest', () => {
  const resting = (until: number, sight: Sight = heardAt(north, 10)): Sight => ({
    ...sight,
    restsUntil: minute(until),
  });

  it('is not missed while somebody works on its point, and has three intervals of grace after that', () => {
    const sights = [resting(100)];
    expect(events(sights, STARTED, 99)).toEqual([]);
    expect(events(sights, STARTED, 115)).toEqual([]);
    expect(events(sights, STARTED, 116)).toMatchObject([{ sensorIds: [1], cause: 'missed-intervals' }]);
  });

  it('whose rest was over before it was last heard has no grace of it', () => {
    expect(events([resting(5)], STARTED, 25)).toEqual([]);
    expect(events([resting(5)], STARTED, 26)).toMatchObject([{ sensorIds: [1] }]);
  });

  it('is not blinded with its site while the broker is away, until its rest is over', () => {
    const away: Listening = { since: minute(0), brokerUp: false };
    expect(events([resting(60), heardAt(south, 10)], away, 26)).toMatchObject([{ sensorIds: [2] }]);
    expect(events([resting(60), heardAt(south, 10)], away, 60)).toMatchObject([{ sensorIds: [1, 2] }]);
  });

  it('for ever, as one that is retired, is never missed; taken up again it has a grace', () => {
    const retired: Sight = { ...heardAt(north, 10), restsUntil: FOREVER };
    expect(events([retired], STARTED, 1_000_000)).toEqual([]);
    const again = awaitedAfterEdit(heardAt(north, 10), retired, minute(1000));
    expect(events([again], STARTED, 1015)).toEqual([]);
    expect(events([again], STARTED, 1016)).toMatchObject([{ sensorIds: [1] }]);
  });
});

describe('a doubtful reading', () => {
  it('makes the sensor doubtful, a good one seen, and the same again is no event', () => {
    const doubtful = hear(north, minute(1), true);
    expect(doubtful).toMatchObject({ next: { visibility: 'doubtful', since: minute(1) }, cause: 'doubtful-reading' });
    expect(hear(doubtful.next, minute(2), true)).toMatchObject({
      next: { visibility: 'doubtful', since: minute(1) },
      cause: null,
    });
    expect(hear(doubtful.next, minute(2), false)).toMatchObject({
      next: { visibility: 'seen' },
      cause: 'data-returned',
    });
  });
});

describe('R12 a start', () => {
  it('has a grace: nobody goes blind before three intervals after it, however old the newest reading is', () => {
    const restarted: Listening = { since: minute(1000), brokerUp: true };
    const sights = [heardAt(north, 10), heardAt(other, 999)];
    expect(events(sights, restarted, 1015)).toEqual([]);
    expect(events(sights, restarted, 1016)).toMatchObject([
      { siteId: 'pond', sensorIds: [1] },
      { siteId: 'other', sensorIds: [4] },
    ]);
  });

  it('does not find again what was blind before it and has not reported', () => {
    const blind = after([heardAt(north, 10)], STARTED, 26);
    expect(events(blind, { since: minute(1000), brokerUp: true }, 1001)).toEqual([]);
  });
});

describe('a broker that is away', () => {
  const away: Listening = { since: minute(0), brokerUp: false };
  const sights = [heardAt(north, 10), heardAt(south, 12), heardAt(survey, 12), heardAt(other, 20)];

  it('blinds a whole site in one event when the first of its sensors is overdue, and says no more', () => {
    expect(events(sights, away, 25)).toEqual([]);
    expect(events(sights, away, 26)).toEqual([
      { siteId: 'pond', sensorIds: [1, 2, 3], visibility: 'blind', cause: 'broker-away', at: minute(26) },
    ]);
    expect(events(after(sights, away, 26), away, 36)).toEqual([
      { siteId: 'other', sensorIds: [4], visibility: 'blind', cause: 'broker-away', at: minute(36) },
    ]);
    expect(events(after(after(sights, away, 26), away, 36), away, 6000)).toEqual([]);
  });

  it('R12 has a grace when it returns, and gives back at once those that are not overdue themselves', () => {
    const back: Listening = { since: minute(60), brokerUp: true };
    const blind = after(sights, away, 36);
    expect(events(blind, back, 60)).toEqual([
      { siteId: 'pond', sensorIds: [3], visibility: 'seen', cause: 'broker-returned', at: minute(60) },
    ]);
    expect(events(after(blind, back, 60), back, 75)).toEqual([]);
  });

  it('a short absence blinds nobody', () => {
    expect(events(sights, away, 24)).toEqual([]);
  });
});

it('R13 visibility has no way to touch a level: what it returns names none', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.boolean(), (n, brokerUp) => {
      for (const change of events([north, south, survey, other], { since: minute(0), brokerUp }, n)) {
        expect(Object.keys(change).toSorted()).toEqual(['at', 'cause', 'sensorIds', 'siteId', 'visibility']);
      }
    }),
  );
});
