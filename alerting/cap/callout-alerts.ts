import { WARNING_LEVELS, isGraver } from '../../src/core/level.ts';
import type { WarningLevel } from '../../src/core/level.ts';
import type { Instant } from '../../src/core/time.ts';
import type { CalloutPolicy } from '../policy.ts';
import { PHRASES } from '../phrases.ts';
import type { Language } from '../phrases.ts';
import { GRADES, OVER } from './cap-alert.ts';
import type { CapAlert, CapInfo, WarningArea } from './cap-alert.ts';
import { capTime } from './cap-xml.ts';

/** One line of a callout's record. */
export interface CalloutLine {
  readonly type: string;
  readonly at: Instant;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What a callout's messages are made from besides its record. */
export interface CapOrigin {
  readonly calloutId: string;
  readonly sender: string;
  readonly policy: Pick<CalloutPolicy, 'siteName' | 'timeZone' | 'targets'>;
  /** null: none is configured, and the site's name stands for it. */
  readonly area: WarningArea | null;
  /** A drill: whoever receives it must not take it for true. */
  readonly isExercise: boolean;
}

/** What of the record others are told, and as what. */
const TOLD: Readonly<Record<string, 'Alert' | 'Update' | 'Cancel'>> = {
  opened: 'Alert',
  'level-added': 'Update',
  'follow-up': 'Update',
  blinded: 'Update',
  released: 'Cancel',
};

/**
 * The CAP messages of a callout so far, oldest first: an Alert as it opens, an Update for each news, a Cancel as somebody closes
 * it. Made of its record alone, so that each is the same whenever it is asked for. A level that falls is no message: until
 * somebody has looked, the warning stands.
 */
export function calloutAlerts(origin: CapOrigin, record: readonly CalloutLine[]): readonly CapAlert[] {
  const alerts: CapAlert[] = [];
  let worst: WarningLevel = 'blue';
  for (const line of record) {
    const told = TOLD[line.type];
    if (told === undefined) continue;
    const level: WarningLevel = WARNING_LEVELS.find((one) => one === line.facts['level']) ?? worst;
    worst = isGraver(level, worst) ? level : worst;
    const references = alerts.map(({ sender, identifier, sent }) => ({ sender, identifier, sent }));
    const { calloutId, sender, policy, isExercise } = origin;
    const msgType = references.length === 0 ? 'Alert' : told === 'Alert' ? 'Update' : told;
    alerts.push({
      identifier: `tailwatch-${calloutId}-${String(references.length + 1)}`,
      sender,
      sent: line.at,
      timeZone: policy.timeZone,
      status: isExercise ? 'Exercise' : 'Actual',
      msgType,
      restriction: RESTRICTION,
      references,
      infos: (['zh', 'en'] as const).map((language) => infoOf(origin, line, { level: worst, msgType, language })),
    });
  }
  return alerts;
}

const RESTRICTION =
  'For the mine and its authorities; not released to the public. 供矿山及主管部门使用，不对公众发布。';

interface Told {
  readonly level: WarningLevel;
  readonly msgType: CapAlert['msgType'];
  readonly language: Language;
}

function infoOf(
  { policy, area, isExercise }: CapOrigin,
  { at, facts }: CalloutLine,
  { level, msgType, language }: Told,
): CapInfo {
  const words = WORDS[language];
  const isOver = msgType === 'Cancel';
  const site = policy.siteName[language];
  const what = PHRASES[language].levels[level];
  const about = typeof facts['about'] === 'string' ? policy.targets[facts['about']]?.name[language] : undefined;
  const head = isOver ? words.over(site) : words.stands(site, what);
  const when = capTime(at, policy.timeZone);
  return {
    language: language === 'zh' ? 'zh-CN' : 'en-US',
    event: words.event,
    responseType: isOver ? 'AllClear' : level === 'red' || level === 'orange' ? 'Prepare' : 'Monitor',
    grade: isOver ? OVER : GRADES[level],
    senderName: site,
    headline: isExercise ? words.exercise(head) : head,
    description: isOver
      ? words.closed(when)
      : about === undefined
        ? words.plain(when, what)
        : words.because(when, what, about),
    level,
    area: {
      areaDesc: area?.description[language] ?? site,
      polygon: area?.polygon ?? null,
      circle: area?.circle ?? null,
    },
  };
}

interface CapWords {
  readonly event: string;
  readonly stands: (site: string, level: string) => string;
  readonly over: (site: string) => string;
  readonly exercise: (headline: string) => string;
  readonly plain: (when: string, level: string) => string;
  readonly because: (when: string, level: string, about: string) => string;
  readonly closed: (when: string) => string;
}

const WORDS: Readonly<Record<Language, CapWords>> = {
  zh: {
    event: '尾矿库安全预警',
    stands: (site, level) => `${site}：${level}预警`,
    over: (site) => `${site}：预警解除`,
    exercise: (headline) => `【演练】${headline}`,
    plain: (when, level) => `${when} 起，${level}预警叫应。`,
    because: (when, level, about) => `${when} 起，${about} 达到${level}，正在叫应。`,
    closed: (when) => `${when} 经现场核查，叫应已闭环。`,
  },
  en: {
    event: 'Tailings pond warning',
    stands: (site, level) => `${site}: ${level} warning`,
    over: (site) => `${site}: warning over`,
    exercise: (headline) => `EXERCISE: ${headline}`,
    plain: (when, level) => `From ${when}: people are called for a ${level} warning.`,
    because: (when, level, about) => `From ${when}: ${about} has reached ${level}, people are called.`,
    closed: (when) => `At ${when} the callout was closed after an inspection.`,
  },
};
