import type { Instant } from '../../src/core/time.ts';
import type { RosterContent, Swap, Word } from './roster.ts';

/** Why a swap is not taken. */
export type SwapRefusal = 'not-found' | 'not-open' | 'not-yours' | 'unknown-rotation' | 'not-in-rotation' | 'over';

type Swapped = { readonly content: RosterContent } | { readonly refused: SwapRefusal };

/** What is asked: it changes nothing until the other agrees. */
export function askSwap(content: RosterContent, swap: Swap, at: Instant): Swapped {
  const rotation = content.rotations.find(({ id }) => id === swap.rotationId);
  if (rotation === undefined) return { refused: 'unknown-rotation' };
  const members = [...rotation.turns, ...(rotation.holidayTurns ?? [])].flat();
  const both = [swap.asker, swap.other];
  if (swap.asker === swap.other || !both.every((one) => members.includes(one))) return { refused: 'not-in-rotation' };
  const spans = [swap.gives, ...(swap.takes === undefined ? [] : [swap.takes])];
  if (spans.some(({ from, to }) => to <= at || to <= from)) return { refused: 'over' };
  return { content: { ...content, swaps: [...content.swaps, swap] } };
}

interface SwapAnswer {
  readonly swapId: string;
  readonly word: 'agreed' | 'refused' | 'withdrawn';
  /** Contacts that whoever answers signs in as. */
  readonly as: readonly string[];
  readonly said: Word;
}

/** Only the other one agrees or refuses, only the asker withdraws, and only while it is open and not all of it over. */
export function answerSwap(content: RosterContent, { swapId, word, as, said }: SwapAnswer): Swapped {
  const swap = content.swaps.find(({ id }) => id === swapId);
  if (swap === undefined) return { refused: 'not-found' };
  if (!as.includes(word === 'withdrawn' ? swap.asker : swap.other)) return { refused: 'not-yours' };
  if (swap.answer !== undefined) return { refused: 'not-open' };
  if (word === 'agreed' && swap.gives.to <= said.at) return { refused: 'over' };
  const answered = { ...swap, answer: { ...said, word } };
  return { content: { ...content, swaps: content.swaps.map((each) => (each.id === swapId ? answered : each)) } };
}
