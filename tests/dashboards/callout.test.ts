import { describe, expect, it } from 'vitest';
import {
  alsoCalling,
  answeredBefore,
  calledNow,
  nextRung,
  rungStanding,
  runsGravestFirst,
  screenAnswer,
  settledBy,
} from '../../dashboards/src/state/callout.ts';
import type { Run } from '../../dashboards/src/state/callout.ts';
import type { CalloutView } from '../../src/contract/http.ts';
import { NOW, sampleCallout } from './support/sample-site.ts';

const callout = sampleCallout();
const [orange, red] = callout.runs as [Run, Run];
const states = (run: Run, of: CalloutView = callout) => run.rungs.map((_, i) => rungStanding(run, i, of).state);

describe('the ladder on screen', () => {
  it('shows who was tried, who answered and who is called now', () => {
    expect(states(orange)).toEqual(['tried', 'answered', 'skipped']);
    expect(states(red)).toEqual(['now', 'waiting', 'waiting']);
    expect(rungStanding(orange, 1, callout)).toMatchObject({ tries: 2, latest: { number: 3 } });
  });

  it('counts a call that speaks a graver level for the milder ladder it carries', () => {
    const open = { ...orange, answered: null, current: 2, deadline: NOW };
    expect(rungStanding(open, 2, { ...callout, runs: [open, red] })).toMatchObject({
      state: 'now',
      latest: { number: 4 },
    });
  });

  it('says of a follow-up whose answer came before it, and of nothing else', () => {
    const followUp = { ...orange, kind: 'follow-up', answered: null, current: 1, deadline: NOW } as const;
    const runs = [orange, { ...orange, answered: { contactId: 'earlier', at: 0 } }, followUp];
    expect(answeredBefore(followUp, { ...callout, runs })).toEqual(orange.answered);
    expect(answeredBefore({ ...red, kind: 'follow-up' }, { ...callout, runs })).toBeUndefined();
    expect(answeredBefore(red, { ...callout, runs })).toBeUndefined();
  });

  it('does not show the calls of an answered level as those of the follow-up', () => {
    const followUp = { ...orange, kind: 'follow-up', answered: null, current: 1, deadline: NOW } as const;
    expect(rungStanding(followUp, 0, { ...callout, runs: [orange, followUp] })).toEqual({
      state: 'waiting',
      tries: 0,
      latest: undefined,
    });
  });

  it('does show how the present call of a follow-up ended', () => {
    const followUp = { ...red, kind: 'follow-up', deadline: NOW + 40_000 } as const;
    const ended = { ...callout.attempts[3], outcome: 'no-answer', endedAt: NOW } as (typeof callout.attempts)[0];
    expect(rungStanding(followUp, 0, { ...callout, attempts: [ended] }).latest).toEqual(ended);
  });

  it('tells who is next, and that it starts again from the top', () => {
    expect(nextRung(red)).toEqual({ rung: red.rungs[1], again: 'next' });
    expect(nextRung({ ...red, current: 2 })).toEqual({ rung: red.rungs[0], again: 'top' });
    expect(nextRung({ ...red, rungs: red.rungs.slice(0, 1) })).toEqual({ rung: red.rungs[0], again: 'same' });
    expect(nextRung(orange)).toBeUndefined();
  });

  it('names everybody whose phone rings: a redial beside the next rung', () => {
    const redial = { ...callout.attempts[3], number: 5, contactId: 'deputy' } as (typeof callout.attempts)[0];
    const both = { ...callout, attempts: [...callout.attempts, redial] };
    expect(alsoCalling(both)).toEqual([redial]);
    expect(calledNow(both)).toEqual(['principal', 'deputy']);
    expect(alsoCalling(callout)).toEqual([]);
  });

  it('puts the gravest level first and says who is called for it', () => {
    expect(runsGravestFirst(callout.runs).map((run) => run.level)).toEqual(['red', 'orange']);
    expect(calledNow(callout)).toEqual(['principal']);
  });
});

describe('an answer on this screen', () => {
  const blue: Run = { ...red, level: 'blue', answeredBy: ['control-room'], answered: null };

  it('says honestly what it settles and what goes on calling', () => {
    expect(screenAnswer({ ...callout, runs: [blue, red] })).toEqual({
      settles: ['blue'],
      leaves: [{ level: 'red', duties: ['principal', 'deputy-principal'] }],
      answeredAt: null,
    });
  });

  it('is recorded once, until something graver comes', () => {
    const given = (asked: 'orange' | 'red'): CalloutView => ({
      ...callout,
      answers: [{ contactId: 'control-room', level: null, asked, medium: 'screen', at: NOW }],
    });
    expect(screenAnswer(given('orange'))?.answeredAt).toBeNull();
    expect(screenAnswer(given('red'))?.answeredAt).toBe(NOW);
  });

  it('is not offered once every level is answered, nor after the end', () => {
    expect(screenAnswer({ ...callout, runs: [orange] })).toBeUndefined();
    expect(screenAnswer({ ...callout, phase: 'released' })).toBeUndefined();
  });

  it('is told by what it settled, which may be less than what was asked, or nothing', () => {
    const answer = (contactId: string, at: number) =>
      settledBy(callout, { contactId, level: null, asked: 'red', medium: 'screen', at });
    const [given] = callout.answers;
    expect(given === undefined ? [] : settledBy(callout, given)).toEqual(['orange']);
    expect([answer('control-room', NOW), answer('chief', NOW)]).toEqual([[], []]);
  });
});
