import type { JSX } from 'preact';
import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import { countdown } from '../format/age.ts';
import { attemptText } from '../format/attempt-text.ts';
import { moment } from '../format/clock.ts';
import { personIn } from '../format/event-line.ts';
import { rungNames } from '../format/rung-names.ts';
import { say } from '../live/language.ts';
import { now, watch } from '../live/site-watch.ts';
import { alsoCalling, answeredBefore, nextRung, rungStanding } from '../state/callout.ts';
import type { Run } from '../state/callout.ts';
import { LevelBadge } from './level-badge.tsx';
import { LevelMark } from './level-mark.tsx';
import { PersonLine } from './person-line.tsx';
import { RungPeople } from './rung-people.tsx';

interface CallingRunProps {
  readonly run: Run;
  readonly callout: CalloutView;
  readonly overview: SiteOverview;
  /** The gravest level: written large enough for the far end of the room. */
  readonly first: boolean;
}

/** Who is being called now for one level, what his phone does, and how long until the next. */
export function CallingRun({ run, callout, overview, first }: CallingRunProps): JSX.Element | null {
  const words = say.value;
  const rung = run.current === null ? undefined : run.rungs[run.current];
  if (rung === undefined || run.current === null) return null;
  const { latest } = rungStanding(run, run.current, callout);
  const isOut = latest === undefined || latest.endedAt === null;
  const doing = isKnown() ? (isOut ? 'callout.now' : 'callout.waits') : 'callout.lastCalled';
  const state = latest === undefined ? words('rung.now') : attemptText(words, latest);
  return (
    <section class={`calling run-${run.level} ${first ? 'calling-first' : 'calling-more'}`}>
      <div class="calling-who">
        <span class="calling-level">
          <LevelBadge level={run.level} /> <span class="quiet">{words(doing)}</span>
        </span>
        <RungPeople rung={rung} overview={overview} phone={first} />
        <FollowUp run={run} callout={callout} overview={overview} />
        <span class="calling-state">{`${rung.media.map((medium) => words(`medium.${medium}`)).join(words('callout.and'))} · ${state}`}</span>
      </div>
      <Countdown run={run} overview={overview} />
    </section>
  );
}

/** Why a level that was answered calls again: without it the answer would seem not to have counted. */
function FollowUp({ run, callout, overview }: Omit<CallingRunProps, 'first'>): JSX.Element | null {
  const words = say.value;
  const before = answeredBefore(run, callout);
  if (before === undefined) return null;
  const name = personIn(overview, before.contactId, words);
  const time = moment(before.at, now.value, overview.timeZone, words.language);
  return <span class="calling-why">{words('callout.followUp', { name, time })}</span>;
}

/** False while the line is lost or the process that calls is silent: then what is shown is only what was so last. */
const isKnown = (): boolean => watch.value.link.phase !== 'lost' && watch.value.calling;

/** The process that calls gives no sign of work without its database; it may call all the same, from its list on disk. */
const cannotBeSeen = (): boolean => watch.value.link.phase === 'lost' || watch.value.unrecorded !== null;

/** Not counted on while the line is lost, or nobody calls: then nobody here knows who is being called. */
function Countdown({ run, overview }: { readonly run: Run; readonly overview: SiteOverview }): JSX.Element | null {
  const words = say.value;
  const next = nextRung(run);
  if (run.deadline === null || next === undefined) return null;
  if (!isKnown()) {
    return (
      <span class="badge badge-unknown">
        <LevelMark mark="unknown" />
        <span>{words(cannotBeSeen() ? 'doubt.unheard' : 'callout.notCalling')}</span>
      </span>
    );
  }
  const left = run.deadline - now.value;
  const name = rungNames(next.rung, overview, words);
  const key = next.again === 'top' ? 'callout.nextAgain' : next.again === 'same' ? 'callout.nextSame' : 'callout.next';
  return (
    <div class="countdown">
      <span class="number" role="timer">
        {countdown(left)}
      </span>
      <span class="quiet">{words(left > 0 ? key : 'callout.nextDue', { name })}</span>
    </div>
  );
}

/** Phones that ring besides the present rungs: a redial, or a call that somebody still holds. */
export function AlsoCalling({ callout, overview }: Omit<CallingRunProps, 'run' | 'first'>): JSX.Element | null {
  const words = say.value;
  const others = alsoCalling(callout);
  if (others.length === 0) return null;
  return (
    <ul class="calling-also" aria-label={words('callout.also')}>
      {others.map((attempt) => (
        <li key={attempt.number}>
          <span class="quiet">{words('callout.also')}</span> <LevelMark mark={attempt.level} />{' '}
          <PersonLine contactId={attempt.contactId} overview={overview} />{' '}
          <span class="calling-state">{`${words(`medium.${attempt.medium}`)} · ${attemptText(words, attempt)}`}</span>
        </li>
      ))}
    </ul>
  );
}
