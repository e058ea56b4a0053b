import { expect, test } from 'vitest';
import { planInWorkbook, rosterWorkbook } from '../../src/app/roster-workbook.ts';
import type { RosterPlan, RosterView } from '../../src/contract/roster.ts';
import { readWorkbook } from '../../src/platform/read-workbook.ts';
import { workbook } from '../../src/platform/workbook.ts';

const PLAN: RosterPlan = {
  rotations: [
    {
      id: 'officers',
      name: '带班领导',
      duty: 'duty-officer',
      pattern: { kind: 'on-off', on: 7, off: 7 },
      handOver: '08:00',
      until: '20:00',
      firstDay: '2026-07-01',
      turns: [['li', 'chen'], ['wang']],
      holidayTurns: [['chen']],
    },
    {
      id: 'room',
      name: '=调度室',
      duty: 'control-room',
      pattern: { kind: 'daily' },
      handOver: '00:00',
      firstDay: '2026-07-01',
      lastDay: '2026-12-31',
      turns: [['zhao']],
    },
  ],
  holidays: [{ date: '2026-10-01', name: '国庆节' }],
  accounts: { li: 'li.lei' },
  responsible: 'li',
};
const VIEW: RosterView = {
  version: 3,
  changedBy: 'chief',
  changedAt: 0,
  people: ['li', 'wang'].map((contactId) => ({
    contactId,
    name: { zh: `${contactId}名`, en: contactId },
    duty: 'duty-officer',
    own: false,
  })),
  duties: ['duty-officer'],
  unrostered: [],
  plan: PLAN,
  overrides: [],
  absences: [],
  swaps: [],
  now: [],
  shifts: [{ rotationId: 'officers', duty: 'duty-officer', contactId: 'li', because: 'turn', from: 0, to: 3_600_000 }],
  gaps: [],
  yearsWithoutHolidays: [],
};

test('what was exported is imported as it was', () => {
  expect(planInWorkbook(rosterWorkbook(VIEW, 'Asia/Shanghai'), PLAN)).toEqual(PLAN);
});

test('the shifts are there to be read, in the wall time of the site', () => {
  const sheet = readWorkbook(rosterWorkbook(VIEW, 'Asia/Shanghai')).find(({ name }) => name === '班表');
  expect(sheet?.rows[1]).toEqual(['1970-01-01 08:00', '1970-01-01 09:00', '带班领导', 'li名', 'turn']);
});

/** The exported file with one cell changed. */
const changed = (name: string, row: number, column: number, value: string): Uint8Array =>
  workbook(
    readWorkbook(rosterWorkbook(VIEW, 'Asia/Shanghai')).map((sheet) => ({
      name: sheet.name,
      rows: sheet.rows.map((cells, r) =>
        sheet.name === name && r === row ? Object.assign([...cells], { [column]: value }) : cells,
      ),
    })),
  );

test.each([
  ['轮值', 1, 6, '8 o’clock', '轮值!G2'],
  ['轮值', 2, 8, '2026-02-30', '轮值!I3'],
  ['轮值', 1, 4, 'x', '轮值!E2'],
  ['轮值', 1, 3, 'hourly', '轮值!D2'],
  ['轮次', 1, 0, 'nobody', '轮次!A2'],
  ['节假日', 1, 0, 'tomorrow', '节假日!A2'],
])('a fault in %s is told with its cell', (sheet, row, column, value, cell) => {
  expect(() => planInWorkbook(changed(sheet, row, column, value), PLAN)).toThrow(
    expect.objectContaining({
      code: 'workbook/invalid',
      faults: expect.arrayContaining([expect.objectContaining({ path: cell, line: row + 1, column: column + 1 })]),
    }),
  );
});

test('a file without a sheet or a column says which', () => {
  expect(() => planInWorkbook(workbook([{ name: '轮值', rows: [] }]), PLAN)).toThrow('轮值!A1');
  expect(() => planInWorkbook(workbook([]), PLAN)).toThrow('轮值');
});
