/** Whether the name of a file is one of the pattern: `*` stands for anything, `?` for one character, all else for itself. */
export function isNamed(pattern: string, name: string): boolean {
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p;
      mark = n;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      p = star + 1;
      mark += 1;
      n = mark;
    } else return false;
  }
  return pattern.slice(p).replaceAll('*', '') === '';
}
