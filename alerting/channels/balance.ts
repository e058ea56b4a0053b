import { AppError } from '../../src/core/errors.ts';
import { MINUTE } from '../../src/core/time.ts';
import type { Clock, Instant } from '../../src/core/time.ts';

/** What is left to call with; or why that cannot be told. */
export type Balance = { readonly balance: string } | { readonly unknown: string };

/** A bill is not to be asked for with every look. */
const ASKED_EVERY_MS = 10 * MINUTE;

/**
 * Asks for the balance at most every ten minutes. That it cannot be asked, for want of the right to or because billing is
 * away, says nothing of the carrier: it is told beside.
 */
export function seldomAsked(clock: Clock, ask: () => Promise<string>): () => Promise<Balance> {
  let last: { readonly at: Instant; readonly said: Balance } | null = null;
  return async () => {
    const at = clock.now();
    if (last !== null && at - last.at < ASKED_EVERY_MS) return last.said;
    const said = await ask().then(
      (balance) => ({ balance }),
      (error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        return { unknown: String(error.facts['code'] ?? error.code) };
      },
    );
    last = { at, said };
    return said;
  };
}

/** Added to what a carrier says of itself. */
export const withBalance = (name: string, said: Balance): { readonly name: string; readonly balance?: string } =>
  'balance' in said ? { name, balance: said.balance } : { name: `${name} (balance not readable: ${said.unknown})` };
