import type { Fault } from './fault.ts';
import type { SourceText } from './source.ts';

/** Home and workspace folders: such a path is true on one machine only, and often names its owner. */
const MACHINE_PATH = /(?<![\w.:/~-])(?:\/(?:home|Users|root|work|workspace|builds|tmp)\/[\w.-]+|[A-Z]:\\Users\\\w+)/g;

/** International numbers, and Chinese mobile numbers as they are written at home. */
const PHONE = /\+\d{7,15}(?!\d)|(?<![\d.+])1[3-9]\d{9}(?![\d.])/g;

/** Nobody has these: +86 100 … is no Chinese mobile prefix. The only numbers that stand in this tree. */
const RESERVED_PHONE = /^\+8610{5,8}\d{2,3}$/;

/** Paths of somebody's machine, in any text of the tree. */
export const machinePathFaults = (texts: readonly SourceText[]): Fault[] =>
  matches(texts, MACHINE_PATH, () => true, 'no-paths-of-one-machine', 'stands only on one machine');

/** Telephone numbers that somebody could have. */
export const phoneFaults = (texts: readonly SourceText[]): Fault[] =>
  matches(
    texts,
    PHONE,
    (number) => !RESERVED_PHONE.test(number),
    'no-real-telephone-numbers',
    'may be somebody’s: use the reserved +86 100 0000 00xx',
  );

function matches(
  texts: readonly SourceText[],
  pattern: RegExp,
  counts: (found: string) => boolean,
  rule: string,
  message: string,
): Fault[] {
  return texts.flatMap(({ path, text }) =>
    text.split('\n').flatMap((content, index) =>
      [...content.matchAll(pattern)]
        .map(([found]) => found)
        .filter(counts)
        .map((found) => ({ rule, path, line: index + 1, message: `${found} ${message}` })),
    ),
  );
}
