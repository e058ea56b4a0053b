import { signal } from '@preact/signals';
import { SessionView, SetupView } from '../../../src/contract/session.ts';
import { ask } from './api.ts';
import { setupCode } from './link.ts';
import { enter } from './session.ts';

/** Whether nobody administers yet; undefined until the server has said. */
export const setupOpen = signal<boolean | undefined>(undefined);
/** The password that the wizard has just taken, until its second step is over: it is not asked for twice in a minute. */
export const justChosen = signal<string | null>(null);

/** Asks the server once; while it is away nothing is known. */
export async function askSetup(): Promise<void> {
  setupOpen.value = await ask('/api/setup', SetupView).then(
    ({ open }) => open,
    () => undefined,
  );
}

/** Makes the first administrator and signs in. Throws `ApiFault`. */
export async function setUp(first: { readonly code: string; readonly name: string; readonly password: string }) {
  const session = await ask('/api/setup', SessionView, { method: 'POST', body: first });
  justChosen.value = first.password;
  setupOpen.value = false;
  setupCode.value = null;
  enter(session);
}
