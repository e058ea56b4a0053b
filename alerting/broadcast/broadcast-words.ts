import { DRILL_FRAME } from '../drill-words.ts';
import type { Words } from '../policy.ts';
import type { Word } from './recipient.ts';

/** What people are told to do, and where. Texts of the site itself: as they were written, in its own language. */
export interface Order {
  readonly site: Words;
  readonly route: string;
  readonly assembly: string;
  /** What else has to be said; '' for nothing. */
  readonly more: string;
  readonly drill: boolean;
}

interface BroadcastPhrases {
  /** Around every text of a drill, and before every text that is none. */
  readonly drill: (text: string) => string;
  readonly real: (text: string) => string;
  readonly order: (site: string, route: string, assembly: string, more: string) => string;
  readonly press: string;
  readonly reply: string;
  readonly taken: Readonly<Record<Word, string>>;
  readonly wrong: string;
  readonly over: string;
}

const zh: BroadcastPhrases = {
  drill: DRILL_FRAME.zh,
  real: (text) => `紧急撤离，这不是演练。${text}`,
  order: (site, route, assembly, more) =>
    `${site}：请立即撤离。路线：${route}。集合点：${assembly}。${more === '' ? '' : `${more}。`}`,
  press: '全家已安全请按 1，正在途中请按 2，不能撤离、不撤离或需要帮助请按 3。',
  reply: '全家已安全请回复 1，正在途中回复 2，不能撤离、不撤离或需要帮助回复 3。',
  taken: {
    'safe': '已记录：已安全。请留在集合点，等待清点人数。',
    'en-route': '已记录：正在途中。到达后请回复 1，稍后会再次呼叫您。',
    'refused': '已记录：需要帮助。将有人上门。能走请立即撤离。',
  },
  wrong: '按键不正确。',
  over: '本次撤离通知已结束。',
};

const en: BroadcastPhrases = {
  drill: DRILL_FRAME.en,
  real: (text) => `Evacuate. This is not a drill. ${text}`,
  order: (site, route, assembly, more) =>
    `${site}: leave at once. Route: ${route}. Assembly place: ${assembly}. ${more === '' ? '' : `${more}. `}`,
  press:
    'Everybody with you is safe: press 1. On the way: press 2. You cannot or will not leave, or need help: press 3.',
  reply:
    'Everybody with you is safe: reply 1. On the way: reply 2. You cannot or will not leave, or need help: reply 3.',
  taken: {
    'safe': 'Recorded: safe. Stay at the assembly place until heads are counted.',
    'en-route': 'Recorded: on the way. Reply 1 when you are there; you will be called again.',
    'refused': 'Recorded: you need help. Somebody will come to your door. Leave at once if you can.',
  },
  wrong: 'Wrong key. ',
  over: 'This evacuation notice is over.',
};

const inBoth = (text: (phrases: BroadcastPhrases, language: keyof Words) => string): Words => ({
  zh: text(zh, 'zh'),
  en: text(en, 'en'),
});

const framed = ({ drill }: Pick<Order, 'drill'>, phrases: BroadcastPhrases, text: string): string =>
  drill ? phrases.drill(text) : phrases.real(text);

/** What is said in a call, or written in a message, of this order. */
export const orderText = (order: Order, medium: 'voice' | 'sms'): Words =>
  inBoth((phrases, language) => {
    const { site, route, assembly, more } = order;
    const how = medium === 'voice' ? phrases.press : phrases.reply;
    return framed(order, phrases, phrases.order(site[language], route, assembly, more) + how);
  });

/** Read back after a key, so that nobody hangs up in doubt. */
export const wordTaken = (order: Order, word: Word): Words =>
  inBoth((phrases) => (order.drill ? phrases.drill(phrases.taken[word]) : phrases.taken[word]));

/** Said after a key that means nothing, before the text is said again. */
export const keyUnknown = (order: Order): Words => {
  const say = orderText(order, 'voice');
  return inBoth((phrases, language) => phrases.wrong + say[language]);
};

/** Said to whoever picks up, or presses, when the broadcast is over. */
export const broadcastOver = (order: Order): Words =>
  inBoth((phrases) => (order.drill ? phrases.drill(phrases.over) : phrases.over));
