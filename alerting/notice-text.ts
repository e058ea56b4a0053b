import type { Callout } from './callout.ts';
import type { NoticeKind } from './callout-event.ts';
import { inBoth, matters, presentLevel } from './message.ts';
import type { CalloutPolicy, Words } from './policy.ts';
import type { Language } from './phrases.ts';

/** What is written to those who have to do nothing for it. Both languages say the same. */
interface NoticePhrases {
  readonly news: (site: string, level: string, matters: string) => string;
  readonly cleared: (site: string) => string;
  readonly released: (site: string) => string;
}

const zh: NoticePhrases = {
  news: (site, level, matters) => `${site}，现为${level}。${matters}。本短信仅作告知，无需回复。`,
  cleared: (site) => `${site}，读数回落，尚未解除。须经现场检查后由有权人员解除；此前请勿放松警戒。`,
  released: (site) => `${site}，叫应已解除。`,
};

const en: NoticePhrases = {
  news: (site, level, matters) => `${site}: now ${level}. ${matters}. For your information: no reply is needed.`,
  cleared: (site) =>
    `${site}: readings have fallen back, it is not over. Somebody with authority ends it after an inspection; stay alert until then.`,
  released: (site) => `${site}: the callout is over.`,
};

const NOTICES: Readonly<Record<Language, NoticePhrases>> = { zh, en };

/** The text of a message that asks for nothing. */
export const noticeText = (policy: CalloutPolicy, callout: Callout, kind: NoticeKind): Words =>
  inBoth((language, phrases) => {
    const site = policy.siteName[language];
    const said = NOTICES[language];
    if (kind !== 'news') return said[kind](site);
    const about = matters(policy, callout, language).join(phrases.between);
    return said.news(site, phrases.levels[presentLevel(callout)], about);
  });
