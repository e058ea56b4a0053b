import { SessionView } from '../../../src/contract/session.ts';
import { ApiFault, ask } from './api.ts';
import { account, enter, tryAgain } from './session.ts';

/** Lets this screen in with the token of its link. A server that is away is asked again for ever; one that refuses has revoked it. */
export async function enterAsKiosk(token: string): Promise<void> {
  try {
    enter(await ask('/api/session/kiosk', SessionView, { method: 'POST', body: { token } }));
  } catch (error) {
    if (error instanceof ApiFault && REFUSED.has(error.status)) account.value = { phase: 'revoked' };
    else tryAgain(error, () => void enterAsKiosk(token));
  }
}

/** Too many tries, a database that is away and a server that is not there are no refusals. */
const REFUSED: ReadonlySet<number> = new Set([400, 401, 403, 404]);
