import type { FilesLine } from '../../src/contract/acquire/files-config.ts';
import type { Acquired } from '../../src/core/acquired.ts';
import { scaled } from '../../src/core/scaled.ts';
import type { Instant } from '../../src/core/time.ts';
import { isAbsent, numberOf } from '../dialects/told.ts';
import { fieldsOf } from './fields-codec.ts';
import { fileTime } from './written-time-codec.ts';

/** How far a table is read: lines of its head that are still to come, and its columns when they are known. */
export interface TableState {
  readonly headLinesLeft: number;
  readonly columns: readonly string[] | null;
}

/** What a line gives. */
export interface LineRead {
  readonly next: TableState;
  readonly acquired: readonly Acquired[];
  /** Why it is not read, in words; null: it is, or says nothing. */
  readonly fault: string | null;
}

const TOA5_HEAD = 4;
const RAW_LENGTH = 60;

/** Before the first line. */
export const tableBegins = ({ format, skipLines, header }: FilesLine): TableState => ({
  headLinesLeft: format === 'toa5' ? TOA5_HEAD : skipLines + (header ? 1 : 0),
  columns: null,
});

/**
 * Reads one line after those before it. Total: a line that is no row is said to be none and spoils no other. A TOA5 head in
 * the middle, where a logger has a new program, begins the table anew.
 */
export function readLine(config: FilesLine, state: TableState, line: string, receivedAt: Instant): LineRead {
  const text = line.replace(/\r$/, '');
  const isToa5Head = config.format === 'toa5' && /^"?TOA5"?,/.test(text);
  if (isToa5Head) return { next: { headLinesLeft: TOA5_HEAD - 1, columns: null }, acquired: [], fault: null };
  if (state.headLinesLeft > 0) return readHead(config, state, text);
  if (text.trim() === '') return { next: state, acquired: [], fault: null };
  const fields = text.includes('\0') ? undefined : fieldsOf(text, delimiterOf(config));
  const refuse = (fault: string): LineRead => ({ next: state, acquired: [], fault });
  if (fields === undefined) return refuse('it is no line of a table');
  if (state.columns !== null && fields.length !== state.columns.length)
    return refuse(`it has ${String(fields.length)} columns, the head has ${String(state.columns.length)}`);
  const at = (name: string): string | undefined =>
    state.columns === null ? fields[Number(name) - 1] : fields[state.columns.indexOf(name)];
  const written = config.time.columns.map(at).join(' ');
  const observedAt = fileTime(written, config);
  if (observedAt === null) return refuse(`its time "${written.slice(0, RAW_LENGTH)}" is none`);
  const faults: string[] = [];
  const acquired = config.columns.flatMap((column): Acquired[] => {
    const raw = at(column.column);
    const value = raw === undefined ? undefined : valueOf(config, column, raw);
    if (value === undefined) {
      faults.push(
        `column ${column.column} is ${raw === undefined ? 'missing' : `no number: "${raw.slice(0, RAW_LENGTH)}"`}`,
      );
      return [];
    }
    return [{ sensorCode: column.sensor, observedAt, receivedAt, raw: raw?.slice(0, RAW_LENGTH), ...value }];
  });
  return { next: state, acquired, fault: faults.length === 0 ? null : faults.join('; ') };
}

const delimiterOf = ({ delimiter }: FilesLine): string => (delimiter === 'tab' ? '\t' : delimiter);

function readHead(config: FilesLine, { headLinesLeft, columns }: TableState, text: string): LineRead {
  const left = headLinesLeft - 1;
  // The names stand in the second line of TOA5, and in the last before the rows of others.
  const isNames = config.format === 'toa5' ? headLinesLeft === TOA5_HEAD - 1 : config.header && left === 0;
  if (config.format === 'toa5' && headLinesLeft === TOA5_HEAD)
    return {
      next: { headLinesLeft: TOA5_HEAD, columns: null },
      acquired: [],
      fault: 'it stands before a head of TOA5',
    };
  if (!isNames) return { next: { headLinesLeft: left, columns }, acquired: [], fault: null };
  const names = fieldsOf(text, delimiterOf(config)) ?? [];
  const wanted = [...config.time.columns, ...config.columns.map(({ column }) => column)];
  const missing = wanted.filter((name) => !names.includes(name));
  const fault = missing.length === 0 ? null : `its head has no column ${missing.join(', ').slice(0, 200)}`;
  return { next: { headLinesLeft: left, columns: names }, acquired: [], fault };
}

function valueOf(
  { decimal, missing }: FilesLine,
  factor: FilesLine['columns'][number],
  raw: string,
): Pick<Acquired, 'value' | 'quality' | 'why'> | undefined {
  if (isAbsent(raw) || missing.includes(raw)) return { value: null, quality: 'bad', why: 'not-a-number' };
  const number = numberOf(decimal === ',' ? raw.replace(',', '.') : raw);
  const value = number === undefined ? NaN : scaled(number, factor);
  return Number.isFinite(value) ? { value, quality: 'good' } : undefined;
}
