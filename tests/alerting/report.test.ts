import { describe, expect, it } from 'vitest';
import type { Effect, Happening } from '../../alerting/callout-event.ts';
import { readBack } from '../../alerting/message.ts';
import { refusesRelease } from '../../alerting/release.ts';
import {
  POLICY,
  Told,
  blinds,
  fault,
  lowers,
  misses,
  onScreen,
  release,
  replies,
  reports,
  right,
  rises,
  time,
} from './story.ts';
import type { Hand, Line } from './story.ts';

const stories: Record<string, readonly Line[]> = {
  'a finding at orange rings exactly those whom a sensor at orange would': [
    [0, reports('orange'), ['#1 officer orange', '#2 room yellow sms']],
    [60, time, ['#3 engineer orange']],
    [70, right(3), ['hang up #1']],
  ],
  'the same again calls nobody: not by the same row, and not by another of the same level': [
    [0, reports('orange', 'seepage', 5), ['#1 officer orange', '#2 room yellow sms']],
    [1, reports('orange', 'seepage', 5), []],
    [2, reports('red', 'seepage', 4), []],
    [3, reports('orange', 'seepage', 9), []],
    [4, reports('yellow', 'seepage', 10), []],
  ],
  'a finding that becomes graver adds its rungs at once': [
    [0, reports('orange'), ['#1 officer orange', '#2 room yellow sms']],
    [5, reports('red'), ['#3 principal red']],
  ],
  'E25 another finding at an answered level calls the one who answered': [
    [0, reports('yellow'), ['#1 room yellow sms']],
    [5, replies(1), []],
    [9, reports('yellow', 'crack'), ['#2 room yellow sms']],
  ],
  'nobody is called for blue here, and it opens nothing': [[0, reports('blue'), []]],
  'lowering stops no ladder that is being climbed': [
    [0, reports('orange'), ['#1 officer orange', '#2 room yellow sms']],
    [10, lowers('normal'), []],
    [60, time, ['#3 engineer orange']],
  ],
  'found again after it was closed it is news': [
    [0, reports('yellow'), ['#1 room yellow sms']],
    [5, replies(1), []],
    [6, lowers('normal'), []],
    [9, reports('yellow'), ['#2 room yellow sms']],
  ],
};

describe('a report in a callout', () => {
  it.each(Object.entries(stories))('%s', (_name, lines) => {
    expect(new Told().live(lines)).toEqual(lines.map(([second, , done]) => [second, done]));
  });

  it('E27 stands whatever falls silent or recedes beside it, and holds the release until it is lowered', () => {
    const told = new Told();
    const refusal = () => told.state && refusesRelease(POLICY, told.state, { inspection: 'the engineer' });
    tell(told, rises('orange'), reports('orange'), onScreen('engineer'), onScreen('room'), replies(2));
    tell(told, rises('normal'), blinds(1, 2));
    tell(told, onScreen('engineer'));
    expect(refusal()).toBe('level-stands');
    tell(told, release);
    expect(told.state?.phase).toBe('answered');
    tell(told, lowers('blue'));
    expect(refusal()).toBe(null);
    tell(told, release);
    expect(told.state?.phase).toBe('released');
  });

  it('R19 a fault, a level and a report are told apart: lowering one leaves the others', () => {
    const told = new Told();
    tell(told, rises('yellow'), reports('orange'), fault('level_change:7'));
    expect(told.state?.news.map(({ subject, level }) => `${subject} ${level}`)).toEqual([
      'target yellow',
      'report orange',
      'system red',
    ]);
    tell(told, lowers('normal'));
    expect(told.state?.covered['level']?.level).toBe('yellow');
    expect(told.state?.reports?.['seepage']?.level).toBe('normal');
    expect(told.state?.phase).toBe('calling');
    tell(told, rises('normal'), reports('orange'));
    expect(told.state?.reports?.['seepage']?.level).toBe('orange');
    expect(told.state?.covered['level']?.level).toBe('normal');
  });

  it('a callout that was stored before there were reports takes one in', () => {
    const told = new Told();
    tell(told, rises('yellow'));
    expect(told.state).not.toHaveProperty('reports');
    expect(told.tell(1, reports('orange'))).toEqual(['#2 officer orange']);
  });
});

describe('what is spoken of a report', () => {
  it('its words come first, with the level it was given, then what was measured', () => {
    expect(said(new Told(), rises('yellow'), reports('orange')).zh).toMatch(
      /^示范尾矿库，橙色预警叫应。管涌 seepage（橙色）；库水位 338\.95 米，黄色限值 338\.89 米。/u,
    );
    expect(said(new Told(), rises('yellow'), reports('orange')).en).toMatch(
      /^Demo pond: orange warning\. piping seepage \(orange\); Pond level/u,
    );
  });

  it('that it was lowered meanwhile is said with what it was', () => {
    expect(said(new Told(), reports('orange'), lowers('blue'), misses(1)).zh).toContain(
      '管涌 seepage（橙色），现为蓝色。',
    );
  });

  it('more than three are counted', () => {
    const all = ['a', 'b', 'c', 'd'].map((key) => reports('orange', key));
    expect(said(new Told(), ...all, misses(1)).zh).toContain('；另有 1 条报告。');
  });

  it('E13 a key is read back with it', () => {
    const told = new Told();
    tell(told, reports('orange'), misses(1), right(3));
    const attempt = told.state?.attempts.find(({ number }) => number === 3);
    if (told.state === null || attempt === undefined) throw new Error('nobody was called');
    expect(readBack(POLICY, told.state, attempt).zh).toBe('已确认，橙色，管涌 seepage。');
  });
});

function tell(told: Told, ...events: readonly (Happening | Hand)[]): void {
  events.forEach((event, second) => told.tell(second, event));
}

function said(told: Told, ...events: readonly (Happening | Hand)[]): { readonly zh: string; readonly en: string } {
  tell(told, ...events);
  const contact = told.effects.findLast(
    (effect): effect is Extract<Effect, { type: 'contact' }> => effect.type === 'contact' && effect.medium === 'voice',
  );
  return contact?.say ?? { zh: '', en: '' };
}

describe('a weather warning in a callout', () => {
  const storm = (level: 'orange' | 'red'): Happening =>
    ({ ...reports(level, 'storm'), subject: 'weather' }) as Happening;

  it('calls the principal and the deputy before the ladder, and only they settle it', () => {
    const told = new Told();
    expect(told.tell(0, storm('orange'))).toEqual(['#1 principal orange', '#2 deputy orange', '#3 room yellow sms']);
    tell(told, onScreen('engineer'));
    expect(told.state?.runs.filter(({ answered }) => answered !== null)).toEqual([]);
    expect(told.tell(9, right(1))).toEqual(['hang up #2']);
    expect(told.state?.runs.find(({ level }) => level === 'orange')?.answered).toMatchObject({
      contactId: 'principal',
    });
  });

  it('calls them also while others are called for a level as grave', () => {
    const told = new Told();
    tell(told, rises('orange'));
    expect(told.tell(5, storm('orange'))).toEqual(['#3 principal orange', '#4 deputy orange']);
  });
});
