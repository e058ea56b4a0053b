import type { Member } from '../core/evacuation.ts';
import type { TextFault } from '../core/errors.ts';
import { MEMBERS_MAX, Member as MemberSchema } from './evacuation.ts';

/** Columns by what people write above them. */
const COLUMNS = {
  name: ['姓名', '户主', 'name'],
  phones: ['电话', '手机', '联系电话', 'phone', 'phones'],
  place: ['地点', '住址', '岗位', 'place'],
  persons: ['人数', 'persons'],
  note: ['备注', 'note'],
  marshal: ['负责人', '包保人', 'marshal'],
  marshalPhone: ['负责人电话', '包保人电话', 'marshal phone'],
} as const;
type Column = keyof typeof COLUMNS;

interface Sheet {
  readonly members: readonly Member[];
  readonly faults: readonly TextFault[];
}

/**
 * People of a list whose first row names the columns; every fault names row and column, both counted from 1. Rows without any
 * content are left out. Name is the only column that must be there.
 */
export function membersOf(rows: readonly (readonly string[])[]): Sheet {
  const [head = [], ...body] = rows;
  const faults: TextFault[] = [];
  const columns = new Map<Column, number>();
  for (const [i, title] of head.entries()) {
    const wanted = title.normalize('NFKC').trim().toLowerCase();
    if (wanted === '') continue;
    const column = (Object.keys(COLUMNS) as Column[]).find((key) =>
      (COLUMNS[key] as readonly string[]).includes(wanted),
    );
    if (column === undefined) faults.push(fault(1, i, title, 'is no column of this list'));
    else if (columns.has(column)) faults.push(fault(1, i, title, 'stands above two columns'));
    else columns.set(column, i);
  }
  if (!columns.has('name')) faults.push(fault(1, 0, COLUMNS.name[0], 'is missing: the first row names the columns'));
  if (faults.length > 0) return { members: [], faults };
  const filled = body
    .map((cells, i) => ({ cells, line: i + 2 }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  if (filled.length === 0) return { members: [], faults: [fault(2, 0, '', 'nobody is listed')] };
  if (filled.length > MEMBERS_MAX)
    return { members: [], faults: [fault(MEMBERS_MAX + 2, 0, '', `more than ${String(MEMBERS_MAX)} entries`)] };
  const members: Member[] = [];
  for (const { cells, line } of filled) {
    const cell = (column: Column): string => (cells[columns.get(column) ?? -1] ?? '').normalize('NFKC').trim();
    const place = (column: Column): number => columns.get(column) ?? 0;
    const marshal = cell('marshal');
    const marshalPhone = dialled(cell('marshalPhone'));
    if (marshal === '' && marshalPhone !== '')
      faults.push(fault(line, place('marshalPhone'), COLUMNS.marshalPhone[0], 'has no name beside it'));
    const parsed = MemberSchema.safeParse({
      name: cell('name'),
      phones: cell('phones')
        .split(/[/;,、，；\n]+/u)
        .map(dialled)
        .filter((phone) => phone !== ''),
      place: cell('place'),
      persons: cell('persons') === '' ? 1 : Number(cell('persons')),
      note: cell('note'),
      marshal: marshal === '' ? null : { name: marshal, phone: marshalPhone === '' ? null : marshalPhone },
    });
    if (parsed.success) members.push(parsed.data);
    for (const { path, message } of parsed.error?.issues ?? []) {
      const column = columnOf(path);
      faults.push(fault(line, place(column), COLUMNS[column][0], message));
    }
  }
  return { members: faults.length > 0 ? [] : members, faults };
}

const fault = (line: number, column: number, path: string, message: string): TextFault => ({
  line,
  column: column + 1,
  path,
  message,
});

const columnOf = ([first, second]: readonly PropertyKey[]): Column => {
  if (first === 'marshal') return second === 'phone' ? 'marshalPhone' : 'marshal';
  return Object.keys(COLUMNS).find((key): key is Column => key === first) ?? 'name';
};

/** A number as people write it; one without a country code is of China. What it cannot read it leaves as it is, to be refused. */
function dialled(written: string): string {
  const plain = written.replaceAll(/[\s()（）-]/gu, '');
  if (/^1\d{10}$/u.test(plain)) return `+86${plain}`;
  if (/^0[1-9]\d{8,10}$/u.test(plain)) return `+86${plain.slice(1)}`;
  return plain.replace(/^00(?=[1-9])/u, '+');
}

/** Cells of a text of comma, semicolon or tab separated values, quotes and line ends inside them as spreadsheets write them. */
export function rowsOfText(text: string): readonly (readonly string[])[] {
  const plain = text.replace(/^\uFEFF/u, '');
  const [first = ''] = plain.split(/\r?\n/u, 1);
  const between = [',', '\t', ';'].toSorted((a, b) => first.split(b).length - first.split(a).length)[0] ?? ',';
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < plain.length; i++) {
    const char = plain.charAt(i);
    if (quoted) {
      if (char !== '"') cell += char;
      else if (plain.charAt(i + 1) === '"') cell += plain.charAt(++i);
      else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === between || char === '\n') {
      rows.at(-1)?.push(cell.replace(/\r$/u, ''));
      cell = '';
      if (char === '\n') rows.push([]);
    } else cell += char;
  }
  rows.at(-1)?.push(cell.replace(/\r$/u, ''));
  return rows;
}

/** A list as `membersOf` reads it, to be changed as a text. */
export function textOfMembers(members: readonly Member[]): string {
  const cell = (text: string): string => (/[",\n\t;]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = members.map(({ name, phones, place, persons, note, marshal }) =>
    [name, phones.join('/'), place, String(persons), note, marshal?.name ?? '', marshal?.phone ?? '']
      .map(cell)
      .join(','),
  );
  return [
    Object.values(COLUMNS)
      .map(([title]) => title)
      .join(','),
    ...rows,
  ].join('\n');
}
