import type { Limit } from './budget/limit.ts';

/** How a carrier took one request. `unknown`: whoever asked died or was not answered, so it may have rung. */
export type TryOutcome = 'accepted' | 'refused' | 'unreachable' | 'unknown' | 'silent';

/** One earlier request for the attempt. */
export interface Try {
  readonly carrier: string;
  readonly outcome: TryOutcome;
  /** In the present claim: it is asked once in each. */
  readonly isOfThisClaim: boolean;
}

/** A carrier of the attempt's medium, in the order in which they are asked. */
export interface Candidate {
  readonly name: string;
  /** The same attempt asked for again rings nobody twice. */
  readonly keepsKeys: boolean;
  /** The limit that one more to this number would break. */
  readonly over: Limit | null;
}

export type Choice =
  | { readonly type: 'ask'; readonly carrier: string }
  /** One of them may take it later. */
  | { readonly type: 'wait' }
  /** One of them has accepted it and is silent, the others cannot: it is left to ring. */
  | { readonly type: 'leave' }
  /** Nobody takes it: none is there, all refuse, or its number is used up everywhere. */
  | { readonly type: 'give-up'; readonly why: 'refused' | 'over-limit' | 'no-carrier' };

/**
 * Whom to ask next for one attempt. A carrier that refused or stayed silent is not asked again; one that was asked and may
 * have heard us comes first where it keeps the key. Over its limit a carrier is passed by, save that for red it is only
 * put behind the others: a budget never holds red.
 */
export function chooseCarrier(candidates: readonly Candidate[], tries: readonly Try[], isRed: boolean): Choice {
  if (candidates.length === 0) return { type: 'give-up', why: 'no-carrier' };
  const has = (name: string, ...outcomes: readonly TryOutcome[]) =>
    tries.some(({ carrier, outcome }) => carrier === name && outcomes.includes(outcome));
  const askedNow = (name: string) => tries.some(({ carrier, isOfThisClaim }) => carrier === name && isOfThisClaim);
  const free = candidates.filter(({ name }) => !askedNow(name) && !has(name, 'refused', 'silent'));
  const half = free.find(({ name, keepsKeys }) => keepsKeys && has(name, 'unknown'));
  const next = half ?? free.find(({ over }) => over === null) ?? (isRed ? free[0] : undefined);
  if (next !== undefined) return { type: 'ask', carrier: next.name };
  if (tries.some(({ outcome }) => outcome === 'silent')) return { type: 'leave' };
  if (tries.some(({ isOfThisClaim, outcome }) => isOfThisClaim && outcome !== 'refused')) return { type: 'wait' };
  return { type: 'give-up', why: free.length > 0 ? 'over-limit' : 'refused' };
}
