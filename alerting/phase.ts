import type { Callout } from './callout.ts';
import { isOpen, patch, patchAttempt, tell } from './change.ts';
import type { Change } from './change.ts';
import { cancel } from './dial.ts';
import { isRespondedTo } from './order.ts';

/** Phones that ring only for what is settled now are hung up, and those of one who has just spoken for all they ring for. */
export const hangUpUnwanted = (change: Change, contactId: string): Change =>
  change.callout.attempts.reduce((next, attempt) => {
    const isHis = attempt.contactId === contactId;
    const isWanted = (run: number): boolean =>
      isOpen(next.callout, run) && !(isHis && next.callout.runs[run]?.heard?.includes(contactId) === true);
    if (attempt.runs.some(isWanted) || (attempt.confirms === true && !isHis)) return next;
    return attempt.open ? cancel(next, attempt, 'answered') : patchAttempt(next, attempt.number, { redialAt: null });
  }, change);

/** Moves the callout to where it stands once nobody has to be called any more: answered, or responded to. */
export function withPhase(change: Change): Change {
  const { callout } = change;
  if (callout.phase === 'released' || callout.runs.some((run) => run.answered === null)) return change;
  const phase = isOwed(callout) || !isRespondedTo(callout.orders ?? [], 'blue') ? 'answered' : 'responding';
  if (callout.phase !== 'calling') return patch(change, { phase });
  const attempts: Callout['attempts'] = callout.attempts.map((attempt) => ({ ...attempt, redialAt: null }));
  return tell(patch(change, { phase, attempts }), 'all-answered', {});
}

const isOwed = ({ runs }: Callout): boolean => runs.some(({ respondBy = null }) => respondBy !== null);
