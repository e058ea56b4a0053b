import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { FilesLine, sensorsOfFilesLine } from '../../src/contract/acquire/files-config.ts';

const samples = (parse(readFileSync('config/lines/files.yaml', 'utf8')) as { acquire: object[] }).acquire;

it('the samples are lines, and name what they report with its place', () => {
  const [campbell, weir] = samples.map((each) => FilesLine.parse(each));
  expect(campbell?.time).toEqual({ columns: ['TIMESTAMP'], form: 'ymd' });
  expect(weir && sensorsOfFilesLine(weir)).toEqual([
    { code: 'weir-head', device: null, path: ['columns', 0, 'sensor'] },
  ]);
});

it.each([
  ['a folder that is not whole', { folder: 'loggers' }, 'folder'],
  ['a pattern with a folder in it', { pattern: '../*.csv' }, 'pattern'],
  ['an encoding of nobody', { encoding: 'latin-1' }, 'encoding'],
  ['a decimal that is the delimiter', { delimiter: ',', decimal: ',' }, 'decimal'],
  ['no column', { columns: [] }, 'columns'],
  [
    'a column twice',
    {
      columns: [
        { column: 'a', sensor: 'a' },
        { column: 'a', sensor: 'b' },
      ],
    },
    'columns.1.column',
  ],
  ['the time as a value', { columns: [{ column: 'TIMESTAMP', sensor: 'a' }] }, 'columns.0.column'],
  [
    'a sensor twice',
    {
      columns: [
        { column: 'a', sensor: 'a' },
        { column: 'b', sensor: 'a' },
      ],
    },
    'columns.1.sensor',
  ],
  ['looking all the time', { everySeconds: 0 }, 'everySeconds'],
])('refuses %s', (_name, over, path) => {
  const { error } = FilesLine.safeParse({ ...samples[0], ...over });
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});
