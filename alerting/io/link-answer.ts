import { AppError } from '../../src/core/errors.ts';
import type { WarningLevel } from '../../src/core/level.ts';
import type { Happening, Message, Said } from '../callout-event.ts';
import { calloutById, take } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';

/** What comes by the link of a message: whoever presses there holds the telephone that was asked. */
export function linkAnswer({ db, clock, draw, policyOf }: DeskPorts) {
  const pressed = (attemptId: string, say: (attempt: number, message: Message) => Happening): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const attempt = await tx
        .selectFrom('attempt')
        .select(['callout_id', 'number', 'contact_id', 'level', 'code'])
        .where('id', '=', attemptId)
        .where('medium', 'in', ['sms', 'mail'])
        .executeTakeFirst();
      if (attempt === undefined) throw new AppError('attempt/not-found', 'there is no such message');
      const callout = await calloutById(tx, attempt.callout_id);
      if (callout === undefined || callout.state.phase === 'released')
        throw new AppError('callout/already-released', 'the callout is closed');
      const { number, contact_id: contactId, code } = attempt;
      // Written by the callout's book, as this type.
      const happening = say(number, { contactId, level: attempt.level as WarningLevel, code });
      await take(tx, callout, happening, { at: await clock.read(tx), draw, policyOf });
    });

  return {
    /** Takes a press for the code: it settles what a reply to that message settles. Throws `attempt/not-found`, `callout/already-released`. */
    answerByLink: (attemptId: string): Promise<void> =>
      pressed(attemptId, (attempt, message) => ({ type: 'replied', attempt, text: message.code, message })),

    /** Takes what is said after the answer. Throws as `answerByLink` does. */
    sayByLink: (attemptId: string, what: Said): Promise<void> =>
      pressed(attemptId, (attempt, message) => ({ type: 'said', attempt, what, message })),
  };
}
