import { AppError } from '../../src/core/errors.ts';
import type { WarningLevel } from '../../src/core/level.ts';
import { calloutById, take } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';

/**
 * Takes a press on the link of a message for its code: whoever pressed it holds the telephone that was asked. It settles
 * what a reply to that message settles. Throws `attempt/not-found`, `callout/already-released`.
 */
export const linkAnswer =
  ({ db, clock, draw, policyOf }: DeskPorts) =>
  (attemptId: string): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const attempt = await tx
        .selectFrom('attempt')
        .select(['callout_id', 'number', 'contact_id', 'level', 'code'])
        .where('id', '=', attemptId)
        .where('medium', '=', 'sms')
        .executeTakeFirst();
      if (attempt === undefined) throw new AppError('attempt/not-found', 'there is no such message');
      const callout = await calloutById(tx, attempt.callout_id);
      if (callout === undefined || callout.state.phase === 'released')
        throw new AppError('callout/already-released', 'the callout is closed');
      const { number, contact_id: contactId, code } = attempt;
      // Written by the callout's book, as this type.
      const message = { contactId, level: attempt.level as WarningLevel, code };
      const happening = { type: 'replied', attempt: number, text: code, message } as const;
      await take(tx, callout, happening, { at: await clock.read(tx), draw, policyOf });
    });
