import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import pdfmake from 'pdfmake';
import type { Content } from 'pdfmake';
import { unpackedFont } from './unpacked-font.ts';

declare module 'pdfmake' {
  /** Missing in the types of the package: files that exist in memory only. */
  export const virtualfs: { writeFileSync(name: string, content: Buffer): void };
}

const FONT = '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff';
const FILE = 'noto-sans-sc.otf';

/** One part of a printed report: a heading, and lines or a table whose first row is its head. */
export interface Part {
  readonly heading: string;
  readonly lines?: readonly string[];
  readonly table?: {
    readonly widths: readonly (number | '*' | 'auto')[];
    readonly rows: readonly (readonly string[])[];
  };
}

export interface Printed {
  readonly title: string;
  /** At the foot of each page, before its number. */
  readonly foot: string;
  readonly parts: readonly Part[];
}

let prepared: Promise<void> | undefined;

/** The font is unpacked once: a page is laid out in half a second with it, and in half a minute without. */
async function prepare(): Promise<void> {
  const packed = await readFile(createRequire(import.meta.url).resolve(FONT));
  pdfmake.virtualfs.writeFileSync(FILE, unpackedFont(packed));
  pdfmake.setFonts({ Noto: { normal: FILE } });
  // Nothing that is printed names a file or an address.
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy(() => false);
}

/** A PDF in A4 with Chinese and Latin letters embedded. */
export async function printed({ title, foot, parts }: Printed): Promise<Buffer> {
  await (prepared ??= prepare());
  const content: Content[] = [{ text: title, fontSize: 16, margin: [0, 0, 0, 8] }, ...parts.flatMap(contentOf)];
  return pdfmake
    .createPdf({
      info: { title },
      pageSize: 'A4',
      pageMargins: [36, 36, 36, 48],
      defaultStyle: { font: 'Noto', fontSize: 9 },
      content,
      footer: (page: number, pages: number) => ({
        text: `${foot}    ${String(page)} / ${String(pages)}`,
        margin: [36, 12, 36, 0],
        fontSize: 8,
        color: '#555555',
      }),
    })
    .getBuffer();
}

const contentOf = ({ heading, lines = [], table }: Part): Content[] => [
  { text: heading, fontSize: 12, margin: [0, 10, 0, 4] },
  ...lines.map((text): Content => ({ text, margin: [0, 0, 0, 2] })),
  ...(table === undefined || table.rows.length < 2
    ? []
    : [
        {
          table: { headerRows: 1, widths: [...table.widths], body: table.rows.map((row) => [...row]) },
          layout: 'lightHorizontalLines',
          fontSize: 8,
        },
      ]),
];
