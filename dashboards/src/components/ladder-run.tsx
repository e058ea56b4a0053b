import type { JSX } from 'preact';
import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import { lengthInWords } from '../format/age.ts';
import { attemptText } from '../format/attempt-text.ts';
import { moment } from '../format/clock.ts';
import { personIn } from '../format/event-line.ts';
import { say } from '../live/language.ts';
import { now } from '../live/site-watch.ts';
import { rungStanding } from '../state/callout.ts';
import type { Run } from '../state/callout.ts';
import { LevelBadge } from './level-badge.tsx';
import { RungPeople } from './rung-people.tsx';

interface RunProps {
  readonly run: Run;
  readonly callout: CalloutView;
  readonly overview: SiteOverview;
}

/** One level's ladder: whose answer settles it, who gave it, and its rungs in order. */
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
      {(run.kind === 'no-response' || run.kind === 'declined') && <p class="quiet">{words(`run.${run.kind}`)}</p>}
      {run.answered !== null && <Answered {...props} answered={run.answered} />}
      {run.withdrawn !== null && (
        <p class="quiet">
          {words('run.withdrawn', {
            time: moment(run.withdrawn, now.value, props.overview.timeZone, words.language),
          })}
        </p>
      )}
      <ol class="rungs" aria-label={words('callout.rungs')}>
        {run.rungs.map((_, index) => (
          <Rung key={index} index={index} {...props} />
        ))}
      </ol>
    </section>
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
      <RungPeople rung={rung} overview={overview} />
      <span class="rung-how">
        {rung.everyone && `${words('rung.everyone')} · `}
        {rung.media.map((medium) => words(`medium.${medium}`)).join(words('callout.and'))} ·{' '}
        {words('callout.rungWait', { age: lengthInWords(words, rung.answerWithinMs) })}
        {tries > 1 && ` · ${words('callout.tries', { count: tries })}`}
      </span>
      <span class="rung-state">{told}</span>
    </li>
  );
}
