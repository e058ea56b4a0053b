import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { membersOf, rowsOfText } from '../../src/contract/member-sheet.ts';

const faultsOf = (text: string): readonly string[] =>
  membersOf(rowsOfText(text)).faults.map(
    ({ line, column, path: title, message }) => `${line}:${column} ${title} ${message}`,
  );

it('the sample list is one', () => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../config/evacuation/households.csv'), 'utf8');
  const { members, faults } = membersOf(rowsOfText(text));
  expect(faults).toEqual([]);
  expect(members.map(({ name, phones, persons }) => [name, phones.length, persons])).toEqual([
    ['李家', 2, 4],
    ['张家', 1, 2],
    ['赵家', 0, 1],
  ]);
  expect(members[1]?.note).toBe('老人行动不便, 需要抬');
});

describe('a list as people write it', () => {
  it('in any order of columns, with semicolons or tabs, a mark at its beginning, and rows of nothing', () => {
    const expected = [{ name: '李家', phones: ['+8610000000041'], place: '', persons: 3, note: '', marshal: null }];
    for (const between of [',', ';', '\t']) {
      const text = `\uFEFF人数${between}姓名${between}电话\r\n３${between}李家${between}+86 100 0000-0041\r\n${between}${between}\r\n`;
      expect(membersOf(rowsOfText(text))).toEqual({ members: expected, faults: [] });
    }
  });

  it('a number without a country code is of China', () => {
    const { members } = membersOf([
      ['name', 'phone'],
      ['a', '10000000041'],
      ['b', '0086 100 0000 0042、+861000000043'],
    ]);
    expect(members.map(({ phones }) => phones)).toEqual([['+8610000000041'], ['+8610000000042', '+861000000043']]);
  });

  it('quotes hold commas, line ends and quotes', () => {
    expect(rowsOfText('a,"b, ""c""\nd"\ne,f')).toEqual([
      ['a', 'b, "c"\nd'],
      ['e', 'f'],
    ]);
  });
});

describe('faults name row and column', () => {
  it.each([
    ['姓名,电话\n李家,12', ['2:2 电话 must be +, country code and number, digits only']],
    ['姓名,电话\n李家,100****41', ['2:2 电话 is masked: who may see telephone numbers has to write it in full']],
    ['电话\n+861000000041', ['1:1 姓名 is missing: the first row names the columns']],
    ['姓名,年龄\n李家,3', ['1:2 年龄 is no column of this list']],
    ['姓名,name\n李家,b', ['1:2 name stands above two columns']],
    ['姓名\n', ['2:1  nobody is listed']],
    ['姓名,负责人电话\n李家,+861000000041', ['2:2 负责人电话 has no name beside it']],
  ])('%s', (text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  it('all of them at once, and nobody is taken', () => {
    const text = '姓名,电话,人数\n,+861000000041,1\n张家,+861000000042,0\n赵家,+861000000043,x\n好,+861000000044,1';
    expect(faultsOf(text).map((fault) => fault.split(' ')[0])).toEqual(['2:1', '3:3', '4:3']);
    expect(membersOf(rowsOfText(text)).members).toEqual([]);
  });
});
