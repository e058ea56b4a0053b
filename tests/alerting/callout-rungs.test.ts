import { describe, expect, it } from 'vitest';
import type { CalloutPolicy, Rung, Who } from '../../alerting/policy.ts';
import { SECOND } from '../../src/core/time.ts';
import { POLICY, Told, misses, onScreen, replies, right, rises, stalls, time, wrong } from './story.ts';
import type { Line } from './story.ts';

const RED = rises('red');
const person = (contactId: string): Who => ({ contactId });
const duty = (name: 'control-room' | 'duty-officer' | 'chief-engineer' | 'county-emergency'): Who => ({ duty: name });

const rung = (who: readonly Who[], fields: Partial<Rung> = {}): Rung => ({
  who,
  media: ['voice'],
  everyone: false,
  answerWithinMs: 300 * SECOND,
  attempts: 3,
  attemptEveryMs: 100 * SECOND,
  ...fields,
});

/** The pond with one ladder only, that of red. */
const withRungs = (first: Rung, ...rest: readonly Rung[]): CalloutPolicy => ({
  ...POLICY,
  groups: [{ id: 'dam', members: ['engineer', 'officer'] }],
  ladders: { red: { answeredBy: ['principal', 'deputy-principal'], rungs: [first, ...rest] } },
});

const tell = (policy: CalloutPolicy, lines: readonly Line[]): Told => {
  const told = new Told(policy);
  expect(told.live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  return told;
};

describe('a rung', () => {
  it('calls three times in five minutes, the next rung at five, and rings on while that is tried', () => {
    tell(withRungs(rung([person('principal')]), rung([person('deputy')]), rung([person('engineer')])), [
      [0, RED, ['#1 principal red']],
      [40, misses(1, 'no-answer'), []],
      [99, time, []],
      [100, time, ['#2 principal red']],
      [140, misses(2, 'no-answer'), []],
      [200, time, ['#3 principal red']],
      [299, time, []],
      [300, time, ['#4 deputy red', 'hang up #3', '#5 principal red']],
      [340, misses(4, 'no-answer'), []],
      [341, misses(5, 'no-answer'), []],
      [400, time, ['#6 principal red', '#7 deputy red']],
      [500, time, ['hang up #6', '#8 principal red', 'hang up #7', '#9 deputy red']],
      [600, time, ['#10 engineer red', 'hang up #9', '#11 deputy red']],
      [610, right(8), ['hang up #10', 'hang up #11']],
    ]);
  });

  it('has nothing left after its last attempt: the next is tried at once', () => {
    tell(withRungs(rung([person('principal')], { attempts: 2 }), rung([person('deputy')])), [
      [0, RED, ['#1 principal red']],
      [40, misses(1), []],
      [100, time, ['#2 principal red']],
      [120, misses(2), ['#3 deputy red']],
    ]);
  });

  it('whose only number does not exist, or whose carrier is away, waits for none of its attempts', () => {
    const policy = withRungs(rung([person('principal')]), rung([person('deputy')]), rung([person('engineer')]));
    tell(policy, [
      [0, RED, ['#1 principal red']],
      [1, misses(1, 'failed'), ['#2 deputy red']],
      [9, stalls(2), ['#3 engineer red']],
    ]);
  });

  it('E38 may last fifteen seconds: people below keep the attempts they have', () => {
    const quick = { answerWithinMs: 15 * SECOND, attempts: 2, attemptEveryMs: 20 * SECOND };
    tell(
      withRungs(rung([person('principal')], quick), rung([person('deputy')], quick), rung([person('room')], quick)),
      [
        [0, RED, ['#1 principal red']],
        [15, time, ['#2 deputy red']],
        [20, time, ['hang up #1', '#3 principal red']],
        [30, time, ['#4 room red']],
        [35, time, ['hang up #2', '#5 deputy red']],
        [45, time, ['hang up #3', '#6 principal red']],
      ],
    );
  });

  it('calls all whom it names, by all its media at once', () => {
    tell(withRungs(rung([{ group: 'dam' }, person('principal'), person('officer')], { media: ['voice', 'sms'] })), [
      [
        0,
        RED,
        [
          '#1 engineer red',
          '#2 engineer red sms',
          '#3 officer red',
          '#4 officer red sms',
          '#5 principal red',
          '#6 principal red sms',
        ],
      ],
      [5, right(3), ['hang up #4']],
      [6, replies(6), ['hang up #1', 'hang up #2', 'hang up #5']],
    ]);
  });

  it('one who may not settle it is reached, and the others on his rung ring on', () => {
    tell(withRungs(rung([person('officer'), person('principal')]), rung([person('deputy')])), [
      [0, RED, ['#1 officer red', '#2 principal red']],
      [5, right(1), []],
      [100, time, ['hang up #2', '#3 principal red']],
      [300, time, ['#4 deputy red', 'hang up #3', '#5 principal red']],
    ]);
  });

  it('E9 with nobody on duty is skipped at once, and that is on record, once', () => {
    const policy = withRungs(rung([duty('county-emergency')]), rung([person('principal')], { attempts: 1 }));
    const told = tell(policy, [
      [0, RED, ['#1 principal red']],
      [300, time, ['hang up #1', '#2 principal red']],
    ]);
    expect(told.notes.filter(({ type }) => type === 'duty-gap')).toEqual([
      { type: 'duty-gap', facts: { level: 'red', rung: 0, who: [{ duty: 'county-emergency' }] } },
    ]);
  });

  it('E9 a ladder on which nobody stands at all calls everybody who may settle it', () => {
    tell(withRungs(rung([duty('county-emergency')])), [[0, RED, ['#1 deputy red', '#2 principal red']]]);
  });

  it('E8 E14 calls a person once whom it names twice', () => {
    tell(withRungs(rung([duty('duty-officer'), { group: 'dam' }])), [[0, RED, ['#1 officer red', '#2 engineer red']]]);
  });
});

describe('everyone', () => {
  const all = withRungs(rung([person('officer'), person('principal')], { everyone: true }), rung([person('deputy')]));

  it('on a rung has to answer before the word of one counts', () => {
    const told = tell(all, [
      [0, RED, ['#1 officer red', '#2 principal red']],
      [5, right(2), []],
      [100, time, ['hang up #1', '#3 officer red']],
      [110, right(3), []],
    ]);
    expect(told.state).toMatchObject({ phase: 'answered', runs: [{ answered: { contactId: 'principal' } }] });
    expect(told.state?.answers.map(({ contactId, level }) => [contactId, level])).toEqual([
      ['principal', null],
      ['officer', null],
    ]);
  });

  it('or else the word of one above them, who may', () => {
    const told = tell(all, [
      [0, RED, ['#1 officer red', '#2 principal red']],
      [5, onScreen('principal'), ['hang up #2']],
      [300, time, ['#3 deputy red', 'hang up #1', '#4 officer red']],
      [310, right(3), ['hang up #4']],
    ]);
    expect(told.state?.phase).toBe('answered');
  });
});

describe('a person with several numbers', () => {
  const contacts = POLICY.contacts.map((contact) =>
    contact.id === 'principal' ? { ...contact, otherPhones: ['+861000000055', '+861000000056'] } : contact,
  );
  const policy = { ...withRungs(rung([person('principal')]), rung([person('deputy')])), contacts };
  const lines = (told: Told) => told.effects.flatMap((effect) => (effect.type === 'contact' ? [effect.line] : []));

  it('is called at the next one when one reaches nobody, and at the first again with the next attempt', () => {
    const told = tell(policy, [
      [0, RED, ['#1 principal red']],
      [30, misses(1, 'no-answer'), ['#2 principal red']],
      [50, misses(2, 'voicemail'), ['#3 principal red']],
      [70, misses(3, 'busy'), []],
      [100, time, ['#4 principal red']],
    ]);
    expect(lines(told)).toEqual([0, 1, 2, 0]);
  });

  it('is called again at the number on which the wrong digits were pressed', () => {
    const told = tell(policy, [
      [0, RED, ['#1 principal red']],
      [5, misses(1), ['#2 principal red']],
      [10, wrong(2), []],
      [11, wrong(2), []],
      [12, wrong(2), []],
      [42, time, ['#3 principal red']],
    ]);
    expect(lines(told)).toEqual([0, 1, 1]);
  });

  it('is never called at a number that is suspended; one with no other is skipped', () => {
    const [, , , , principal] = contacts;
    const told = tell({ ...policy, suspended: [principal?.phone ?? '', '+861000000056'] }, [
      [0, RED, ['#1 principal red']],
      [5, misses(1), []],
      [300, time, ['#2 deputy red', '#3 principal red']],
    ]);
    expect(lines(told)).toEqual([1, 0, 1]);
    const gone = {
      ...policy,
      suspended: contacts.slice(4).flatMap(({ phone }) => [phone, '+861000000055', '+861000000056']),
    };
    tell(gone, [[0, RED, ['#1 deputy red']]]);
  });

  it('tells no number to anybody who reads the log', () => {
    const told = tell(policy, [
      [0, RED, ['#1 principal red']],
      [5, misses(1), ['#2 principal red']],
    ]);
    expect(JSON.stringify(told.notes)).not.toMatch(/\+?86100/);
    expect(JSON.stringify(told.state)).not.toMatch(/\+?86100/);
  });
});

describe('E7 E29 a ladder that gives up', () => {
  it('says who was reached by nothing, each time so many rounds are over, and calls on', () => {
    const once = { attempts: 1, answerWithinMs: 60 * SECOND };
    const policy = withRungs(rung([person('principal')], once), rung([person('officer')], once));
    const red = policy.ladders.red;
    const told = new Told({ ...policy, ladders: { ...(red && { red: { ...red, giveUpAfterRounds: 2 } }) } });
    told.tell(0, RED);
    told.tell(60, time);
    told.tell(65, right(2));
    for (let second = 120; second <= 480; second += 60) told.tell(second, time);
    expect(told.notes.filter(({ type }) => type === 'call-failed').map(({ facts }) => facts)).toEqual([
      { level: 'red', rounds: 2, unreached: ['principal'] },
      { level: 'red', rounds: 4, unreached: ['principal'] },
    ]);
    expect(told.state?.phase).toBe('calling');
    expect(told.tell(540, time)).not.toEqual([]);
  });

  it.each([
    ['the control room', undefined, 'room'],
    ['those its ladder names, as the bureau', [{ contactId: 'deputy' }], 'deputy'],
  ])('tells %s, by message and a call, whom to seek at the door', (_who, failedTells, told) => {
    const once = { attempts: 1, answerWithinMs: 60 * SECOND };
    const policy = withRungs(rung([person('principal')], once));
    const red = policy.ladders.red;
    const tells = failedTells && { failedTells };
    const pond = new Told({ ...policy, ladders: { ...(red && { red: { ...red, giveUpAfterRounds: 1, ...tells } }) } });
    pond.tell(0, RED);
    const done = pond.tell(60, time);
    expect(done).toContain(`#2 ${told} red`);
    expect(done.some((one) => one.includes('principal red'))).toBe(true);
    expect(pond.notices).toEqual([`60 ${told}: call-failed`]);
    const said = pond.effects.flatMap((effect) =>
      (effect.type === 'contact' || effect.type === 'inform') && effect.contactId === told ? [effect.say.zh] : [],
    );
    expect(said).toHaveLength(2);
    for (const words of said) expect(words).toMatch(/叫应失败.*principal.*请立即派人上门查找/u);
  });

  it('calls nobody twice at once for it, and what he answers settles only what he may', () => {
    const once = { attempts: 1, answerWithinMs: 60 * SECOND };
    const policy = withRungs(rung([person('principal')], once));
    const red = policy.ladders.red;
    const pond = new Told({ ...policy, ladders: { ...(red && { red: { ...red, giveUpAfterRounds: 1 } }) } });
    pond.tell(0, RED);
    pond.tell(60, time);
    expect(pond.tell(120, time).filter((one) => one.includes('room'))).toEqual([]);
    pond.tell(130, right(2));
    expect(pond.state?.phase).toBe('calling');
  });
});
