import { MINUTE } from '../core/time.ts';
import type { Clock, Instant } from '../core/time.ts';
import type { RefusedGuest } from '../platform/embedded-broker.ts';
import type { Logger } from '../platform/logger.ts';

const WORDS = {
  password: 'the broker refuses a user or password',
  'shared-user-beyond': 'the user instruments is let in from this machine only: others need a device of their own',
  topic: 'a device was cut: this topic is not on its list',
} as const;

/** Characters of a stranger's text in a log line. */
const TOLD_LENGTH_MAX = 200;

/**
 * Says who was refused by the broker: of a device that publishes where it may not, a line a minute; of those who do not
 * get in, a line a minute for all, or strangers could fill the disk. Each tells how many there were since the last one.
 */
export function refusedGuestLog(log: Logger, clock: Clock): (refusal: RefusedGuest) => void {
  const said = new Map<string, { at: Instant; since: number }>();
  return ({ why, user, address, topic }) => {
    // Only who was let in is known by name.
    const key = why === 'topic' ? `topic ${user}` : why;
    const before = said.get(key);
    const now = clock.now();
    if (before !== undefined && Math.abs(now - before.at) < MINUTE) {
      before.since += 1;
      return;
    }
    said.set(key, { at: now, since: 0 });
    const told = { user: user.slice(0, TOLD_LENGTH_MAX), address, count: 1 + (before?.since ?? 0) };
    log.warn(topic === null ? told : { ...told, topic: topic.slice(0, TOLD_LENGTH_MAX) }, WORDS[why]);
  };
}
