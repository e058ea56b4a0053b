import type { JSX } from 'preact';
import type { RehearsalView } from '../../../src/contract/rehearsal.ts';
import { attemptText } from '../format/attempt-text.ts';
import { fullDate, timeOfDay } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { sayName } from '../words/say.ts';
import { LevelBadge } from './level-badge.tsx';

interface RehearsedCallsProps {
  readonly rehearsal: RehearsalView;
  readonly timeZone: string;
}

const TOLD = {
  'duty-gap': 'rehearsal.gap',
  'call-failed': 'rehearsal.failed',
  'quiet-hours': 'rehearsal.quiet',
} as const;
const isTold = (type: string): type is keyof typeof TOLD => type in TOLD;

/** The timetable of a rehearsal: when, how, at which level, whom, and what his phone would do. */
export function RehearsedCalls({ rehearsal, timeZone }: RehearsedCallsProps): JSX.Element {
  const words = say.value;
  const { at, target, level, refusal, calls, notes, phase, isCut, configVersion } = rehearsal;
  const gaps = notes.flatMap(({ at: when, type }) => (isTold(type) ? [{ at: when, key: TOLD[type] }] : []));
  return (
    <section class="panel" aria-labelledby="rehearsed-title" aria-live="polite">
      <h2 id="rehearsed-title">
        <LevelBadge level={level} /> {target.name[words.language]}
      </h2>
      <p class="quiet">
        {words('rehearsal.at', {
          date: fullDate(at, timeZone, words.language),
          time: timeOfDay(at, timeZone, words.language),
          version: configVersion,
        })}
      </p>
      {refusal !== null && <p class="fault">{words(`rehearsal.refusal.${refusal}`)}</p>}
      {calls.length > 0 && (
        <ol class="rehearsed">
          {calls.map((call) => (
            <li key={call.attempt}>
              <span class="rehearsed-when">
                <time>{timeOfDay(call.at, timeZone, words.language)}</time>
                <small>{words('rehearsal.after', { seconds: Math.round((call.at - at) / 1_000) })}</small>
              </span>
              <span class="rehearsed-how">
                <LevelBadge level={call.level} /> {words(`medium.${call.medium}`)}
              </span>
              <span class="rehearsed-whom" title={call.say[words.language]}>
                <strong>{call.name[words.language]}</strong>{' '}
                {call.duty === null ? '' : sayName(words, 'duty', call.duty)} <span class="quiet">{call.phone}</span>
              </span>
              <span class="quiet">
                {call.outcome === null
                  ? words('rehearsal.stillOpen')
                  : attemptText(words, { medium: call.medium, outcome: call.outcome, status: 'ended' })}
              </span>
            </li>
          ))}
        </ol>
      )}
      {gaps.map(({ at: when, key }, i) => (
        <p key={i} class="fault">
          {timeOfDay(when, timeZone, words.language)} {words(key)}
        </p>
      ))}
      {isCut && <p class="quiet">{words('rehearsal.cut')}</p>}
      {refusal === null && <p>{words('rehearsal.end', { phase: sayName(words, 'callout.phase', phase) })}</p>}
    </section>
  );
}
