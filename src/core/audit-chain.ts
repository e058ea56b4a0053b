/** One row of the audit as a link of its chain. Hashes in hexadecimal, small letters. */
export interface Link {
  readonly id: number;
  /** What it says that the hash of the row before it was. */
  readonly prev: string;
  readonly hash: string;
  /** Everything that was recorded, its number included. */
  readonly text: string;
}

/** How far a chain has been followed. */
export type ChainEnd = Pick<Link, 'id' | 'hash'>;

/** Where every chain begins: what the first row follows. */
export const CHAIN_BEGIN: ChainEnd = { id: 0, hash: '0'.repeat(64) };

/** The hash of a row: of the hash before it and of its text. */
export type Digest = (prev: string, text: string) => string;

/**
 * What is wrong with a link.
 * `missing`: the rows from `id` to `upTo` are not there. `inserted`: a row stands where its number cannot.
 * `changed`: the row is not what its hash was made of.
 * `link`: the row is whole, but follows another row than the one before it, so one of the two was put there later.
 */
export type ChainFault =
  | { readonly why: 'missing'; readonly id: number; readonly upTo: number }
  | { readonly why: 'inserted' | 'changed' | 'link'; readonly id: number };

/**
 * Whether `link` follows `end`: null, or what is wrong. Whoever rewrites all rows from one on to the newest makes a chain
 * that is whole again: only a root that was kept elsewhere tells.
 */
export function faultOfLink(end: ChainEnd, { id, prev, hash, text }: Link, digest: Digest): ChainFault | null {
  if (id <= end.id) return { why: 'inserted', id };
  if (id > end.id + 1) return { why: 'missing', id: end.id + 1, upTo: id - 1 };
  if (prev === end.hash) return digest(prev, text) === hash ? null : { why: 'changed', id };
  const isWhole = digest(prev, text) === hash || digest(end.hash, text) === hash;
  return { why: isWhole ? 'link' : 'changed', id };
}
