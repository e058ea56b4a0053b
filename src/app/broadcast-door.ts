import { referenceOf } from '../../alerting/channels/standing-by.ts';
import type { BroadcastDesk } from '../../alerting/io/broadcast-desk.ts';
import { hasCode } from '../core/errors.ts';
import type { CalloutDesk } from '../gateway/ports.ts';
import { isDatabaseAway } from '../platform/database-failure.ts';

type Phones = Pick<CalloutDesk, 'report' | 'reply'>;

/**
 * What carriers say, for callouts and for broadcasts. A report goes to callouts first: they wait for nothing else. A message
 * that says where somebody is goes to the broadcast that asked for it; as a reply to a callout it would be a wrong code.
 */
export const withBroadcasts = (
  callouts: Phones,
  broadcasts: Pick<BroadcastDesk, 'report' | 'reply' | 'keep'>,
): Phones => ({
  async report(attemptId, report, from) {
    try {
      return await callouts.report(attemptId, report, from);
    } catch (error) {
      if (!hasCode(error, 'attempt/not-found')) throw error;
      // They ask all carriers as one, which has names of its own.
      const id = from === undefined || report.id === undefined ? report.id : referenceOf(from, report.id);
      const reply = await broadcasts.report(attemptId, { ...report, id });
      if (reply === null) throw error;
      return reply;
    }
  },

  async reply(from, text, reportId) {
    // Without a database the callouts that are called from a journal still hear it.
    const orAway = (error: unknown): false => {
      if (isDatabaseAway(error)) return false;
      throw error;
    };
    if (await broadcasts.reply(from, text, reportId).catch(orAway)) return {};
    const reply = await callouts.reply(from, text, reportId);
    if (reply === null) await broadcasts.keep(from, text, reportId);
    return reply;
  },
});
