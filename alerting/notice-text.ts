import type { Callout } from './callout.ts';
import type { NoticeKind } from './callout-event.ts';
import { announced, drillOver, overtakenText } from './drill-words.ts';
import { calledUpTo } from './ladder.ts';
import { inBoth, matters, names, presentLevel } from './message.ts';
import type { CalloutPolicy, Words } from './policy.ts';
import type { Language } from './phrases.ts';

/** What is written to those who have to do nothing for it. Both languages say the same. */
interface NoticePhrases {
  readonly news: (site: string, level: string, matters: string) => string;
  readonly cleared: (site: string) => string;
  readonly released: (site: string) => string;
  /** Nobody was reached. */
  readonly failed: (site: string, level: string, people: string) => string;
}

const zh: NoticePhrases = {
  news: (site, level, matters) => `${site}，现为${level}。${matters}。本短信仅作告知，无需回复。`,
  cleared: (site) => `${site}，读数回落，尚未解除。须经现场检查后由有权人员解除；此前请勿放松警戒。`,
  released: (site) => `${site}，叫应已解除。`,
  failed: (site, level, people) =>
    `${site}，${level}叫应失败：${people}均未应答，请立即派人上门查找。呼叫仍在继续。本短信仅作告知，无需回复。`,
};

const en: NoticePhrases = {
  news: (site, level, matters) => `${site}: now ${level}. ${matters}. For your information: no reply is needed.`,
  cleared: (site) =>
    `${site}: readings have fallen back, it is not over. Somebody with authority ends it after an inspection; stay alert until then.`,
  released: (site) => `${site}: the callout is over.`,
  failed: (site, level, people) =>
    `${site}: nobody has answered ${level}: ${people}. Send somebody to their doors at once; calling goes on. No reply is needed.`,
};

const NOTICES: Readonly<Record<Language, NoticePhrases>> = { zh, en };

/** The text of a message that asks for nothing. */
export function noticeText(
  policy: CalloutPolicy,
  callout: Callout,
  kind: NoticeKind,
  unreached: readonly string[] = [],
): Words {
  if (kind === 'overtaken') return overtakenText(policy.siteName);
  if (kind === 'released' && policy.drill === true) return drillOver(policy.siteName);
  const say = inBoth((language, phrases) => {
    const site = policy.siteName[language];
    const said = NOTICES[language];
    if (kind === 'call-failed')
      return said.failed(site, phrases.levels[calledUpTo(callout.runs)], names(policy, unreached, language));
    if (kind !== 'news') return said[kind](site);
    const about = matters(policy, callout, language).join(phrases.between);
    return said.news(site, phrases.levels[presentLevel(callout)], about);
  });
  return announced(policy, callout, say);
}
