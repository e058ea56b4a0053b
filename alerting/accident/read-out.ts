import type { Level } from '../../src/core/level.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Words } from '../policy.ts';
import { PHRASES } from '../phrases.ts';
import type { Language } from '../phrases.ts';
import { wallTime } from '../wall-time.ts';
import type { AccidentGrade } from './reports.ts';

export interface Casualties {
  readonly dead: number;
  readonly missing: number;
  readonly injured: number;
  readonly trapped: number;
}

/** What is known of an accident, for whoever reads it out. */
export interface AccidentFacts {
  readonly site: Words;
  readonly timeZone: string;
  /** 等别, one to five, and whether people live below. */
  readonly facilityClass: 'one' | 'two' | 'three' | 'four' | 'five';
  readonly peopleBelow: boolean;
  readonly what: string;
  readonly where: string;
  readonly happenedAt: Instant;
  readonly grade: AccidentGrade;
  readonly casualties: Casualties | null;
  readonly measures: string;
  /** The gravest level that stands at the site. */
  readonly level: Level;
}

/** What is to be said on the telephone: who, where, when, what, who is hurt, what is being done. Nothing that is not known. */
export const readOut = (facts: AccidentFacts): Words => ({ zh: inWords(facts, 'zh'), en: inWords(facts, 'en') });

function inWords(facts: AccidentFacts, language: Language): string {
  const words = WORDS[language];
  const { casualties, happenedAt, timeZone, level, measures } = facts;
  return [
    words.opening(facts.site[language]),
    words.happened(PHRASES[language].moment(wallTime(happenedAt, timeZone)), facts.where, facts.what),
    casualties === null ? words.hurtUnknown : words.hurt(casualties),
    words.grade[facts.grade],
    words.facility[facts.facilityClass] + (facts.peopleBelow ? words.below : words.noneBelow),
    words.level(PHRASES[language].levels[level]),
    measures === '' ? words.measuresUnknown : words.measures(measures),
    words.closing,
  ].join(language === 'zh' ? '' : ' ');
}

interface AccidentWords {
  readonly opening: (site: string) => string;
  readonly happened: (when: string, where: string, what: string) => string;
  readonly hurt: (of: Casualties) => string;
  readonly hurtUnknown: string;
  readonly grade: Readonly<Record<AccidentGrade, string>>;
  readonly facility: Readonly<Record<AccidentFacts['facilityClass'], string>>;
  readonly below: string;
  readonly noneBelow: string;
  readonly level: (level: string) => string;
  readonly measures: (text: string) => string;
  readonly measuresUnknown: string;
  readonly closing: string;
}

const WORDS: Readonly<Record<Language, AccidentWords>> = {
  zh: {
    opening: (site) => `事故报告：${site}。`,
    happened: (when, where, what) => `${when}，在${where}，${what}。`,
    hurt: ({ dead, missing, injured, trapped }) =>
      `死亡 ${String(dead)} 人，失踪 ${String(missing)} 人，受伤 ${String(injured)} 人，被困 ${String(trapped)} 人。`,
    hurtUnknown: '伤亡情况尚不清楚。',
    grade: {
      unknown: '事故等级尚未判定。',
      general: '初步判定为一般事故。',
      larger: '初步判定为较大事故。',
      major: '初步判定为重大事故。',
      extraordinary: '初步判定为特别重大事故。',
    },
    facility: {
      one: '本库为一等尾矿库，',
      two: '本库为二等尾矿库，',
      three: '本库为三等尾矿库，',
      four: '本库为四等尾矿库，',
      five: '本库为五等尾矿库，',
    },
    below: '下游一公里内有居民（头顶库）。',
    noneBelow: '下游一公里内无居民。',
    level: (level) => `在线监测目前最高为${level}。`,
    measures: (text) => `已采取措施：${text}。`,
    measuresUnknown: '处置措施随后续报。',
    closing: '有新情况立即续报。请复述，并告知您的姓名。',
  },
  en: {
    opening: (site) => `Report of an accident at ${site}.`,
    happened: (when, where, what) => `${when}, at ${where}: ${what}.`,
    hurt: ({ dead, missing, injured, trapped }) =>
      `Dead: ${String(dead)}; missing: ${String(missing)}; injured: ${String(injured)}; trapped: ${String(trapped)}.`,
    hurtUnknown: 'It is not known yet whether anybody is hurt.',
    grade: {
      unknown: 'The grade of the accident is not judged yet.',
      general: 'Judged for now as a general accident (一般).',
      larger: 'Judged for now as a larger accident (较大).',
      major: 'Judged for now as a major accident (重大).',
      extraordinary: 'Judged for now as an extraordinary accident (特别重大).',
    },
    facility: {
      one: 'The pond is of class one;',
      two: 'The pond is of class two;',
      three: 'The pond is of class three;',
      four: 'The pond is of class four;',
      five: 'The pond is of class five;',
    },
    below: ' people live within 1 km below it.',
    noneBelow: ' nobody lives within 1 km below it.',
    level: (level) => `The gravest level of the monitoring is ${level} now.`,
    measures: (text) => `Done so far: ${text}.`,
    measuresUnknown: 'What is being done will be reported later.',
    closing: 'News will be reported at once. Please repeat this, and tell me your name.',
  },
};
