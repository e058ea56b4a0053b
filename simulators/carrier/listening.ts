const CHINESE_DIGITS = '零一二三四五六七八九';

/** The key a person who listened would press: `请按 7 确认`, `按七`, `press 7`. Null when no key was named. */
export function keyAskedFor(spoken: string): string | null {
  const named = /(?:按下?|press)(?:数字)?(?:按?键)?\s*[「“"']?([0-9零一二三四五六七八九])/iu.exec(
    asciiDigits(spoken),
  )?.[1];
  if (named === undefined) return null;
  const chinese = CHINESE_DIGITS.indexOf(named);
  return chinese < 0 ? named : String(chinese);
}

/** Any key but the one that was asked for. */
export function wrongKey(spoken: string): string {
  return String((Number(keyAskedFor(spoken) ?? '0') + 1) % 10);
}

/** The code a person who read the message would send back: `回复 1234`, `reply 1234`. Null when none was named. */
export const codeAskedFor = (text: string): string | null =>
  /(?:回复|reply)[^0-9]{0,12}([0-9]{1,10})/iu.exec(asciiDigits(text))?.[1] ?? null;

const asciiDigits = (text: string): string =>
  text.replace(/[０-９]/gu, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
