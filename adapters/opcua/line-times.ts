import { SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';

/** How the line is watched. Together they find out, and have on record, whatever is wrong within 30 s. */
export interface LineTimes {
  readonly connectWithinMs: DurationMs;
  readonly answerWithinMs: DurationMs;
  /** Between two looks at server, subscription and quiet nodes. */
  readonly lookEveryMs: DurationMs;
  /** What the subscription is asked to say at least, while nothing changes. */
  readonly keepAliveMs: DurationMs;
  /** Without any sign of it for so long it is given up, or three times what the server has made of `keepAliveMs`. */
  readonly silentAfterMs: DurationMs;
  /** A node of which nothing came for so long is read. */
  readonly rereadAfterMs: DurationMs;
  /** Beside sampling and publishing, a change may take so long to come. */
  readonly deliveryMs: DurationMs;
  readonly retryFirstMs: DurationMs;
  readonly retryMostMs: DurationMs;
  /** After a refusal that only a person can end: a login tried on and on would lock the account. */
  readonly refusedRetryMs: DurationMs;
  /** A line that is begun anew for one node is not begun anew for a node again before this. */
  readonly anewForNodeMs: DurationMs;
  readonly closeWithinMs: DurationMs;
  /** What a second of `staleSeconds` is. */
  readonly staleUnitMs: DurationMs;
}

export const LINE_TIMES: LineTimes = {
  connectWithinMs: 10 * SECOND,
  answerWithinMs: 5 * SECOND,
  lookEveryMs: 5 * SECOND,
  keepAliveMs: 5 * SECOND,
  silentAfterMs: 15 * SECOND,
  rereadAfterMs: 10 * SECOND,
  deliveryMs: 2 * SECOND,
  retryFirstMs: SECOND,
  retryMostMs: 10 * SECOND,
  refusedRetryMs: 60 * SECOND,
  anewForNodeMs: 600 * SECOND,
  closeWithinMs: 1_500,
  staleUnitMs: SECOND,
};
