import type { Level } from '../src/core/level.ts';
import type { Said } from './callout-event.ts';
import type { Words } from './policy.ts';
import type { WallTime } from './wall-time.ts';

export type Language = keyof Words;

/** Everything that is spoken and written to people on duty. Both languages say the same. */
export interface Phrases {
  readonly levels: Readonly<Record<Level, string>>;
  /** Units as they are spoken, by their symbol. */
  readonly units: Readonly<Record<string, string>>;
  readonly between: string;
  readonly call: (site: string, what: string, matters: string, how: string) => string;
  readonly warning: (level: string) => string;
  /** A graver level stands than the one he is asked about. */
  readonly asked: (present: string, level: string) => string;
  readonly reached: (target: string, value: string, level: string, limit: string) => string;
  /** What is said beside a value, of its times. */
  readonly aside: (...parts: readonly string[]) => string;
  readonly moment: (time: WallTime) => string;
  readonly measured: (moment: string) => string;
  /** Received so many minutes after it was measured. */
  readonly received: (moment: string, minutes: number) => string;
  /** Nothing came after it: the instrument may be destroyed. */
  readonly silence: string;
  readonly since: (level: string, value: string) => string;
  readonly more: (count: number) => string;
  /** What no sensor measured, with the level it was given. */
  readonly reported: (words: string, level: string) => string;
  readonly nowAt: (level: string) => string;
  readonly moreReports: (count: number) => string;
  readonly blind: (sensors: number) => string;
  readonly systemFault: string;
  /** A watchdog hears nothing of the service. */
  readonly silent: string;
  /** The database is away. */
  readonly unrecorded: string;
  /** It is back. */
  readonly wasUnrecorded: string;
  readonly press: (digit: string) => string;
  readonly reply: (code: string) => string;
  /** At the end of a text message: the other way to answer it. */
  readonly link: (url: string) => string;
  readonly confirmed: (level: string, about: string) => string;
  /** The right key, which settled nothing: he may not, or others have. */
  readonly noted: (level: string) => string;
  /** What he may say after his answer. */
  readonly menu: string;
  /** The same, in a message. */
  readonly menuByMessage: string;
  readonly said: Readonly<Record<Said, string>>;
  /** What he has said is on record, but somebody else still has to respond. */
  readonly saidForOthers: string;
  readonly evacuateAgain: string;
  readonly notAKey: string;
  /** A message that may have been meant as an answer, and is none. */
  readonly codeWanted: string;
  readonly noResponse: string;
  readonly notReported: string;
  readonly wrong: string;
  readonly wrongTooOften: string;
  readonly noLongerNeeded: string;
  /** By which number people speak of it, its digits apart. */
  readonly event: (number: string) => string;
  /** Nobody of these has answered: somebody has to go to their doors. */
  readonly failed: (people: string) => string;
  readonly siteAt: (site: string, level: string) => string;
  /** The same call is for other sites as well. */
  readonly besides: (sites: string, key: string) => string;
}

const zh: Phrases = {
  levels: { normal: '正常', blue: '蓝色', yellow: '黄色', orange: '橙色', red: '红色' },
  units: {
    m: '米',
    mm: '毫米',
    kPa: '千帕',
    Hz: '赫兹',
    'm/h': '米每小时',
    'm/d': '米每天',
    'mm/h': '毫米每小时',
    'mm/d': '毫米每天',
  },
  between: '；',
  call: (site, what, matters, how) => `${site}，${what}。${matters}。${how}。`,
  warning: (level) => `${level}预警叫应`,
  asked: (present, level) => `现为${present}；请您应答${level}`,
  reached: (target, value, level, limit) => `${target} ${value}，${level}限值 ${limit}`,
  aside: (...parts) => `（${parts.join('，')}）`,
  moment: ({ month, day, hour, minute }) => `${String(month)}月${String(day)}日${hour}:${minute}`,
  measured: (moment) => `${moment}测得`,
  received: (moment, minutes) => `${moment}收到，迟 ${String(minutes)} 分钟`,
  silence: '此后无数据，仪器可能已损毁',
  since: (level, value) => `，现为${level}，${value}`,
  more: (count) => `另有 ${String(count)} 处预警`,
  reported: (words, level) => `${words}（${level}）`,
  nowAt: (level) => `，现为${level}`,
  moreReports: (count) => `另有 ${String(count)} 条报告`,
  blind: (sensors) => `${String(sensors)} 个传感器失去数据`,
  systemFault: '监测系统故障，有一条预警记录无法处理，请立即人工核查',
  silent: '监测系统没有音讯，可能已停机，不会再自动叫应，请立即人工监测并检查系统',
  unrecorded: '监测数据无法记录，请立即检查监测系统',
  wasUnrecorded: '监测数据曾无法记录，现已恢复',
  press: (digit) => `请按 ${digit} 确认`,
  reply: (code) => `请回复 ${code} 确认`,
  link: (url) => `或打开链接应答：${url}`,
  confirmed: (level, about) => `已确认，${level}，${about}。`,
  noted: (level) => `已记录，但未结束任何叫应：${level}须由有权人员确认，或已由他人确认。`,
  menu: '我来处置请按 1，停工请按 2，撤离请按 3，我无法处理请按 8，打错了人请按 9。',
  menuByMessage: '请再回复一个数字：1 我来处置，2 停工，3 撤离（须回复 33），8 我无法处理，9 打错了人。',
  said: {
    'respond': '已记录，由您处置。',
    'stop-work': '已记录停工命令，请立即落实停工。',
    'evacuate': '已记录撤离命令，请立即组织撤离并清点人数。',
    'declined': '已记录，您无法处理，现在呼叫下一人。',
    'wrong-person': '抱歉打扰，此号码已停呼。',
  },
  saidForOthers: '但仍须由有权人员响应。',
  evacuateAgain: '您要下令撤离，确认撤离请再按 3。',
  notAKey: '没有这个选项。',
  codeWanted: '尚未计为应答：请回复短信中的四位数字。',
  noResponse: '已有人应答，但尚无人报告处置',
  notReported: '已下达的命令到时尚未报告完成',
  wrong: '按键不正确。',
  wrongTooOften: '三次按键不正确，稍后将再次呼叫。',
  noLongerNeeded: '本次叫应已由他人确认或已结束，无需操作。',
  event: (number) => `事件编号 ${number}。`,
  failed: (people) => `叫应失败，${people}均未应答，请立即派人上门查找`,
  siteAt: (site, level) => `${site}${level}`,
  besides: (sites, key) => `另有${sites}叫应：确认以上内容后请按 ${key} 收听，须另行确认。`,
};

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const en: Phrases = {
  levels: { normal: 'normal', blue: 'blue', yellow: 'yellow', orange: 'orange', red: 'red' },
  units: {
    m: 'metres',
    mm: 'millimetres',
    kPa: 'kilopascal',
    Hz: 'hertz',
    'm/h': 'metres an hour',
    'm/d': 'metres a day',
    'mm/h': 'millimetres an hour',
    'mm/d': 'millimetres a day',
  },
  between: '; ',
  call: (site, what, matters, how) => `${site}: ${what}. ${matters}. ${how}.`,
  warning: (level) => `${level} warning`,
  asked: (present, level) => `now ${present}; you are asked to answer ${level}`,
  reached: (target, value, level, limit) => `${target} ${value}, ${level} limit ${limit}`,
  aside: (...parts) => ` (${parts.join(', ')})`,
  moment: ({ month, day, hour, minute }) => `${hour}:${minute} on ${String(day)} ${MONTHS[month - 1] ?? ''}`,
  measured: (moment) => `measured ${moment}`,
  received: (moment, minutes) => `received ${moment}, ${String(minutes)} minutes late`,
  silence: 'then no data: the instrument may be destroyed',
  since: (level, value) => `, now ${level} at ${value}`,
  more: (count) => `${String(count)} more warnings`,
  reported: (words, level) => `${words} (${level})`,
  nowAt: (level) => `, now ${level}`,
  moreReports: (count) => `${String(count)} more reports`,
  blind: (sensors) => `${String(sensors)} sensors have no data`,
  systemFault:
    'The monitoring system is at fault: a record that may be a warning cannot be processed. Check by hand at once',
  silent:
    'The monitoring gives no sign of life and may not call anybody any more. Watch by hand, and look at the system, at once',
  unrecorded: 'Monitoring cannot record. Check the monitoring system at once',
  wasUnrecorded: 'Monitoring could not record for a while, and can again',
  press: (digit) => `Press ${digit} to confirm`,
  reply: (code) => `Reply ${code} to confirm`,
  link: (url) => ` Or open this link to answer: ${url}`,
  confirmed: (level, about) => `Confirmed: ${level}, ${about}.`,
  noted: (level) => `Noted, but it settles nothing: ${level} is for others to settle, or others have.`,
  menu: 'If you take it in hand press 1, to stop work press 2, to evacuate press 3, if you cannot press 8, if you are somebody else press 9.',
  menuByMessage:
    'Reply once more with one digit: 1 I take it in hand, 2 stop work, 3 evacuate (reply 33), 8 I cannot, 9 wrong person.',
  said: {
    'respond': 'Noted: you take it in hand. ',
    'stop-work': 'Noted: work is stopped. See to it at once. ',
    'evacuate': 'Noted: evacuate. Get everybody out now, and count them. ',
    'declined': 'Noted: you cannot. The next person is called now. ',
    'wrong-person': 'Sorry. This number is called no more. ',
  },
  saidForOthers: 'Somebody who may still has to respond. ',
  evacuateAgain: 'You are about to order an evacuation. Press 3 again to confirm. ',
  notAKey: 'There is no such choice. ',
  codeWanted: 'This is no answer yet: reply with the four digits in the message.',
  noResponse: 'It was answered, but nobody has said what is done',
  notReported: 'What was ordered has not been reported done in time',
  wrong: 'Wrong key. ',
  wrongTooOften: 'Three wrong keys. You will be called again shortly.',
  noLongerNeeded: 'Somebody else has confirmed, or this is over. Nothing to do.',
  event: (number) => ` Event ${number}. `,
  failed: (people) => `Nobody has answered: ${people}. Send somebody to their doors at once`,
  siteAt: (site, level) => `${site} (${level})`,
  besides: (sites, key) =>
    `There is also ${sites}: after confirming this press ${key} to hear it. It is confirmed by itself. `,
};

export const PHRASES: Readonly<Record<Language, Phrases>> = { zh, en };
