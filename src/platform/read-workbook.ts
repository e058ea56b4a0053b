import { XMLParser } from 'fast-xml-parser';
import { strFromU8, unzipSync } from 'fflate';
import { AppError } from '../core/errors.ts';

/** One sheet as it was read: texts of cells, without empty ones at the end of a row or of the sheet. */
export interface ReadSheet {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

/** A file is refused unread where it would unpack to more than this, whatever its own table of contents says. */
const BYTES_AT_MOST = 8 * 1_024 * 1_024;
const FILES_AT_MOST = 500;
const ROWS_AT_MOST = 20_000;
const COLUMNS_AT_MOST = 200;
/** Days from Excel's beginning of time to the Unix epoch. */
const EPOCH_DAYS = 25_569;

const LISTS = new Set(['sheet', 'Relationship', 'row', 'c', 'si', 'r', 'xf', 'numFmt']);
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  removeNSPrefix: true,
  // A bomb of entities is no workbook; the five of XML itself and numbers are decoded below.
  processEntities: false,
  isArray: (name) => LISTS.has(name),
});

type Xml = { readonly [key: string]: Xml | readonly Xml[] | string | undefined };

/**
 * The sheets of an XLSX file, in its order; numbers and dates as the texts `12.5` and `2026-07-01`, a time of day `08:00`.
 * A formula is read as the value that was stored with it. Nothing is fetched, and nothing unpacks beyond 8 MiB.
 * Throws AppError `workbook/invalid`.
 */
export function readWorkbook(bytes: Uint8Array): readonly ReadSheet[] {
  const files = unpacked(bytes);
  const book = xmlOf(files, 'xl/workbook.xml');
  const targets = new Map(
    listOf(nodeOf(xmlOf(files, 'xl/_rels/workbook.xml.rels'), 'Relationships'), 'Relationship').map((each) => [
      attribute(each, 'Id'),
      attribute(each, 'Target'),
    ]),
  );
  const shared = files.has('xl/sharedStrings.xml')
    ? listOf(nodeOf(xmlOf(files, 'xl/sharedStrings.xml'), 'sst'), 'si').map(textOf)
    : [];
  const styles = files.has('xl/styles.xml') ? formatsOf(nodeOf(xmlOf(files, 'xl/styles.xml'), 'styleSheet')) : [];
  return listOf(nodeOf(nodeOf(book, 'workbook'), 'sheets'), 'sheet').map((sheet) => {
    const target = targets.get(attribute(sheet, 'id')) ?? '';
    const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
    const name = decoded(attribute(sheet, 'name'));
    return { name, rows: rowsOf(nodeOf(nodeOf(xmlOf(files, path), 'worksheet'), 'sheetData'), name, shared, styles) };
  });
}

const invalid = (message: string, cause?: unknown): AppError =>
  new AppError('workbook/invalid', message, cause === undefined ? {} : { cause });

function unpacked(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  let [total, count] = [0, 0];
  try {
    const files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        total += originalSize;
        count += 1;
        if (total > BYTES_AT_MOST || count > FILES_AT_MOST) throw invalid('the file unpacks to too much');
        return /\.(xml|rels)$/.test(name);
      },
    });
    return new Map(Object.entries(files));
  } catch (error) {
    throw error instanceof AppError ? error : invalid('this is no XLSX file', error);
  }
}

function xmlOf(files: ReadonlyMap<string, Uint8Array>, path: string): Xml {
  const file = files.get(path);
  if (file === undefined) throw invalid(`this is no XLSX file: it has no ${path}`);
  const text = strFromU8(file);
  if (text.includes('<!DOCTYPE')) throw invalid(`${path} declares a document type, which no XLSX file does`);
  try {
    return parser.parse(text) as Xml;
  } catch (error) {
    throw invalid(`${path} is no XML`, error);
  }
}

const isNode = (value: unknown): value is Xml => typeof value === 'object' && value !== null && !Array.isArray(value);
const nodeOf = (xml: Xml, name: string): Xml => {
  const value = xml[name];
  return isNode(value) ? value : {};
};
const listOf = (xml: Xml, name: string): readonly Xml[] => {
  const value = xml[name];
  return Array.isArray(value)
    ? (value as readonly unknown[]).map((each) => (isNode(each) ? each : { '#text': String(each) }))
    : [];
};
const attribute = (xml: Xml, name: string): string => {
  const value = xml[`@${name}`];
  return typeof value === 'string' ? value : '';
};
const plain = (value: unknown): string =>
  typeof value === 'string' ? value : isNode(value) ? plain(value['#text'] ?? '') : '';

/** Of a string that may be in pieces of different looks. */
const textOf = (xml: Xml): string => {
  const runs = listOf(xml, 'r');
  return decoded(runs.length > 0 ? runs.map((run) => plain(run['t'])).join('') : plain(xml['t']));
};

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decoded = (text: string): string =>
  text.replaceAll(
    /&(?:#(\d{1,7})|#x([\dA-Fa-f]{1,6})|(amp|lt|gt|quot|apos));/g,
    (whole, dec?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? whole;
      const point = dec === undefined ? Number.parseInt(hex ?? '', 16) : Number(dec);
      return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : '\uFFFD';
    },
  );

/** What a number stands for, by the format of its cell. */
type Format = 'number' | 'date' | 'time' | 'date-time';

function formatsOf(styles: Xml): readonly Format[] {
  const own = new Map(
    listOf(nodeOf(styles, 'numFmts'), 'numFmt').map((each) => [
      attribute(each, 'numFmtId'),
      attribute(each, 'formatCode'),
    ]),
  );
  return listOf(nodeOf(styles, 'cellXfs'), 'xf').map((xf) => {
    const id = attribute(xf, 'numFmtId');
    const code = (own.get(id) ?? '').toLowerCase().replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, '');
    const [hasDay, hasTime] = [/[yd]/.test(code), /[hs]/.test(code)];
    if (id === '22' || (hasDay && hasTime)) return 'date-time';
    if (hasDay || (Number(id) >= 14 && Number(id) <= 17)) return 'date';
    return hasTime || (Number(id) >= 18 && Number(id) <= 21) ? 'time' : 'number';
  });
}

function rowsOf(data: Xml, sheet: string, shared: readonly string[], formats: readonly Format[]): string[][] {
  const rows: string[][] = [];
  let next = 0;
  for (const row of listOf(data, 'row')) {
    const at = attribute(row, 'r') === '' ? next : Number(attribute(row, 'r')) - 1;
    next = at + 1;
    const cells: string[] = [];
    let nextColumn = 0;
    for (const cell of listOf(row, 'c')) {
      const column = attribute(cell, 'r') === '' ? nextColumn : columnOf(attribute(cell, 'r'));
      nextColumn = column + 1;
      const text = valueOf(cell, shared, formats);
      if (text === '') continue;
      if (!(at >= 0 && at < ROWS_AT_MOST && column < COLUMNS_AT_MOST))
        throw invalid(
          `${sheet}: there is something beyond row ${String(ROWS_AT_MOST)} or column ${String(COLUMNS_AT_MOST)}`,
        );
      while (cells.length < column) cells.push('');
      cells[column] = text;
    }
    if (cells.length === 0) continue;
    while (rows.length < at) rows.push([]);
    rows[at] = cells;
  }
  return rows;
}

/** The place of a cell's column, from its name; -1 where the name has none. */
function columnOf(name: string): number {
  const letters = /^[A-Z]{0,3}/.exec(name)?.[0] ?? '';
  return Array.from(letters).reduce((sum, letter) => sum * 26 + (letter.codePointAt(0) ?? 64) - 64, 0) - 1;
}

function valueOf(cell: Xml, shared: readonly string[], formats: readonly Format[]): string {
  const value = plain(cell['v']);
  switch (attribute(cell, 't')) {
    case 'inlineStr':
      return textOf(nodeOf(cell, 'is')).trim();
    case 's':
      return (shared[Number(value)] ?? '').trim();
    case 'str':
      return decoded(value).trim();
    case 'b':
      return value === '1' ? 'true' : 'false';
    case 'e':
      return value;
    default:
      return value === '' ? '' : numberText(Number(value), formats[Number(attribute(cell, 's'))] ?? 'number');
  }
}

function numberText(value: number, format: Format): string {
  if (!Number.isFinite(value)) return '';
  if (format === 'number') return String(value);
  const ms = Math.round((value - EPOCH_DAYS) * 86_400) * 1_000;
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) return String(value);
  const [day, time] = [at.toISOString().slice(0, 10), at.toISOString().slice(11, 16)];
  return format === 'date' ? day : format === 'time' ? time : `${day} ${time}`;
}
