import { RosterPlan } from '../contract/roster.ts';
import type { RosterView } from '../contract/roster.ts';
import { AppError } from '../core/errors.ts';
import type { TextFault } from '../core/errors.ts';
import { instant } from '../core/time.ts';
import { localDate, wallClock } from '../core/zone.ts';
import { readWorkbook } from '../platform/read-workbook.ts';
import type { ReadSheet } from '../platform/read-workbook.ts';
import { cellName, workbook } from '../platform/workbook.ts';
import type { Sheet } from '../platform/workbook.ts';

/** Sheets that are read, with their columns: the last word of a head is the key, so that either language may stand there. */
const SHEETS = {
  轮值: [
    '编号 id',
    '名称 name',
    '职责 duty',
    '方式 pattern',
    '上班天数 on',
    '休息天数 off',
    '交接时间 handOver',
    '下班时间 until',
    '首日 firstDay',
    '末日 lastDay',
  ],
  轮次: ['轮值编号 rotation', '类别 list', '人员编号 people'],
  节假日: ['日期 date', '名称 name'],
  账号: ['人员编号 contact', '姓名 person', '账号 account'],
} as const;
const HOLIDAY = '节假日';
const ORDINARY = '平日';
/** Between people who are on duty together. */
const TOGETHER = /[,，、;；\s]+/;

/** A roster as an XLSX file: four sheets that can be changed and read back, and the shifts to be hung on a wall. */
export function rosterWorkbook(view: RosterView, timeZone: string): Uint8Array {
  const { rotations, holidays, accounts } = view.plan;
  const nameOf = (id: string): string => view.people.find(({ contactId }) => contactId === id)?.name.zh ?? id;
  const rotationName = (id: string): string => rotations.find((each) => each.id === id)?.name ?? id;
  const wall = (at: number): string => `${localDate(instant(at), timeZone)} ${wallClock(instant(at), timeZone)}`;
  const sheets: readonly Sheet[] = [
    {
      name: '轮值',
      rows: [
        SHEETS.轮值,
        ...rotations.map(({ id, name, duty, pattern, handOver, until = '', firstDay, lastDay = '' }) => [
          id,
          name,
          duty,
          pattern.kind,
          pattern.kind === 'on-off' ? pattern.on : null,
          pattern.kind === 'on-off' ? pattern.off : null,
          handOver,
          until,
          firstDay,
          lastDay,
        ]),
      ],
    },
    {
      name: '轮次',
      widths: [16, 10, 40],
      rows: [
        SHEETS.轮次,
        ...rotations.flatMap(({ id, turns, holidayTurns = [] }) => [
          ...turns.map((turn) => [id, ORDINARY, turn.join(', ')]),
          ...holidayTurns.map((turn) => [id, HOLIDAY, turn.join(', ')]),
        ]),
      ],
    },
    { name: '节假日', rows: [SHEETS.节假日, ...holidays.map(({ date, name }) => [date, name])] },
    {
      name: '账号',
      rows: [SHEETS.账号, ...view.people.map(({ contactId, name }) => [contactId, name.zh, accounts[contactId] ?? ''])],
    },
    {
      name: '班表',
      widths: [18, 18, 20, 16, 16],
      rows: [
        ['自 from', '至 to', '轮值 rotation', '人员 person', '原因 because'],
        ...view.shifts.map(({ from, to, rotationId, contactId, because }) => [
          wall(from),
          wall(to),
          rotationName(rotationId),
          nameOf(contactId),
          because,
        ]),
      ],
    },
  ];
  return workbook(sheets);
}

/** Where something was read, by its path in the plan. */
type Places = Map<string, { readonly sheet: string; readonly row: number; readonly column: number }>;

/**
 * The plan in an XLSX file such as `rosterWorkbook` writes. What the file does not say stays as `present` has it: who is
 * told of gaps. Throws AppError `workbook/invalid`, naming sheet, row and column of everything that is wrong.
 */
export function planInWorkbook(bytes: Uint8Array, present: RosterPlan): RosterPlan {
  const sheets = readWorkbook(bytes);
  const places: Places = new Map();
  const rotationRows = table(sheets, '轮值');
  const turnRows = table(sheets, '轮次');
  const turnsOf = (id: string, path: string, isHoliday: boolean): string[][] =>
    turnRows.flatMap((row) => {
      if (row.text('rotation') !== id || (row.text('list') === HOLIDAY) !== isHoliday) return [];
      row.mark(places, path, 'people');
      return [
        row
          .text('people')
          .split(TOGETHER)
          .filter((one) => one !== ''),
      ];
    });
  const rotations = rotationRows.map((row, i) => {
    const path = `rotations.${String(i)}`;
    for (const key of ['id', 'name', 'duty', 'handOver', 'until', 'firstDay', 'lastDay'] as const)
      row.mark(places, `${path}.${key}`, key);
    row.mark(places, `${path}.pattern`, 'pattern');
    row.mark(places, `${path}.pattern.on`, 'on');
    row.mark(places, `${path}.pattern.off`, 'off');
    const id = row.text('id');
    const kind = row.text('pattern');
    const turns = turnsOf(id, `${path}.turns`, false);
    const holidayTurns = turnsOf(id, `${path}.holidayTurns`, true);
    if (turns.length === 0) row.mark(places, `${path}.turns`, 'id');
    return {
      ...row.texts('id', 'name', 'duty', 'handOver', 'until', 'firstDay', 'lastDay'),
      pattern: kind === 'on-off' ? { kind, on: Number(row.text('on')), off: Number(row.text('off')) } : { kind },
      turns,
      ...(holidayTurns.length > 0 && { holidayTurns }),
    };
  });
  const known = new Set(rotationRows.map((row) => row.text('id')));
  const stray = turnRows.flatMap((row) =>
    known.has(row.text('rotation')) ? [] : [row.fault('rotation', 'names no rotation of the sheet 轮值')],
  );
  const holidays = table(sheets, '节假日').map((row, i) => {
    row.mark(places, `holidays.${String(i)}.date`, 'date');
    row.mark(places, `holidays.${String(i)}.name`, 'name');
    return row.texts('date', 'name');
  });
  const accounts = Object.fromEntries(
    table(sheets, '账号').flatMap((row) =>
      row.text('account') === '' ? [] : [[row.text('contact'), row.text('account')]],
    ),
  );
  const { responsible } = present;
  const parsed = RosterPlan.safeParse({
    rotations,
    holidays,
    accounts,
    ...(responsible !== undefined && { responsible }),
  });
  const faults = [
    ...stray,
    ...(parsed.error?.issues ?? []).map(({ path, message }) => placed(path.map(String), message, places)),
  ];
  if (!parsed.success || faults.length > 0) throw refused(faults);
  return parsed.data;
}

const refused = (faults: readonly TextFault[]): AppError =>
  new AppError('workbook/invalid', faults.map(({ path, message }) => `${path}: ${message}`).join('; '), { faults });

/** A fault where its cell is known; else where what it is a part of was read. */
function placed(path: readonly string[], message: string, places: Places): TextFault {
  const paths = path.map((_part, i) => path.slice(0, path.length - i).join('.'));
  const place = paths.map((each) => places.get(each)).find((each) => each !== undefined);
  if (place === undefined) return { line: 0, column: 0, path: path.join('.'), message };
  return cellFault(place, message);
}

const cellFault = (
  { sheet, row, column }: { sheet: string; row: number; column: number },
  message: string,
): TextFault => ({
  line: row + 1,
  column: column + 1,
  path: `${sheet}!${cellName(row, column)}`,
  message,
});

interface Row {
  text(key: string): string;
  /** Those of these keys that are not empty. */
  texts(...keys: readonly string[]): Record<string, string>;
  mark(places: Places, path: string, key: string): void;
  fault(key: string, message: string): TextFault;
}

function table(sheets: readonly ReadSheet[], name: keyof typeof SHEETS): readonly Row[] {
  const sheet = sheets.find((each) => each.name === name);
  if (sheet === undefined) throw new AppError('workbook/invalid', `the file has no sheet 「${name}」`);
  const [head = [], ...rows] = sheet.rows;
  const columns = new Map(head.map((title, i) => [title.split(/\s+/).at(-1) ?? '', i]));
  const missing = SHEETS[name].filter((title) => !columns.has(title.split(' ').at(-1) ?? ''));
  if (missing.length > 0)
    throw new AppError('workbook/invalid', `${name}!A1: there is no column ${missing.join(', ')}`);
  return rows.flatMap((cells, i): Row[] => {
    if (cells.every((cell) => cell === '')) return [];
    const text = (key: string): string => (cells[columns.get(key) ?? -1] ?? '').trim();
    const at = (key: string) => ({ sheet: name, row: i + 1, column: columns.get(key) ?? 0 });
    return [
      {
        text,
        texts: (...keys) => Object.fromEntries(keys.flatMap((key) => (text(key) === '' ? [] : [[key, text(key)]]))),
        mark: (places, path, key) => void places.set(path, at(key)),
        fault: (key, message) => cellFault(at(key), message),
      },
    ];
  });
}
