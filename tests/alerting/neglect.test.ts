import { expect, it } from 'vitest';
import { neglected } from '../../alerting/neglect.ts';
import type { Neglect, Owed } from '../../alerting/neglect.ts';
import { SECOND, instant, plus } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';

const NOW = instant(Date.UTC(2026, 6, 1));
const ago = (seconds: number): Instant => plus(NOW, -seconds * SECOND);

const NOTHING: Owed = { callouts: [], attempts: [], broadcasts: [], ordered: [], unread: [] };
type Open = Owed['callouts'][number];
const callout = (phase: string | null, dueAt: Instant | null, isWorkedOn = false): Owed => ({
  ...NOTHING,
  callouts: [{ id: 'c', siteId: 'pond', phase, dueAt, isWorkedOn } satisfies Open],
});
const attempt = (dueAt: Instant): Owed => ({
  ...NOTHING,
  attempts: [{ id: 'a', siteId: 'pond', dueAt }],
});
const row = (at: Instant): Owed => ({
  ...NOTHING,
  unread: [{ log: 'level_change', position: 7, siteId: 'pond', at }],
});

const leaving = (state: Partial<Owed['broadcasts'][number]>): Owed => ({
  ...NOTHING,
  broadcasts: [{ id: 'b', siteId: 'pond', dueAt: null, forgotten: 0, leftAt: null, ...state }],
});
const ordered = (at: Instant): Owed => ({ ...NOTHING, ordered: [{ id: 'c:1', siteId: 'pond', at }] });

const cases: Readonly<Record<string, readonly [Owed, Neglect['kind'] | null]>> = {
  'E2 an unanswered callout with nothing due is asleep': [callout('calling', null), 'asleep'],
  'one that somebody works on is not': [callout('calling', null, true), null],
  'one whose state cannot be read is asleep': [callout(null, null), 'asleep'],
  'an answered one with nothing due owes nothing': [callout('answered', null), null],
  'one that is open and says that it is closed is contradicted': [callout('released', null), 'contradicted'],
  'one that is due later is well': [callout('calling', plus(NOW, SECOND)), null],
  'one that was due a moment ago is well: workers look every second': [callout('calling', ago(15)), null],
  'one that was due for longer is overdue': [callout('calling', ago(16)), 'overdue'],
  'so is an answered one whose people owe something by then': [callout('answered', ago(16)), 'overdue'],
  'an attempt that nobody takes is left': [attempt(ago(16)), 'left'],
  'one that is due since a moment is not': [attempt(ago(15)), null],
  'E2 an evacuation with people of whom nothing is heard and nothing is due has stopped': [
    leaving({ forgotten: 1 }),
    'evacuation',
  ],
  'one whose next call should have been asked for long ago has too': [leaving({ dueAt: ago(16) }), 'evacuation'],
  'one whose calls nobody takes has too': [leaving({ leftAt: ago(16) }), 'evacuation'],
  'one where everybody has said where he is owes nothing': [leaving({}), null],
  'one that goes on is well': [leaving({ dueAt: plus(NOW, SECOND), leftAt: ago(15) }), null],
  'one that was ordered and has not begun is owed': [ordered(ago(16)), 'unbegun'],
  'one that was ordered a moment ago is not': [ordered(ago(15)), null],
  'a row of a log that nobody reads is unread': [row(ago(16)), 'unread'],
  'a row that was written a moment ago is not': [row(ago(15)), null],
};

it.each(Object.entries(cases))('%s', (_name, [owed, kind]) => {
  expect(neglected(owed, NOW).map((one) => one.kind)).toEqual(kind === null ? [] : [kind]);
});

it('a row that is not read is known by its place in its log: a reader that gets on is not neglectful', () => {
  expect(neglected(row(ago(60)), NOW)).toEqual([{ kind: 'unread', siteId: 'pond', id: 'level_change:7' }]);
});
