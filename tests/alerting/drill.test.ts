import { describe, expect, it } from 'vitest';
import { step } from '../../alerting/callout-step.ts';
import type { Callout } from '../../alerting/callout.ts';
import { drillPolicy } from '../../alerting/drill.ts';
import { refusesRelease } from '../../alerting/release.ts';
import { replyTo } from '../../alerting/spoken-reply.ts';
import { filled, slotsOf } from '../../alerting/slots.ts';
import { SECOND } from '../../src/core/time.ts';
import { POLICY, Told, onScreen, reports, right, time } from './story.ts';
import type { Hand } from './story.ts';
import type { Happening } from '../../alerting/callout-event.ts';

const DRILL = drillPolicy(POLICY);
const begins: Happening = {
  type: 'reported',
  subject: 'drill',
  key: 'drill:1',
  level: 'red',
  words: { zh: '三号断面浸润线', en: 'phreatic line of section 3' },
  position: 1,
};
const ends = (why: 'real' | 'stopped'): Happening => ({ type: 'drill-ended', why, by: 'somebody', note: '' });
const told = (...events: readonly (Happening | Hand)[]): Told => {
  const story = new Told(DRILL);
  events.forEach((event, i) => story.tell(i * 60, event));
  return story;
};
const stateOf = ({ state }: Told): Callout => {
  if (state === null) throw new Error('nothing was opened');
  return state;
};
const says = (story: Told, attempt: number) =>
  story.effects.flatMap((effect) => ('say' in effect && effect.attempt === attempt ? [effect.say.zh] : []))[0];
const reply = (story: Told, digit: string, attempt = 1) =>
  replyTo(
    { event: 'digit', digit, reportId: 'r' },
    { policy: DRILL, callout: stateOf(story), attempt, say: { zh: says(story, attempt) ?? '', en: '' } },
  );

describe('a drill', () => {
  it('says at both ends of a call what it is, and what it supposes', () => {
    const story = told(begins);
    expect(says(story, 1)).toBe(
      `演练 DRILL。示范尾矿库，红色预警叫应。三号断面浸润线（红色）。请按 ${story.code(1)} 确认。这是演练。`,
    );
  });

  it('reads back every key as one', () => {
    const story = told(begins, right(1));
    expect(reply(story, story.code(1)).say).toMatch(/^演练 DRILL。已确认，红色，三号断面浸润线。我来处置请按 1/u);
    expect(reply(told(begins), 'x').say).toMatch(/^演练 DRILL。按键不正确。演练 DRILL。/u);
  });

  it('tells a template of a carrier by the names of site and place, however short its slots are', () => {
    const slots = slotsOf(DRILL, stateOf(told(begins)), { level: 'red', code: '4' });
    expect(slots.values).toMatchObject({ site: '演练 示范尾矿库', place: '演练 三号断面浸润线' });
    expect(Object.fromEntries(filled(slots, 4))).toMatchObject({ site: '演练 …', place: '演练 …' });
    const real = slotsOf(DRILL, stateOf(told(begins)), { level: 'red', code: '', kind: 'overtaken' });
    expect(real.values).toMatchObject({ site: '这不是演练 示范尾矿库', place: '三号断面浸润线' });
  });

  it('sounds no siren: it could not say that it is a drill', () => {
    const rung = { who: [{ contactId: 'principal' }], everyone: false, answerWithinMs: SECOND, attempts: 1 };
    const loud = { ...rung, media: ['siren', 'voice'], attemptEveryMs: SECOND } as const;
    const only = { ...loud, media: ['siren'] } as const;
    const { ladders } = drillPolicy({
      ...POLICY,
      ladders: { red: { answeredBy: ['principal'], rungs: [only, loud] } },
    });
    expect(ladders.red?.rungs).toEqual([{ ...loud, media: ['voice'] }]);
    expect(drillPolicy({ ...POLICY, ladders: { red: { answeredBy: ['principal'], rungs: [only] } } }).ladders).toEqual(
      {},
    );
  });

  it('is closed after an answer, also while what it supposes stands; an inspection is asked for as for what is real', () => {
    const calling = told(begins);
    const answered = told(begins, right(1), onScreen('room'));
    expect(refusesRelease(DRILL, stateOf(calling), {})).toBe('not-answered');
    expect(refusesRelease(DRILL, stateOf(answered), {})).toBe('not-inspected');
    expect(refusesRelease(DRILL, stateOf(answered), { inspection: 'walked' })).toBe(null);
    expect(refusesRelease(POLICY, stateOf(answered), { inspection: 'walked' })).toBe('level-stands');
  });

  it('that something real ends hangs up, and tells everybody who was called that this is no drill', () => {
    const story = told(begins, time);
    const people = new Set(stateOf(story).attempts.map(({ contactId }) => contactId));
    story.effects.length = 0;
    expect(story.tell(120, ends('real')).filter((line) => line.startsWith('hang up'))).toHaveLength(people.size);
    const written = story.effects.flatMap((effect) => (effect.type === 'inform' ? [effect] : []));
    expect(new Set(written.map(({ contactId }) => contactId))).toEqual(people);
    for (const { say } of written) {
      expect(say.zh).toMatch(/^这不是演练！示范尾矿库发生真实情况/u);
      expect(say.en).toMatch(/^This is not a drill/u);
    }
    expect(reply(story, '1').say).toMatch(/^这不是演练！/u);
  });

  it('that a person stops is over for everybody who was called, as a drill', () => {
    const story = told(begins, ends('stopped'));
    expect(stateOf(story)).toMatchObject({ phase: 'released', drillEnded: 'stopped' });
    const written = story.effects.flatMap((effect) => (effect.type === 'inform' ? [effect.say.zh] : []));
    expect(written.length).toBeGreaterThan(0);
    for (const zh of written) expect(zh).toMatch(/^演练 DRILL。示范尾矿库，演练结束/u);
    expect(story.tell(180, ends('real'))).toEqual([]);
  });

  it('is ended by no event that ends drills where it is none', () => {
    const story = new Told();
    story.tell(0, reports('red'));
    expect(step(POLICY, story.state, { ...ends('stopped'), at: 1 as never, seed: 1 }).next).toBe(story.state);
  });
});
