import type { JSX } from 'preact';
import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import type { WarningLevel } from '../../../src/core/level.ts';
import { attemptText } from '../format/attempt-text.ts';
import { moment } from '../format/clock.ts';
import { levelNames } from '../format/event-line.ts';
import { say } from '../live/language.ts';
import { now } from '../live/site-watch.ts';
import { settledBy } from '../state/callout.ts';
import type { Say } from '../words/say.ts';
import { LevelBadge } from './level-badge.tsx';
import { LevelMark } from './level-mark.tsx';
import { PersonLine } from './person-line.tsx';

interface RecordProps {
  readonly callout: CalloutView;
  readonly overview: SiteOverview;
}

/** Who answered, when and how; and which answers settle nothing. */
export function Answers({ callout, overview }: RecordProps): JSX.Element | null {
  const words = say.value;
  if (callout.answers.length === 0) return null;
  return (
    <section class="record">
      <h3>{words('callout.answers')}</h3>
      <ul>
        {callout.answers.toReversed().map((answer, i) => (
          <li key={callout.answers.length - i}>
            <time>{moment(answer.at, now.value, overview.timeZone, words.language)}</time>
            {answer.level === null ? <LevelMark mark="unknown" /> : <LevelBadge level={answer.level} />}
            <span>
              <PersonLine contactId={answer.contactId} overview={overview} /> {words(`medium.${answer.medium}`)}
              <em>{settledText(words, settledBy(callout, answer))}</em>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const settledText = (words: Say, levels: readonly WarningLevel[]): string =>
  levels.length === 0
    ? words('callout.answerSeen')
    : words('callout.answerSettled', { levels: levelNames(words, levels) });

/** Every call and message of the callout, newest first. */
export function Attempts({ callout, overview }: RecordProps): JSX.Element {
  const words = say.value;
  return (
    <section class="record">
      <h3>{words('callout.attempts')}</h3>
      {callout.attempts.length === 0 && <p class="quiet">{words('callout.noAttempts')}</p>}
      <ul>
        {callout.attempts
          .toSorted((a, b) => b.number - a.number)
          .map((attempt) => (
            <li key={attempt.number} class={attempt.endedAt === null ? 'is-open' : ''}>
              <time>{moment(attempt.createdAt, now.value, overview.timeZone, words.language)}</time>
              <LevelMark mark={attempt.level} />
              <span>
                <PersonLine contactId={attempt.contactId} overview={overview} /> {words(`medium.${attempt.medium}`)}{' '}
                <span class="attempt-state">{attemptText(words, attempt)}</span>
              </span>
            </li>
          ))}
      </ul>
    </section>
  );
}
