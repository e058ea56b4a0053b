import type { CalloutFigures, CalloutReport, MonthReport } from '../contract/callout-report.ts';
import { eventNumber } from '../core/event-number.ts';
import { instant } from '../core/time.ts';
import { localDate } from '../core/zone.ts';
import type { Part, Printed } from '../platform/printed.ts';
import type { Cell, Sheet } from '../platform/workbook.ts';

/** A column of a report, for paper and for a workbook. */
interface Column<T> {
  readonly head: string;
  /** In characters. */
  readonly width: number;
  readonly cell: (row: T) => Cell;
}

const NONE = '—';
const DUTY_AND_NAME = ({
  name,
  duty,
}: {
  readonly name: { readonly zh: string };
  readonly duty: string | null;
}): string => (duty === null ? name.zh : `${name.zh} (${duty})`);

/** Date and time of day by the wall of the site, to the second. */
const wallTime = (at: number | null, timeZone: string): string =>
  at === null
    ? NONE
    : `${localDate(instant(at), timeZone)} ${new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at)}`;

const secondsFrom = (from: number, to: number | null): Cell => (to === null ? NONE : Math.round((to - from) / 1_000));

const figureColumns = (timeZone: string): readonly Column<CalloutFigures>[] => [
  { head: '事件编号 Event', width: 10, cell: ({ calloutId }) => eventNumber(calloutId) },
  { head: '开始 Opened', width: 20, cell: ({ openedAt }) => wallTime(openedAt, timeZone) },
  { head: '等级 Level', width: 10, cell: ({ level }) => level ?? NONE },
  {
    head: '首次呼叫（秒） First call (s)',
    width: 14,
    cell: ({ openedAt, firstCallAt }) => secondsFrom(openedAt, firstCallAt),
  },
  {
    head: '首人应答（秒） First human (s)',
    width: 14,
    cell: ({ openedAt, firstHumanAt }) => secondsFrom(openedAt, firstHumanAt),
  },
  {
    head: '全部应答（秒） All answered (s)',
    width: 14,
    cell: ({ openedAt, answeredAt }) => secondsFrom(openedAt, answeredAt),
  },
  {
    head: '响应（秒） Response (s)',
    width: 14,
    cell: ({ openedAt, respondedAt }) => secondsFrom(openedAt, respondedAt),
  },
  { head: '闭环 Closed', width: 20, cell: ({ endedAt }) => wallTime(endedAt, timeZone) },
  { head: '电话 Calls', width: 8, cell: ({ calls }) => calls },
  { head: '短信 Messages', width: 8, cell: ({ messages }) => messages },
  { head: '未接通 Missed', width: 8, cell: ({ missed }) => missed },
  { head: '空岗 Gaps', width: 8, cell: ({ gaps }) => gaps },
];

const callColumns = (timeZone: string): readonly Column<CalloutReport['calls'][number]>[] => [
  { head: '#', width: 5, cell: ({ number }) => number },
  { head: '时间 Time', width: 20, cell: ({ at }) => wallTime(at, timeZone) },
  { head: '何人 Who', width: 24, cell: DUTY_AND_NAME },
  { head: '号码 Number', width: 14, cell: ({ phone }) => phone },
  { head: '方式 Medium', width: 8, cell: ({ medium, asks }) => (asks ? medium : `${medium} (告知 told)`) },
  { head: '等级 Level', width: 8, cell: ({ level }) => level },
  { head: '结果 Outcome', width: 14, cell: ({ outcome }) => outcome ?? NONE },
  { head: '结束 Ended', width: 20, cell: ({ endedAt }) => wallTime(endedAt, timeZone) },
];

const answerColumns = (timeZone: string): readonly Column<CalloutReport['answers'][number]>[] => [
  { head: '时间 Time', width: 20, cell: ({ at }) => wallTime(at, timeZone) },
  { head: '何人 Who', width: 24, cell: DUTY_AND_NAME },
  { head: '方式 Medium', width: 10, cell: ({ medium }) => medium },
  { head: '询问 Asked', width: 10, cell: ({ asked }) => asked },
  { head: '应答等级 Settled', width: 10, cell: ({ level }) => level ?? NONE },
];

const fileColumns = (timeZone: string): readonly Column<CalloutReport['files'][number]>[] => [
  { head: '名称 Name', width: 28, cell: ({ name }) => name },
  { head: '类型 Kind', width: 14, cell: ({ mediaType }) => mediaType },
  { head: '大小（字节） Bytes', width: 12, cell: ({ size }) => size },
  { head: '说明 Note', width: 30, cell: ({ note }) => note },
  { head: '添加人 Added by', width: 14, cell: ({ addedBy }) => addedBy },
  { head: '添加时间 Added', width: 20, cell: ({ addedAt }) => wallTime(addedAt, timeZone) },
  { head: 'SHA-256', width: 66, cell: ({ sha256 }) => sha256 },
];

const eventColumns = (timeZone: string): readonly Column<CalloutReport['events'][number]>[] => [
  { head: '时间 Time', width: 20, cell: ({ at }) => wallTime(at, timeZone) },
  { head: '事件 Event', width: 18, cell: ({ type }) => type },
  { head: '内容 Facts', width: 80, cell: ({ facts }) => factsText(facts) },
];

const factsText = (facts: Readonly<Record<string, unknown>>): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

function sheetOf<T>(name: string, columns: readonly Column<T>[], rows: readonly T[]): Sheet {
  return {
    name,
    widths: columns.map(({ width }) => width),
    rows: [columns.map(({ head }) => head), ...rows.map((row) => columns.map(({ cell }) => cell(row)))],
  };
}

function partOf<T>(heading: string, columns: readonly Column<T>[], rows: readonly T[]): Part {
  const { rows: cells, widths = [] } = sheetOf(heading, columns, rows);
  const widest = Math.max(...widths);
  return {
    heading,
    table: {
      widths: widths.map((width) => (width === widest ? '*' : 'auto')),
      rows: cells.map((row) => row.map((cell) => String(cell ?? ''))),
    },
  };
}

/** The workbook of one callout: figures, calls, answers, events. */
export const calloutSheets = ({
  drill,
  figures,
  calls,
  answers,
  files,
  events,
  timeZone,
}: CalloutReport): readonly Sheet[] =>
  [
    sheetOf('概要 Figures', figureColumns(timeZone), [figures]),
    sheetOf('呼叫 Calls', callColumns(timeZone), calls),
    sheetOf('应答 Answers', answerColumns(timeZone), answers),
    sheetOf('附件 Files', fileColumns(timeZone), files),
    sheetOf('经过 Events', eventColumns(timeZone), events),
    // A sheet that is copied out of its workbook says it still.
  ].map((sheet) => (drill ? { ...sheet, name: `演练 ${sheet.name}` } : sheet));

/** The workbook of a month. */
export const monthSheets = ({ month, callouts, timeZone }: MonthReport): readonly Sheet[] => [
  sheetOf(month, figureColumns(timeZone), callouts),
];

/** The paper of one callout. */
export function calloutPaper(report: CalloutReport): Printed {
  const { siteName, drill, figures, calls, answers, files, events, timeZone, isCut, configVersion } = report;
  const lines = figureColumns(timeZone).map(({ head, cell }) => `${head}: ${String(cell(figures))}`);
  return {
    title: `${drill ? '演练报告 Drill report' : '叫应报告 Call-out report'}: ${siteName.zh} ${siteName.en}`,
    foot: `${drill ? '演练 DRILL · ' : ''}${figures.calloutId} · ${timeZone} · 配置 configuration ${String(configVersion)}`,
    parts: [
      { heading: '概要 Figures', lines: isCut ? [...lines, '未全部列出 Not all is listed'] : lines },
      partOf('呼叫 Calls', callColumns(timeZone), calls),
      partOf('应答 Answers', answerColumns(timeZone), answers),
      partOf('附件 Files', fileColumns(timeZone).slice(0, -1), files),
      partOf('经过 Events', eventColumns(timeZone), events),
    ],
  };
}

/** The paper of a month. */
export const monthPaper = ({ siteName, month, callouts, timeZone, isCut }: MonthReport): Printed => ({
  title: `叫应月报 Call-outs of ${month}: ${siteName.zh} ${siteName.en}`,
  foot: timeZone,
  parts: [
    {
      ...partOf('叫应 Call-outs', figureColumns(timeZone), callouts),
      lines: [`共 ${String(callouts.length)} 次 In all: ${String(callouts.length)}${isCut ? '+' : ''}`],
    },
  ],
});
