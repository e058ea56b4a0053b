/** First and last byte, counted from 0. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The one stretch that a `range` header asks for, of something of this size (RFC 9110, 14.1.2); `null`: all of it is to be sent,
 * because none is asked for, several are, or one that cannot be had. A player of films asks for one after the other.
 */
export function stretchOf(header: string | undefined, size: number): Stretch | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/u.exec(header ?? '') ?? [];
  if (first === '')
    return last === '' || Number(last) === 0 ? null : { from: Math.max(0, size - Number(last)), to: size - 1 };
  const from = Number(first);
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from >= size || to < from ? null : { from, to };
}
