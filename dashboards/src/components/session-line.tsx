import type { ComponentChildren, JSX } from 'preact';
import type { OpenSession } from '../../../src/contract/session.ts';
import { browserName } from '../format/browser-name.ts';
import { moment } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { now } from '../live/site-watch.ts';

interface SessionLineProps {
  readonly session: OpenSession;
  /** undefined: of this machine. */
  readonly timeZone: string | undefined;
  readonly children?: ComponentChildren;
}

/** One session: on what, from where, since when. */
export function SessionLine({ session, timeZone, children }: SessionLineProps): JSX.Element {
  const words = say.value;
  const time = (at: number): string => moment(at, now.value, timeZone, words.language);
  return (
    <li>
      <div class="line-what">
        <strong title={session.agent}>{browserName(words, session.agent)}</strong>
        <span class="quiet">
          {[
            session.address,
            words('sessions.began', { time: time(session.beganAt) }),
            ...(session.seenAt === null ? [] : [words('sessions.seen', { time: time(session.seenAt) })]),
            ...(session.secondFactor ? [words('sessions.factor')] : []),
          ].join(' · ')}
        </span>
      </div>
      {children}
    </li>
  );
}
