import type { Fault } from './fault.ts';
import type { SourceText } from './source.ts';

const LINK = /\]\(([^)\s]+)\)/g;

/** Links of Markdown files that lead to no file of the tree, or to no heading of it. */
export function linkFaults(texts: readonly SourceText[], exists: (path: string) => boolean): Fault[] {
  const byPath = new Map(texts.map((text) => [text.path, text]));
  const breachOf = (from: string, link: string): string | null => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? from : resolve(from, file);
    if (!exists(target)) return `leads to ${target}, which is not there`;
    const page = byPath.get(target);
    if (anchor === undefined || page === undefined || headings(page.text).has(anchor)) return null;
    return `leads to #${anchor}, which is no heading of ${target}`;
  };
  return texts
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      withoutCode(text)
        .split('\n')
        .flatMap((content, index) =>
          [...content.matchAll(LINK)].flatMap(([, link = '']) => {
            if (/^[a-z]+:/.test(link)) return [];
            const message = breachOf(path, link);
            return message === null ? [] : [{ rule: 'docs-links-resolve', path, line: index + 1, message }];
          }),
        ),
    );
}

/** Code blocks are left out; their line breaks stay, so that lines keep their numbers. */
const withoutCode = (text: string): string =>
  text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, '')).replace(/`[^`\n]*`/g, '');

/** The anchors that GitHub makes of the headings. */
const headings = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
      heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

function resolve(from: string, link: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of link.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
