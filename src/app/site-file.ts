import { LineCounter, isCollection, isPair, parseDocument, stringify } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { withDefaultLadders } from '../contract/default-ladders.ts';
import { SiteConfig } from '../contract/site-config.ts';
import { AppError } from '../core/errors.ts';
import type { TextFault } from '../core/errors.ts';

type Path = readonly PropertyKey[];

/** Something wrong with a site, where in its structure, and in words that finish the sentence "this …". */
export interface SiteFileFault {
  readonly path: Path;
  readonly message: string;
}

/** A site read from YAML, and a way to say more about places in the text. */
export interface SiteFile {
  readonly config: SiteConfig;
  /** The error that lists these faults with their lines. */
  readonly reject: (faults: readonly SiteFileFault[]) => AppError;
}

/**
 * Reads a site from YAML text.
 * @param name how the text is called in faults: the file as the user wrote it.
 * @throws AppError `config/invalid` listing every fault, one a line: `<name>:12:7 rules[0].limits.red: must be above orange`.
 */
export function parseSiteFile(text: string, name: string): SiteFile {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const located = (fault: SiteFileFault): TextFault => ({
    ...place(offsetOf(doc, fault.path)),
    path: written(fault.path),
    message: fault.message,
  });

  const inText = [...doc.errors, ...doc.warnings].map(({ pos, message, code }) => ({
    ...place(pos[0]),
    path: '',
    message: IN_TEXT[code] ?? message,
  }));
  // A text that is not YAML has no structure to find more faults in; a doubled key still has.
  if (doc.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) throw invalid(name, inText);

  const parsed = SiteConfig.safeParse(withDefaultLadders(valueOf(doc, name)), { reportInput: true });
  const inMeaning = parsed.success ? [] : parsed.error.issues.flatMap(faultsOf).map(located);
  if (!parsed.success || inText.length > 0) throw invalid(name, [...inText, ...inMeaning]);
  return { config: parsed.data, reject: (faults) => invalid(name, faults.map(located)) };
}

/** The YAML of a site; reading it gives the same site. Comments are not part of a site and are not kept. */
export const formatSiteFile = (config: SiteConfig): string => stringify(config, { lineWidth: 120 });

const IN_TEXT: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key is written twice',
  MULTIPLE_DOCS: 'a file holds one site',
};

function valueOf(doc: Document, name: string): unknown {
  try {
    return doc.toJS();
  } catch (cause) {
    // An alias without its anchor, or aliases that would unfold without end.
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new AppError('config/invalid', `${name}: ${cause.message}`, { cause });
  }
}

function invalid(name: string, found: readonly TextFault[]): AppError {
  const inOrder = found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const byLine = new Map(inOrder.map((fault) => [lineOf(name, fault), fault]));
  const faults = [...byLine.values()];
  return new AppError('config/invalid', [...byLine.keys()].join('\n'), { facts: { faults: found.length }, faults });
}

const lineOf = (name: string, { line, column, path, message }: TextFault): string =>
  `${name}:${String(line)}:${String(column)} ${path === '' ? '' : `${path}: `}${message}`;

function faultsOf(issue: z.core.$ZodIssue): SiteFileFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not a known key here' }));
  }
  if (issue.code === 'invalid_union') {
    // Where only one of the ways to write it is of the right kind, that one tells what is wrong.
    const ways = issue.errors.filter(
      (way) => !way.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
    );
    const [way] = ways;
    if (ways.length === 1 && way !== undefined)
      return way.flatMap((inner) => faultsOf({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  return [{ path: issue.path, message: inWords(issue) }];
}

function inWords(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value'))
    return 'is missing';
  if (issue.code === 'invalid_type') {
    // +86… and 2026 are numbers to YAML.
    const quotes = issue.expected === 'string' && typeof issue.input === 'number' ? ': put it in quotes' : '';
    return `must be ${ARTICLED[issue.expected] ?? issue.expected}${quotes}`;
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_union') return 'is not one of the values that are known here';
  if (issue.code === 'too_small' || issue.code === 'too_big') return sizeInWords(issue);
  if (issue.code === 'invalid_format' && issue.format === 'date') return 'must be a day that exists, as 2024-05-31';
  return issue.message.replace(/^Invalid input: /, '');
}

/** A number, the length of a text or of a list that is out of its bounds. */
function sizeInWords(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const [bound, least] =
    issue.code === 'too_small' ? [Number(issue.minimum), true] : ([Number(issue.maximum), false] as const);
  const inclusive = issue.inclusive !== false;
  const counted = COUNTED[issue.origin];
  if (counted === undefined) {
    const than = least ? ['must be above', 'must be at least'] : ['must be below', 'must be at most'];
    return `${than[Number(inclusive)] ?? ''} ${String(bound)}`;
  }
  if (least && bound === 1) return 'must not be empty';
  return `must have ${least ? 'at least' : 'at most'} ${String(bound)} ${counted}`;
}

const COUNTED: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

const ARTICLED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
};

/** `rules[0].limits.red`; the whole file for an empty path. */
const written = (path: Path): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${String(key)}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('') ||
  'file';

/** Where a fault is shown: at its key, or where that is missing at the nearest thing around it. */
function offsetOf(doc: Document, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = doc.getIn(path.slice(0, length - 1), true);
    if (!isCollection(parent)) continue;
    const last = path[length - 1];
    const item: unknown =
      typeof last === 'number'
        ? parent.items[last]
        : parent.items.find((pair) => isPair(pair) && String(pair.key) === last);
    const node: unknown = isPair(item) ? item.key : item;
    const range = (node as { range?: [number, number, number] | null } | undefined)?.range;
    if (range) return range[0];
  }
  return doc.contents?.range?.[0] ?? 0;
}
