import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseSiteFile } from '../../src/app/site-file.ts';
import { laddersOf } from '../../src/app/site-ladders.ts';
import { AppError } from '../../src/core/errors.ts';

const POND = await readFile(new URL('../support/small-pond.yaml', import.meta.url), 'utf8');
const HEAD = POND.slice(0, POND.indexOf('callout:'));

const parsed = (callout: string) => parseSiteFile(`${HEAD}callout:\n${callout}`, 'x.yaml').config.callout;
const RED = `
    red: { answeredBy: [principal], rungs: [{ contact: principal, medium: voice, answerWithinSeconds: 60 }] }`;
const orange = (...rungs: readonly string[]) => `  ladders:${RED}
    orange:
      answeredBy: [duty-officer]
      rungs:
${rungs.map((rung) => `        - ${rung}`).join('\n')}
`;

function faults(callout: string): string {
  try {
    parsed(callout);
    return '';
  } catch (error) {
    if (error instanceof AppError && error.code === 'config/invalid') return error.message;
    throw error;
  }
}

describe('a rung as it is written', () => {
  it('calls three times in five minutes by voice, and waits five minutes, where it does not say', () => {
    expect(laddersOf(parsed(orange('{ who: [{ duty: duty-officer }] }')).ladders).orange?.rungs).toEqual([
      {
        who: [{ duty: 'duty-officer' }],
        media: ['voice'],
        everyone: false,
        answerWithinMs: 300_000,
        attempts: 3,
        attemptEveryMs: 100_000,
      },
    ]);
  });

  it('of one contact is called once a round, as sites had it that were written before', () => {
    expect(
      laddersOf(parsed(orange('{ contact: duty-officer, medium: sms, answerWithinSeconds: 15 }')).ladders),
    ).toMatchObject({
      orange: { rungs: [{ contactId: 'duty-officer', medium: 'sms', answerWithinMs: 15_000 }] },
    });
  });

  it('E38 may wait no longer than fifteen seconds', () => {
    const quick = '{ who: [{ duty: duty-officer }], answerWithinSeconds: 15, attempts: 1 }';
    expect(faults(orange(quick))).toBe('');
  });

  it.each([
    ['nobody', '{ media: [voice] }', /rungs\[0\]\.who: is missing/],
    [
      'two ways of naming',
      '{ who: [{ duty: duty-officer }], contact: duty-officer, medium: voice }',
      /write one of them/,
    ],
    ['a contact without medium', '{ contact: duty-officer }', /rungs\[0\]\.medium: is missing/],
    [
      'E5 a duty that nobody has',
      '{ who: [{ duty: duty-officer }, { duty: county-emergency }] }',
      /rungs\[0\]\.who\[1\]\.duty: no contact has the duty "county-emergency"/,
    ],
    [
      'E5 an unknown group',
      '{ who: [{ duty: duty-officer }, { group: dam }] }',
      /rungs\[0\]\.who\[1\]\.group: no group has the id "dam"/,
    ],
    [
      'E5 an unknown contact',
      '{ who: [{ duty: duty-officer }, { contact: x }] }',
      /rungs\[0\]\.who\[1\]\.contact: no contact has the id "x"/,
    ],
    [
      'E5 attempts that are never made',
      '{ who: [{ duty: duty-officer }], answerWithinSeconds: 60, attempts: 3 }',
      /rungs\[0\]\.attempts: the last is due after 200 s, but the ladder begins anew after 60 s/,
    ],
    [
      'nobody whose answer counts',
      '{ who: [{ duty: principal }] }',
      /orange\.answeredBy: nobody on the rungs has one of these duties/,
    ],
  ])('%s is refused, with its place', (_name, rung, fault) => {
    expect(faults(orange(rung))).toMatch(fault);
  });

  it('E5 a group with an unknown member is refused', () => {
    const groups = '  groups: [{ id: dam, name: { zh: 坝, en: Dam }, members: [duty-officer, x] }]\n';
    expect(faults(groups + orange('{ who: [{ group: dam }] }'))).toMatch(
      /groups\[0\]\.members\[1\]: no contact has the id "x"/,
    );
  });
});

describe('ladders by default', () => {
  it('are written out: yellow by message, orange and red by call and message, blue by nobody', () => {
    const { ladders } = parsed('  redialSeconds: 30\n');
    expect(Object.keys(ladders)).toEqual(['yellow', 'orange', 'red']);
    expect(ladders.yellow?.rungs.map(({ media }) => media)).toEqual([['sms'], ['sms']]);
    expect(ladders.red?.rungs.map(({ who }) => who)).toEqual([
      [{ duty: 'principal' }],
      [{ duty: 'deputy-principal' }],
      [{ duty: 'chief-engineer' }, { duty: 'duty-officer' }],
    ]);
    expect(laddersOf(ladders).orange?.rungs[0]).toMatchObject({ attempts: 3, answerWithinMs: 300_000 });
  });

  it('of one level leave the others as they are written', () => {
    const { ladders } = parsed(`  ladders:${RED}\n    yellow: default\n    blue: default\n`);
    expect(Object.keys(ladders).toSorted()).toEqual(['red', 'yellow']);
  });
});
