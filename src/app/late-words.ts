import { PHRASES } from '../../alerting/phrases.ts';
import type { Language } from '../../alerting/phrases.ts';
import { wallTime } from '../../alerting/wall-time.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { targetOf } from '../contract/site-facts.ts';
import type { Level } from '../core/level.ts';
import type { ReportWords } from '../core/report.ts';
import type { Instant } from '../core/time.ts';

/** What was measured, when, and came late. */
export interface LateFact {
  readonly target: string;
  readonly value: number;
  readonly observedAt: Instant;
  readonly level: Level;
}

/** What is spoken of a late exceedance that nothing says to be over. */
export const standsWords = (config: SiteConfig, fact: LateFact): ReportWords => ({
  zh: `迟到数据：${said(config, fact, 'zh')}，此后未见回落`,
  en: `data that came late: ${said(config, fact, 'en')}, not seen to fall since`,
});

/** What is told of those of a backlog that are over: the first of them, and how many more. */
export function overWords(config: SiteConfig, [first, ...more]: readonly [LateFact, ...LateFact[]]): ReportWords {
  const others = more.length;
  return {
    zh: `迟到数据：${said(config, first, 'zh')}，现已回落${others === 0 ? '' : `；另有 ${String(others)} 处`}`,
    en: `data that came late: ${said(config, first, 'en')}, and has fallen since${others === 0 ? '' : `; ${String(others)} more`}`,
  };
}

function said(config: SiteConfig, { target, value, observedAt, level }: LateFact, language: Language): string {
  const phrases = PHRASES[language];
  const rule = config.rules.find(({ id }) => targetOf(config.site, id) === target);
  const sensor = config.sensors.find(({ code }) => code === rule?.sensor);
  const unit = phrases.units[sensor?.unit ?? ''] ?? sensor?.unit ?? '';
  const measured = phrases.measured(phrases.moment(wallTime(observedAt, config.timeZone)));
  const number = `${String(Number(value.toFixed(3)))} ${unit}`.trim();
  const name = sensor?.name[language] ?? target;
  return language === 'zh'
    ? `${name} ${measured} ${number}，达${phrases.levels[level]}`
    : `${name} ${number}, ${measured}, was ${phrases.levels[level]}`;
}
