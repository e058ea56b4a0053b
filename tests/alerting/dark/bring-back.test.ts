import { expect, it } from 'vitest';
import { bringBack } from '../../../alerting/dark/bring-back.ts';
import { databaseAway } from '../../../alerting/dark/database-fault.ts';
import { dueHappenings } from '../../../alerting/dark/due.ts';
import { fold } from '../../../alerting/dark/fold.ts';
import type { DarkSite, Entry } from '../../../alerting/dark/journal.ts';
import type { UnrecordedLevel } from '../../../alerting/dark/unrecorded-levels.ts';
import type { Callout } from '../../../alerting/callout.ts';
import type { Happening } from '../../../alerting/callout-event.ts';
import { SECOND, instant } from '../../../src/core/time.ts';
import type { Instant } from '../../../src/core/time.ts';
import { POLICY, START, Told, lowers, reports, right, rises, time, unverified } from '../story.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const RED: UnrecordedLevel = {
  siteId: 'pond',
  target: 'level',
  level: 'red',
  value: 338.95,
  limit: 338.89,
  observedAt: START,
  verified: true,
  guarded: true,
};

/** A night without database that begins with this callout: told at once what the judge holds. */
function night(state: Callout | null, ...levels: UnrecordedLevel[]): DarkSite & { readonly state: Callout } {
  const callout = state === null ? null : { id: ID, state, attempts: [] };
  const sites = [{ siteId: 'pond', policy: POLICY, callout, newId: ID }];
  const began: Entry = { type: 'began', journal: ID, since: START, at: START, sites };
  const site = fold(null, began)?.sites['pond'];
  if (site === undefined) throw new Error('no such site');
  return entering(site, dueHappenings(site, databaseAway(START), levels, START));
}

function entering(site: DarkSite, happenings: ReturnType<typeof dueHappenings>, at: Instant = START) {
  const began = { journal: ID, since: START, fault: databaseAway(START), at: START, sites: { pond: site } };
  const next = fold(began, { type: 'happened', siteId: 'pond', happenings, at, seed: 7, uuid: ID })?.sites['pond'];
  if (next === undefined || next.state === null) throw new Error('nobody was called');
  return { ...next, state: next.state };
}

const pressed = (site: DarkSite & { readonly state: Callout }, contactId: string) => {
  const attempt = site.attempts.find((one) => one.contactId === contactId);
  return entering(site, [{ type: 'digit', attempt: attempt?.number ?? 0, digit: attempt?.code ?? '' }]);
};

/** The callout after the return, told what the database takes in next. */
function after(site: DarkSite & { readonly state: Callout }): Told {
  const told = new Told();
  told.state = bringBack(site, null).state;
  return told;
}

const recorded = (observedAt: number, stateVersion: number, to: 'red' | 'normal' = 'red'): Happening => {
  const at = instant(observedAt);
  const change = rises(to, 'level', stateVersion);
  return change.type === 'level-changed'
    ? { ...change, source: { cause: 'reached', observedAt: at, recordedAt: at } }
    : change;
};

it('a red that was heard in the dark is no news when it is recorded, answered or not', () => {
  expect(after(pressed(night(null, RED), 'principal')).tell(60, recorded(START, 5))).toEqual([]);
  expect(after(night(null, RED)).tell(10, recorded(START, 5))).toEqual([]);
});

it('a red that was heard once it was verified is no news when both rows are recorded', () => {
  const told = after(pressed(night(null, { ...RED, observedAt: START + SECOND }), 'principal'));
  expect(told.tell(60, unverified(recorded(START, 5)))).toEqual([]);
  expect(told.tell(60, recorded(START + SECOND, 6))).toEqual([]);
});

it('a red that was unverified before the dark is news when it is verified in it, once', () => {
  const before = new Told();
  before.tell(0, rises('orange', 'pipe'));
  before.tell(0, unverified(rises('red', 'level')));
  const site = night(before.state, RED);
  expect(site.state.news).toContainEqual(expect.objectContaining({ subject: 'target', level: 'red', about: 'level' }));
  expect(dueHappenings(site, databaseAway(START), [RED], START)).toEqual([]);
});

it('a red that nobody heard of is news when it is recorded', () => {
  expect(
    after(pressed(night(null), 'principal'))
      .tell(60, recorded(START, 5))
      .join(),
  ).toContain('principal red');
});

it('a red that was measured later than the one that was heard is news, also where that one was never recorded', () => {
  const told = after(pressed(night(null, RED), 'principal'));
  expect(told.tell(60, recorded(START + 60 * SECOND, 5)).join()).toContain('principal red');
});

it('a graver level than was heard is news', () => {
  const told = after(pressed(night(null, { ...RED, level: 'orange' }), 'principal'));
  expect(told.tell(60, recorded(START, 5)).join()).toContain('principal red');
});

it('a red that came and went in the dark is no news; the next one is', () => {
  const site = pressed(night(null, RED), 'principal');
  const over = entering(site, dueHappenings(site, databaseAway(START), [{ ...RED, level: 'normal' }], START));
  const told = after(over);
  expect(told.tell(60, recorded(START, 5))).toEqual([]);
  expect(told.tell(60, recorded(START, 6, 'normal'))).toEqual([]);
  expect(told.tell(600, recorded(START + 600 * SECOND, 7)).join()).toContain('principal red');
});

it('who is called after the return is told that it is over', () => {
  const told = after(night(null));
  told.tell(61, time);
  const say = told.effects.flatMap((effect) => (effect.type === 'contact' ? [effect.say.zh] : [])).join();
  expect(say).toContain('现已恢复');
});

it('an answer that the database took from a call before the dark is taken in once more', () => {
  const before = new Told();
  before.tell(0, rises('orange'));
  const known = new Told();
  known.tell(0, rises('orange'));
  const officers = before.state?.attempts.find(({ contactId }) => contactId === 'officer');
  known.tell(2, right(officers?.number ?? 0));
  const back = bringBack(night(before.state), { id: ID, state: known.state as Callout });
  expect(back.happenings).toEqual([{ type: 'digit', attempt: officers?.number, digit: officers?.code }]);
});

it('attempts that the database made meanwhile keep their numbers and are hung up; those of the journal move up', () => {
  const before = new Told();
  before.tell(0, rises('orange'));
  const last = before.state?.attempts.at(-1)?.number ?? 0;
  const known = new Told();
  known.tell(0, rises('orange'));
  known.tell(61, time);
  const taken = (known.state?.attempts.at(-1)?.number ?? 0) - last;
  const site = night(before.state);
  const back = bringBack(site, known.state === null ? null : { id: ID, state: known.state });
  const numbers = back.state.attempts.map(({ number }) => number);
  expect(taken).toBeGreaterThan(0);
  expect(back.unwanted).toEqual(
    known.state?.attempts.filter(({ number }) => number > last).map(({ number }) => number),
  );
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(back.attempts.map(({ number }) => number)).toEqual(site.attempts.map(({ number }) => number + taken));
  const red = back.state.runs.findIndex(({ level }) => level === 'red');
  const ringing = back.state.attempts.filter(({ runs, open }) => open && runs.includes(red));
  expect(ringing.map(({ contactId }) => contactId)).toEqual(['principal']);
});

it('what was reported, and lowered, while the journal called is taken in once more when the database is back', () => {
  const before = new Told();
  before.tell(0, rises('yellow'));
  const meanwhile = new Told();
  meanwhile.state = before.state;
  meanwhile.tell(1, reports('orange', 'seepage', 3));
  meanwhile.tell(2, lowers('blue', 'seepage', 4));
  if (meanwhile.state === null) throw new Error('there is no callout');
  const site = night(before.state);
  const back = bringBack(site, { id: ID, state: meanwhile.state });
  const told = new Told();
  told.state = back.state;
  for (const happening of back.happenings) told.tell(9, happening);
  expect(told.state?.reports?.['seepage']).toEqual(meanwhile.state.reports?.['seepage']);
  expect(told.state?.runs.some(({ level }) => level === 'orange')).toBe(true);
});
