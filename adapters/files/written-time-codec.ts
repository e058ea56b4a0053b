import type { FilesLine } from '../../src/contract/acquire/files-config.ts';
import type { Instant } from '../../src/core/time.ts';
import { timeOf } from '../dialects/written-time.ts';

const DATE_AND_TIME = /^(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?[T ]+(\d{1,2}):(\d\d)(?::(\d\d(?:[.,]\d{1,9})?))?$/;
const ORDER = { ymd: [1, 2, 3], dmy: [3, 2, 1], mdy: [3, 1, 2] } as const;

/** The moment that is written, by a clock that is `utcOffset` ahead where it says no zone; null when it is none. */
export function fileTime(
  written: string,
  { time: { form }, utcOffset }: Pick<FilesLine, 'time' | 'utcOffset'>,
): Instant | null {
  if (form === 'iso') return timeOf('iso', written) ?? null;
  if (form === 'epoch-s' || form === 'epoch-ms')
    return /^\d{1,16}(?:\.\d{1,6})?$/.test(written) ? (timeOf(form, Number(written)) ?? null) : null;
  const parts = DATE_AND_TIME.exec(written);
  if (parts === null) return null;
  const [year, month, day] = ORDER[form].map((i) => parts[i] ?? '');
  if (year?.length !== 4) return null;
  const two = (text = ''): string => text.padStart(2, '0');
  // Loggers write the end of a day as its 24 o'clock.
  const isMidnight = parts[4] === '24' && parts[5] === '00' && Number(parts[6] ?? 0) === 0;
  const hour = isMidnight ? '00' : two(parts[4]);
  const at = timeOf(
    'iso',
    `${year}-${two(month)}-${two(day)}T${hour}:${parts[5] ?? ''}:${parts[6] ?? '00'}${utcOffset}`,
  );
  if (at === undefined) return null;
  return isMidnight ? (timeOf('epoch-ms', at + 86_400_000) ?? null) : at;
}
