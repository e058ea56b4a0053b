import { expect, test } from 'vitest';
import { afterLook, quiet, toneDue } from '../../dashboards/src/state/alarm-sound.ts';
import type { AlarmSound } from '../../dashboards/src/state/alarm-sound.ts';
import type { SiteOverview } from '../../src/contract/http.ts';
import type { Level } from '../../src/core/level.ts';
import { sampleCallout, sampleSite } from './support/sample-site.ts';

const NOW = Date.UTC(2026, 6, 1);
const site = (levels: readonly Level[], changes: Partial<SiteOverview> = {}): SiteOverview => {
  const sample = sampleSite(NOW, { callout: null, ...changes });
  const rules = sample.rules.map((rule, i) => ({ ...rule, level: levels[i] ?? 'normal' }));
  return { ...sample, rules };
};
const look = (before: AlarmSound, overview: SiteOverview, seconds: number) =>
  afterLook(before, overview, NOW + seconds * 1000);
const tone = (state: AlarmSound, seconds: number) => toneDue(state, NOW + seconds * 1000);
const silenced = (state: AlarmSound, seconds: number): AlarmSound => ({
  ...state,
  silentUntil: NOW + (seconds + 120) * 1000,
});

test('a rise to orange or red is heard for twenty seconds; one to yellow is not, and neither is a fall', () => {
  let state = look(quiet, site(['normal']), 0);
  state = look(state, site(['yellow']), 1);
  expect(tone(state, 1)).toBeNull();
  state = look(state, site(['red']), 2);
  expect([tone(state, 2), tone(state, 21), tone(state, 22)]).toEqual(['level', 'level', null]);
  state = look(state, site(['orange']), 30);
  expect(tone(state, 30)).toBeNull();
  state = look(state, site(['red']), 40);
  expect(tone(state, 40)).toBe('level');
});

test('what stands when the page is opened, or another site is chosen, is not new', () => {
  let state = look(quiet, site(['red']), 0);
  expect(tone(state, 0)).toBeNull();
  state = look(state, site(['red', 'red'], { siteId: 'another' }), 1);
  expect(tone(state, 1)).toBeNull();
});

test('people who are called are heard for as long as nobody has answered, also when the page is opened meanwhile', () => {
  const callout = sampleCallout(NOW);
  let state = look(quiet, site(['red'], { callout }), 0);
  expect(tone(state, 3600)).toBe('calling');
  state = look(state, site(['red'], { callout: { ...callout, phase: 'answered' } }), 1);
  expect(tone(state, 1)).toBeNull();
});

test('a silence holds over what it was asked for, and is broken by what is new', () => {
  const callout = sampleCallout(NOW);
  const calling = site(['red'], { callout });
  const state = silenced(look(quiet, calling, 0), 0);
  expect(look(state, calling, 10).silentUntil).toBe(state.silentUntil);
  expect(look(state, site(['orange'], { callout }), 10).silentUntil).toBe(state.silentUntil);
  expect(look(state, site(['red', 'orange'], { callout }), 10).silentUntil).toBe(0);
  expect(look(state, site(['red'], { callout: { ...callout, calloutId: 'another' } }), 10).silentUntil).toBe(0);
});
