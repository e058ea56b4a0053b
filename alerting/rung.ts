import type { Rung, StoredRung } from './policy.ts';

/** A rung in full, however it was stored. */
export function rungOf(stored: StoredRung): Rung {
  if ('who' in stored) return stored;
  const { contactId, medium, answerWithinMs } = stored;
  return {
    who: [{ contactId }],
    media: [medium],
    everyone: false,
    answerWithinMs,
    attempts: 1,
    attemptEveryMs: answerWithinMs,
  };
}
