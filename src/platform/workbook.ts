import { strToU8, zipSync } from 'fflate';
import type { Zippable } from 'fflate';

/** What a cell holds; a text is shown as it is and never computed, whatever it begins with. */
export type Cell = string | number | boolean | null;

/** One sheet. Row 1 is shown as its head, and stays in view. */
export interface Sheet {
  /** 31 characters at most, without `[]:*?/\`. */
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
  /** Widths of columns, in characters; 16 by default. */
  readonly widths?: readonly number[];
}

const NAMESPACE = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const SHEET_NAME = /^[^[\]:*?/\\\p{Cc}]{1,31}$/u;
/** Years before 1980 are not known to a ZIP; the same content is the same file. */
const WRITTEN_AT = new Date('2000-01-01T00:00:00Z');
/** Style 0 is plain, 1 a head. */
const STYLES = `${HEAD}<styleSheet xmlns="${NAMESPACE}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

/**
 * An XLSX file (ECMA-376) of these sheets. Texts are inline strings, never formulas; those that a program might take for one
 * carry the mark of a quoted text besides, so that they stay texts when they are edited or saved as CSV.
 * Throws on a sheet's name that Excel would refuse.
 */
export function workbook(sheets: readonly Sheet[]): Uint8Array {
  for (const { name } of sheets) if (!SHEET_NAME.test(name)) throw new Error(`no name for a sheet: ${name}`);
  const numbered = sheets.map((sheet, i) => ({ ...sheet, number: String(i + 1) }));
  const files: Record<string, string> = {
    '[Content_Types].xml': `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>${numbered
      .map(
        ({ number }) =>
          `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
      )
      .join('')}</Types>`,
    '_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${NAMESPACE}" xmlns:r="${RELATIONS}"><sheets>${numbered
      .map(({ name, number }) => `<sheet name="${escaped(name)}" sheetId="${number}" r:id="rId${number}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${numbered
      .map(
        ({ number }) =>
          `<Relationship Id="rId${number}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${number}.xml"/>`,
      )
      .join('')}<Relationship Id="rIdStyles" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': STYLES,
    ...Object.fromEntries(
      numbered.map((sheet) => [`xl/worksheets/sheet${sheet.number}.xml`, `${HEAD}${sheetXml(sheet)}`]),
    ),
  };
  const zipped: Zippable = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, [strToU8(text), { mtime: WRITTEN_AT }]]),
  );
  return zipSync(zipped);
}

function sheetXml({ rows, widths = [] }: Sheet): string {
  const columns = Math.max(1, ...rows.map((row) => row.length));
  const cols = Array.from({ length: columns }, (_column, i) => {
    const number = String(i + 1);
    return `<col min="${number}" max="${number}" width="${String(widths[i] ?? 16)}" customWidth="1"/>`;
  }).join('');
  const body = rows
    .map((row, r) => `<row r="${String(r + 1)}">${row.map((cell, c) => cellXml(cell, r, c)).join('')}</row>`)
    .join('');
  return `<worksheet xmlns="${NAMESPACE}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${cols}</cols><sheetData>${body}</sheetData></worksheet>`;
}

function cellXml(cell: Cell, row: number, column: number): string {
  const at = `r="${cellName(row, column)}"`;
  const style = row === 0 ? ' s="1"' : '';
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  if (typeof cell === 'number') return `<c ${at}${style}><v>${String(cell)}</v></c>`;
  if (typeof cell === 'boolean') return `<c ${at}${style} t="b"><v>${cell ? '1' : '0'}</v></c>`;
  const quoted = row > 0 && /^[=+\-@\t\r]/.test(cell) ? ' s="2"' : style;
  return `<c ${at}${quoted} t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
}

/** `A1`: of the first row and the first column, which are 0. */
export function cellName(row: number, column: number): string {
  let letters = '';
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26))
    letters = String.fromCodePoint(65 + ((left - 1) % 26)) + letters;
  return `${letters}${String(row + 1)}`;
}

/** XML has no control characters but these three; 32,767 characters is what a cell takes. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .slice(0, 32_767)
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
