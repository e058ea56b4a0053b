import { describe, expect, it } from 'vitest';
import { refusesRelease } from '../../alerting/release.ts';
import {
  POLICY,
  Told,
  blinds,
  misses,
  onScreen,
  release,
  replies,
  right,
  rises,
  time,
  unguarded,
  unverified,
} from './story.ts';
import type { Hand } from './story.ts';
import type { Happening } from '../../alerting/callout-event.ts';

const ANSWERED = [rises('red'), right(1), replies(3)] as const;

function after(...events: readonly (Happening | Hand)[]): Told {
  const told = new Told();
  events.forEach((event, second) => told.tell(second, event));
  return told;
}
const refusal = ({ state }: Told) => state && refusesRelease(POLICY, state, { inspection: 'the engineer' });

describe('a callout is closed by a person', () => {
  it('not while somebody is still called', () => {
    expect(refusal(after(rises('red')))).toBe('not-answered');
    expect(refusal(after(rises('red'), rises('normal')))).toBe('not-answered');
  });

  it('not while a level stands that people are called for', () => {
    expect(refusal(after(...ANSWERED))).toBe('level-stands');
    expect(refusal(after(...ANSWERED, rises('yellow')))).toBe('level-stands');
  });

  it('once all is answered and no such level stands: nobody is called for blue here', () => {
    expect(refusal(after(...ANSWERED, rises('blue')))).toBe(null);
    expect(after(...ANSWERED, rises('blue'), release).state?.phase).toBe('released');
  });

  it('not while an orange stands beneath an unverified red; what is unverified alone, or unguarded, holds nothing open', () => {
    expect(refusal(after(...ANSWERED, rises('orange'), unverified(rises('red'))))).toBe('level-stands');
    expect(refusal(after(...ANSWERED, rises('normal'), unverified(rises('red'))))).toBe(null);
    expect(refusal(after(...ANSWERED, rises('normal'), unverified(rises('red', 'pipe'))))).toBe(null);
    expect(refusal(after(...ANSWERED, rises('normal'), unguarded(rises('red', 'pipe'))))).toBe(null);
    expect(refusal(after(...ANSWERED, unguarded(rises('orange'))))).toBe(null);
  });

  it('E3 and nothing happens after it', () => {
    const told = after(...ANSWERED, rises('normal'), release);
    const { state } = told;
    const more = [rises('red'), time, right(2), misses(1), onScreen('principal'), blinds(), release].map((event, i) =>
      told.tell(1e6 + i, event),
    );
    expect(more.flat()).toEqual([]);
    expect(told.state).toBe(state);
    expect(refusal(told)).toBe('already-released');
  });
});
