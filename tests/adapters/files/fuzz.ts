import fc from 'fast-check';
import { expect } from 'vitest';
import { fieldsOf } from '../../../adapters/files/fields-codec.ts';
import { isNamed } from '../../../adapters/files/name-plan.ts';
import { readPiece } from '../../../adapters/files/piece-decode.ts';
import { tableBegins } from '../../../adapters/files/table-decode.ts';
import { FilesLine } from '../../../src/contract/acquire/files-config.ts';
import { instant } from '../../../src/core/time.ts';

const FORMS = ['ymd', 'dmy', 'mdy', 'iso', 'epoch-s', 'epoch-ms'] as const;
const config = fc.constantFrom(
  ...FORMS.flatMap((form, i) =>
    (['csv', 'toa5'] as const).map((format) =>
      FilesLine.parse({
        name: 'a',
        protocol: 'files',
        folder: '/a',
        pattern: '*',
        format,
        encoding: i % 2 === 0 ? 'utf-8' : 'gbk',
        delimiter: ([',', ';', 'tab'] as const)[i % 3],
        header: i % 4 !== 3,
        time: { columns: i % 4 === 3 ? ['1'] : ['t'], form },
        columns: [
          { column: 'v', sensor: 'level', scale: 1e300 },
          { column: '2', sensor: 'other' },
        ],
      }),
    ),
  ),
);
const field = fc.oneof(
  fc.constantFrom(
    '2026-03-14 14:00:00',
    '2026-03-14T14:00:00Z',
    '14.03.2026 14:00',
    '1782892798',
    '1782892798000',
    'NAN',
    '',
    '1.5',
    '"',
    '1e999',
    't',
    'v',
    '"TOA5"',
    '-',
  ),
  fc.string(),
  fc.double().map(String),
);
const line = fc.oneof(
  fc.constantFrom('t,v,2', '"TOA5","x"', '"t","v"'),
  fc.tuple(fc.array(field, { maxLength: 5 }), fc.constantFrom(',', ';', '\t')).map(([parts, by]) => parts.join(by)),
);
const bytes = fc.oneof(
  fc.array(line, { maxLength: 12 }).map((lines) => new TextEncoder().encode(lines.join('\n'))),
  fc.uint8Array({ maxLength: 400 }),
);

/** Any bytes, in one piece or two: the same rows, finite values or none, and what is left is less than a line. */
export function holdFilesTotal(numRuns: number): void {
  const receivedAt = instant(Date.UTC(2026, 2, 14, 6));
  fc.assert(
    fc.property(config, bytes, fc.nat({ max: 400 }), (line_, all, cut) => {
      const begin = tableBegins(line_);
      const piece = (from: number, part: Uint8Array, state = begin) =>
        readPiece(line_, state, { bytes: part, from, receivedAt, takeRest: false });
      const whole = piece(0, all);
      for (const { value, quality, observedAt } of whole.acquired) {
        expect(value === null ? quality === 'bad' : Number.isFinite(value)).toBe(true);
        expect(Number.isSafeInteger(observedAt)).toBe(true);
      }
      const first = piece(0, all.subarray(0, cut));
      const second = piece(first.taken, all.subarray(first.taken), first.next);
      expect([...first.acquired, ...second.acquired]).toEqual(whole.acquired);
      expect(first.taken + second.taken).toBe(whole.taken);
      expect(all.subarray(whole.taken).includes(10)).toBe(false);
    }),
    { numRuns },
  );
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (fields) => {
      const line_ = fields.map((each) => `"${each.replaceAll('"', '""')}"`).join(',');
      expect(fieldsOf(line_, ',')).toEqual(fields);
    }),
    { numRuns: Math.ceil(numRuns / 10) },
  );
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '*', '?') }),
      fc.string({ unit: fc.constantFrom('a', 'b') }),
      (pattern, name) => {
        const source = pattern.replaceAll('?', '.').replaceAll(/\*+/g, '.*');
        expect(isNamed(pattern, name)).toBe(new RegExp(`^${source}$`).test(name));
      },
    ),
    { numRuns: Math.ceil(numRuns / 10) },
  );
}
