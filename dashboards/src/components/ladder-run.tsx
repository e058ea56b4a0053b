import type { JSX } from 'preact';
import type { AttemptView, CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import { countdown, lengthInWords } from '../format/age.ts';
import { moment } from '../format/clock.ts';
import { personIn } from '../format/event-line.ts';
import { say } from '../live/language.ts';
import { now, watch } from '../live/site-watch.ts';
import { nextRung, rungStanding } from '../state/callout.ts';
import type { Run } from '../state/callout.ts';
import { sayName } from '../words/say.ts';
import type { Say } from '../words/say.ts';
import { LevelBadge } from './level-badge.tsx';
import { LevelMark } from './level-mark.tsx';
import { PersonLine } from './person-line.tsx';

interface RunProps {
  readonly run: Run;
  readonly callout: CalloutView;
  readonly overview: SiteOverview;
}

/** One level's ladder: who is called now and until when, or who answered; then its rungs in order. */
export function LadderRun(props: RunProps): JSX.Element {
  const words = say.value;
  const { run } = props;
  const duties = run.answeredBy.map((duty) => words(`duty.${duty}`)).join(words('callout.or'));
  return (
    <section class={`run run-${run.level} ${run.answered === null ? 'run-open' : 'run-answered'}`}>
      <header>
        <LevelBadge level={run.level} />
        <span class="quiet">{words('callout.settledBy', { duties })}</span>
      </header>
      {run.answered === null ? <Calling {...props} /> : <Answered {...props} answered={run.answered} />}
      <ol class="rungs" aria-label={words('callout.rungs')}>
        {run.rungs.map((_, index) => (
          <Rung key={index} index={index} {...props} />
        ))}
      </ol>
    </section>
  );
}

function Calling({ run, callout, overview }: RunProps): JSX.Element | null {
  const words = say.value;
  const rung = run.current === null ? undefined : run.rungs[run.current];
  if (rung === undefined || run.current === null) return null;
  const { latest } = rungStanding(run, run.current, callout);
  return (
    <div class="calling">
      <div class="calling-who">
        <span class="quiet">{words('callout.now')}</span>
        <PersonLine contactId={rung.contactId} overview={overview} phone />
        <span class="calling-state">
          {words(`medium.${rung.medium}`)} · {latest === undefined ? words('rung.now') : attemptText(words, latest)}
        </span>
      </div>
      <Countdown run={run} overview={overview} />
    </div>
  );
}

function Countdown({ run, overview }: { readonly run: Run; readonly overview: SiteOverview }): JSX.Element | null {
  const words = say.value;
  const next = nextRung(run);
  if (run.deadline === null || next === undefined) return null;
  if (watch.value.link.phase === 'lost') {
    return (
      <div class="countdown">
        <span class="badge badge-unknown">
          <LevelMark mark="unknown" />
          <span>{words('doubt.unheard')}</span>
        </span>
      </div>
    );
  }
  const left = run.deadline - now.value;
  const name = personIn(overview, next.contactId, words);
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

function Answered({
  run,
  callout,
  overview,
  answered,
}: RunProps & { readonly answered: NonNullable<Run['answered']> }): JSX.Element {
  const words = say.value;
  const how = callout.answers.find((one) => one.contactId === answered.contactId && one.level === run.level);
  const time = moment(answered.at, now.value, overview.timeZone, words.language);
  return (
    <p class="answered">
      <strong>{words('callout.answeredBy', { name: personIn(overview, answered.contactId, words) })}</strong>{' '}
      <span class="quiet">
        {how === undefined ? time : words('callout.answeredHow', { time, medium: words(`medium.${how.medium}`) })}
      </span>
    </p>
  );
}

function Rung({ run, callout, overview, index }: RunProps & { readonly index: number }): JSX.Element | null {
  const words = say.value;
  const rung = run.rungs[index];
  if (rung === undefined) return null;
  const { state, tries, latest } = rungStanding(run, index, callout);
  const told =
    latest !== undefined && state !== 'answered'
      ? attemptText(words, latest)
      : words(state === 'tried' ? 'rung.now' : `rung.${state}`);
  return (
    <li class={`rung rung-${state}`} aria-current={state === 'now' ? 'step' : undefined}>
      <PersonLine contactId={rung.contactId} overview={overview} />
      <span class="rung-how">
        {words(`medium.${rung.medium}`)} ·{' '}
        {words('callout.rungWait', { age: lengthInWords(words, rung.answerWithinMs) })}
        {tries > 1 && ` · ${words('callout.tries', { count: tries })}`}
      </span>
      <span class="rung-state">{told}</span>
    </li>
  );
}

/** What the phone of an attempt did, or is doing. */
export const attemptText = (words: Say, { outcome, status }: AttemptView): string =>
  outcome === null ? sayName(words, 'attemptStatus', status) : sayName(words, 'attemptOutcome', outcome);
