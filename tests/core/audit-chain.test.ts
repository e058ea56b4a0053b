import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CHAIN_BEGIN, faultOfLink } from '../../src/core/audit-chain.ts';
import type { ChainFault, Digest, Link } from '../../src/core/audit-chain.ts';

const digest: Digest = (prev, text) =>
  createHash('sha256')
    .update(prev + text)
    .digest('hex');

function chainOf(texts: readonly string[]): Link[] {
  let { hash } = CHAIN_BEGIN;
  return texts.map((said, index) => {
    const prev = hash;
    const text = `${String(index + 1)} ${said}`;
    hash = digest(prev, text);
    return { id: index + 1, prev, hash, text };
  });
}

function firstFault(links: readonly Link[]): ChainFault | null {
  let end = CHAIN_BEGIN;
  for (const link of links) {
    const fault = faultOfLink(end, link, digest);
    if (fault !== null) return fault;
    end = link;
  }
  return null;
}

/** A chain, a place in it that has a row after it, and what else somebody writes. */
const chainAndPlace = fc
  .array(fc.string(), { minLength: 2, maxLength: 12 })
  .chain((texts) => fc.tuple(fc.constant(chainOf(texts)), fc.nat({ max: texts.length - 2 }), fc.string()));

const changedAt = (links: readonly Link[], index: number, change: (link: Link) => Partial<Link>): Link[] =>
  links.map((link, at) => (at === index ? { ...link, ...change(link) } : link));

const forAll = (check: (links: readonly Link[], index: number, other: string) => void): void => {
  fc.assert(
    fc.property(chainAndPlace, ([links, index, other]) => {
      check(links, index, other);
    }),
  );
};

it('a chain that nobody touched is whole', () => {
  forAll((links) => {
    expect(firstFault(links)).toBeNull();
  });
});

it('a row whose text was changed is named', () => {
  forAll((links, index, other) => {
    const broken = changedAt(links, index, ({ text }) => ({ text: `${text}!${other}` }));
    expect(firstFault(broken)).toEqual({ why: 'changed', id: index + 1 });
  });
});

it('a row whose hash was changed is named', () => {
  forAll((links, index, other) => {
    const broken = changedAt(links, index, ({ hash }) => ({ hash: digest(hash, other) }));
    expect(firstFault(broken)).toEqual({ why: 'changed', id: index + 1 });
  });
});

it('a row whose link was changed is named as that', () => {
  forAll((links, index, other) => {
    const broken = changedAt(links, index, ({ prev }) => ({ prev: digest(prev, other) }));
    expect(firstFault(broken)).toEqual({ why: 'link', id: index + 1 });
  });
});

it('a row that was written anew with a hash that fits is given away by the one after it', () => {
  forAll((links, index, other) => {
    const broken = changedAt(links, index, ({ prev, text }) => {
      const forged = `${text}!${other}`;
      return { text: forged, hash: digest(prev, forged) };
    });
    expect(firstFault(broken)).toEqual({ why: 'link', id: index + 2 });
  });
});

it('rows that were taken out are named, first and last', () => {
  fc.assert(
    fc.property(chainAndPlace, fc.nat({ max: 3 }), ([links, index], more) => {
      const upTo = Math.min(index + 1 + more, links.length - 1);
      const broken = links.filter(({ id }) => id <= index || id > upTo);
      expect(firstFault(broken)).toEqual({ why: 'missing', id: index + 1, upTo });
    }),
  );
});

it('a row that was put in between is named', () => {
  forAll((links, index, other) => {
    const { id, hash } = links[index] ?? CHAIN_BEGIN;
    const forged: Link = { id, prev: hash, text: other, hash: digest(hash, other) };
    const broken = links.toSpliced(index + 1, 0, forged);
    expect(firstFault(broken)).toEqual({ why: 'inserted', id });
  });
});

it('two rows that changed places with their numbers are named', () => {
  forAll((links, index) => {
    const [first, second] = [links[index], links[index + 1]];
    if (first === undefined || second === undefined) return;
    const broken = links.toSpliced(index, 2, { ...second, id: first.id }, { ...first, id: second.id });
    expect(firstFault(broken)).toMatchObject({ id: index + 1 });
  });
});

it('whoever rewrites everything from one row on is not seen here: the hash at the end is another', () => {
  forAll((links, index, other) => {
    const rewritten = chainOf(links.map(({ text }, at) => `${text}${at === index ? `!${other}` : ''}`));
    expect(firstFault(rewritten)).toBeNull();
    expect(rewritten.at(-1)?.hash).not.toBe(links.at(-1)?.hash);
  });
});
