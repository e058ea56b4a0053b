import { signal } from '@preact/signals';
import { ReadyView } from '../../../src/contract/http.ts';
import type { CarrierView } from '../../../src/contract/http.ts';
import { ask } from './api.ts';

/** What anybody may know of the carrier before signing in; undefined until the server has said. */
export const openCarrier = signal<CarrierView | null | undefined>(undefined);

const AGAIN_MS = 10_000;

/** Asks now, and again until `signal`. */
export async function followOpenCarrier(until: AbortSignal): Promise<void> {
  openCarrier.value = await ask('/readyz', ReadyView, { signal: until, alsoTakes: 503 }).then(
    ({ carrier }) => carrier,
    () => undefined,
  );
  if (!until.aborted) setTimeout(() => !until.aborted && void followOpenCarrier(until), AGAIN_MS);
}
