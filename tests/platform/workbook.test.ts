import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { readWorkbook } from '../../src/platform/read-workbook.ts';
import { cellName, workbook } from '../../src/platform/workbook.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tailwatch-workbook-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHEETS = [
  {
    name: '轮值',
    rows: [
      ['编号', '天数'],
      ['甲 & <乙> "丙"', 4.5],
      ['=HYPERLINK("http://a.example")', -1],
    ],
  },
  { name: '空', rows: [] },
  { name: '节假日', rows: [['a', 'b', 'c'], [null, ' spaced ', true], [], ['line\nbreak', '+861000000042', '😀']] },
];

test('what was written is read back', () => {
  expect(readWorkbook(workbook(SHEETS))).toEqual([
    {
      name: '轮值',
      rows: [
        ['编号', '天数'],
        ['甲 & <乙> "丙"', '4.5'],
        ['=HYPERLINK("http://a.example")', '-1'],
      ],
    },
    { name: '空', rows: [] },
    { name: '节假日', rows: [['a', 'b', 'c'], ['', 'spaced', 'true'], [], ['line\nbreak', '+861000000042', '😀']] },
  ]);
  expect(workbook(SHEETS)).toEqual(workbook(SHEETS));
});

test('columns are named as spreadsheets name them', () => {
  expect([cellName(0, 0), cellName(9, 25), cellName(0, 26), cellName(0, 701), cellName(0, 702)]).toEqual([
    'A1',
    'Z10',
    'AA1',
    'ZZ1',
    'AAA1',
  ]);
});

test('what looks like a formula is a quoted text, and no cell holds a formula', () => {
  const sheet = new TextDecoder().decode(unzipSync(workbook(SHEETS))['xl/worksheets/sheet1.xml']);
  expect(sheet).not.toContain('<f');
  expect(sheet).toContain('<c r="A3" s="2" t="inlineStr">');
});

/** A workbook of one part that differs. */
const forged = (part: string, text: string): Uint8Array => {
  const files = unzipSync(workbook([{ name: 'a', rows: [['1']] }]));
  return zipSync({ ...files, [part]: strToU8(text) });
};

describe('what is refused', () => {
  test.each([
    ['no ZIP', strToU8('name,duty\n')],
    ['a ZIP of something else', zipSync({ 'a.txt': strToU8('a') })],
    ['a bomb', zipSync({ 'xl/workbook.xml': new Uint8Array(20 * 1_024 * 1_024) }, { level: 9 })],
    ['entities', forged('xl/workbook.xml', '<!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>')],
    [
      'a cell at the end of the world',
      forged(
        'xl/worksheets/sheet1.xml',
        '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
      ),
    ],
    ['half a file', workbook(SHEETS).slice(0, 400)],
  ])('%s', (_name, bytes) => {
    expect(() => readWorkbook(bytes)).toThrow(expect.objectContaining({ code: 'workbook/invalid' }));
  });
});

/** A spreadsheet program that nobody here wrote. */
const python = (script: string): string => {
  const run = spawnSync('/usr/bin/python3', ['-c', script, folder], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  return run.stdout;
};
const lacksPeer = spawnSync('/usr/bin/python3', ['-c', 'import openpyxl']).status !== 0 && process.env['CI'] !== 'true';

describe.skipIf(lacksPeer)('against openpyxl', () => {
  test('it reads what we write, and sees no formula', () => {
    writeFileSync(path.join(folder, 'ours.xlsx'), workbook(SHEETS));
    const read = python(`
import json, openpyxl, sys
book = openpyxl.load_workbook(sys.argv[1] + '/ours.xlsx')
print(json.dumps([[s.title, [[c.value for c in r] for r in s.iter_rows()], [c.data_type for r in s.iter_rows() for c in r if c.value is not None]] for s in book]))`);
    expect(JSON.parse(read)).toEqual([
      [
        '轮值',
        [
          ['编号', '天数'],
          ['甲 & <乙> "丙"', 4.5],
          ['=HYPERLINK("http://a.example")', -1],
        ],
        ['s', 's', 's', 'n', 's', 'n'],
      ],
      ['空', [], []],
      [
        '节假日',
        [
          ['a', 'b', 'c'],
          [null, ' spaced ', true],
          [null, null, null],
          ['line\nbreak', '+861000000042', '😀'],
        ],
        ['s', 's', 's', 's', 'b', 's', 's', 's'],
      ],
    ]);
  });

  test('we read what it writes: shared texts, dates, times and numbers', () => {
    python(`
import datetime, openpyxl, sys
book = openpyxl.Workbook()
sheet = book.active
sheet.title = '节假日'
sheet.append(['日期', '时间', '值', '文'])
sheet.append([datetime.date(2026, 10, 1), datetime.time(8, 30), 12.5, '国庆 & <节>'])
sheet.append([datetime.datetime(2026, 10, 2, 7, 5), None, True, '国庆 & <节>'])
book.save(sys.argv[1] + '/theirs.xlsx')`);
    const bytes = spawnSync('cat', [path.join(folder, 'theirs.xlsx')]).stdout;
    expect(readWorkbook(bytes)).toEqual([
      {
        name: '节假日',
        rows: [
          ['日期', '时间', '值', '文'],
          ['2026-10-01', '08:30', '12.5', '国庆 & <节>'],
          ['2026-10-02 07:05', '', 'true', '国庆 & <节>'],
        ],
      },
    ]);
  });
});
