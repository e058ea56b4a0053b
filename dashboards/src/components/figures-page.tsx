import type { JSX } from 'preact';
import { CALLOUT_CAUSES, FiguresView } from '../../../src/contract/figures.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { targetName } from '../format/target-name.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { now } from '../live/site-watch.ts';

const EVERY_MS = 60_000;

/** The page 统计: the alarm list after EEMUA 191, and the nights of those who are called. */
export function FiguresPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const path = `/api/sites/${encodeURIComponent(overview.siteId)}/figures`;
  const { value, fault, again } = usePolled(path, FiguresView, EVERY_MS);
  return (
    <main class="page-figures">
      <section class="panel" aria-labelledby="figures-title">
        <h2 id="figures-title">{words('figures.title')}</h2>
        <p class="quiet">{words('figures.explain')}</p>
        {fault !== undefined && (
          <p class="fault" role="alert">
            {problemText(words, fault)}
          </p>
        )}
        {value?.complete === false && <p class="fault">{words('figures.incomplete')}</p>}
        {value !== undefined && <AlarmFigures figures={value} overview={overview} />}
      </section>
      {value !== undefined && <WakeFigures figures={value} overview={overview} onChange={again} />}
    </main>
  );
}

interface FiguresProps {
  readonly figures: FiguresView;
  readonly overview: SiteOverview;
}

function AlarmFigures({ figures, overview }: FiguresProps): JSX.Element {
  const words = say.value;
  const { alarms, standing, stale, chattering, nuisances } = figures;
  const named = (targets: readonly string[]): string =>
    targets.length === 0
      ? words('figures.none')
      : targets.map((target) => targetName(overview, target, words)).join(words('list.separator'));
  return (
    <>
      <dl class="figures">
        <Figure name={words('figures.total')} value={String(alarms.total)} />
        <Figure name={words('figures.perDay')} value={alarms.perDay.toFixed(1)} />
        <Figure name={words('figures.peak')} value={String(alarms.peak)} />
        <Figure name={words('figures.floods')} value={String(alarms.floods)} />
        <Figure name={words('figures.standing')} value={String(standing)} />
        <Figure name={words('figures.stale')} value={named(stale)} />
        <Figure name={words('figures.chattering')} value={named(chattering)} />
      </dl>
      <h3>{words('figures.nuisances')}</h3>
      {nuisances.length === 0 && <p>{words('figures.none')}</p>}
      <ol class="figures-top">
        {nuisances.map(({ target, count }) => (
          <li key={target}>
            {words('figures.nuisance', {
              name: targetName(overview, target, words),
              count,
              share: Math.round((100 * count) / alarms.total),
            })}
          </li>
        ))}
      </ol>
    </>
  );
}

function WakeFigures({ figures, overview, onChange }: FiguresProps & { readonly onChange: () => void }): JSX.Element {
  const words = say.value;
  const { nightCalls, wakes, unjudged } = figures;
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  const judge = (calloutId: string, cause: string): Promise<void> =>
    ask(`/api/callouts/${calloutId}/cause`, null, { method: 'POST', body: { cause } }).then(onChange, onChange);
  return (
    <section class="panel" aria-labelledby="figures-nights">
      <h2 id="figures-nights">{words('figures.nights')}</h2>
      <p class="quiet">{words('figures.nightsExplain')}</p>
      {nightCalls.length === 0 && <p>{words('figures.noNights')}</p>}
      <ul>
        {nightCalls.map(({ monday, calls, nights }) => (
          <li key={monday}>{words('figures.week', { monday, calls, nights })}</li>
        ))}
      </ul>
      <dl class="figures">
        <Figure name={words('figures.callouts')} value={String(wakes.callouts)} />
        <Figure
          name={words('figures.falseRate')}
          value={
            wakes.judged === 0
              ? words('figures.notJudged')
              : words('figures.rate', {
                  percent: Math.round((100 * wakes.falseWakes) / wakes.judged),
                  count: wakes.falseWakes,
                  judged: wakes.judged,
                })
          }
        />
      </dl>
      {unjudged.length > 0 && <h3>{words('figures.unjudged')}</h3>}
      <ul>
        {unjudged.map(({ calloutId, openedAt, endedAt }) => (
          <li key={calloutId} class="figures-judge">
            <span>{words('figures.callout', { from: time(openedAt), to: time(endedAt) })}</span>
            {may('callout/release', overview.siteId) &&
              CALLOUT_CAUSES.map((cause) => (
                <button key={cause} type="button" class="button" onClick={() => void judge(calloutId, cause)}>
                  {words(`figures.cause.${cause}`)}
                </button>
              ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

const Figure = ({ name, value }: { readonly name: string; readonly value: string }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
