import type { JSX } from 'preact';
import { QuarantineView } from '../../../src/contract/http.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { now } from '../live/site-watch.ts';
import { sayName } from '../words/say.ts';
import { MayNot } from './may-not.tsx';
import { ReplayButton } from './replay-button.tsx';

const EVERY_MS = 15_000;

/** What was refused, why, as it came; and the way to read it again once a mapping is mended. */
export function Quarantine({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const path = `/api/quarantine?siteId=${encodeURIComponent(overview.siteId)}`;
  const { value, fault, again } = usePolled(path, QuarantineView, EVERY_MS);
  return (
    <section class="panel quarantine" aria-labelledby="quarantine-title">
      <header>
        <h2 id="quarantine-title">{words('quarantine.title')}</h2>
        {may('quarantine/replay', overview.siteId) ? (
          <ReplayButton siteId={overview.siteId} onDone={again} />
        ) : (
          <MayNot permission="quarantine/replay" siteId={overview.siteId} />
        )}
      </header>
      <p class="quiet">{words('quarantine.explain')}</p>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {problemText(words, fault)}
        </p>
      )}
      {value === undefined && fault === undefined && <p>{words('app.loading')}</p>}
      {value !== undefined && <Refused view={value} timeZone={overview.timeZone} />}
    </section>
  );
}

interface RefusedProps {
  readonly view: QuarantineView;
  readonly timeZone: string;
}

function Refused({ view, timeZone }: RefusedProps): JSX.Element {
  const words = say.value;
  if (view.newest.length === 0 && view.counts.length === 0) return <p>{words('quarantine.empty')}</p>;
  return (
    <div class="refused" tabIndex={0}>
      <h3>{words('quarantine.counts')}</h3>
      <ul class="refused-counts">
        {view.counts.map(({ reason, count }) => (
          <li key={reason}>
            <strong class="number">{count}</strong> {sayName(words, 'refusal', reason)}
          </li>
        ))}
      </ul>
      {view.dropped > 0 && <p class="quiet">{words('quarantine.dropped', { count: view.dropped })}</p>}
      <h3>{words('quarantine.newest')}</h3>
      <ol class="refused-list">
        {view.newest.map((one) => (
          <RefusedOne key={one.id} one={one} timeZone={timeZone} />
        ))}
      </ol>
    </div>
  );
}

interface RefusedOneProps {
  readonly one: QuarantineView['newest'][number];
  readonly timeZone: string;
}

function RefusedOne({ one, timeZone }: RefusedOneProps): JSX.Element {
  const words = say.value;
  const time = (at: number): string => moment(at, now.value, timeZone, words.language);
  return (
    <li class={one.replayedAt === null ? '' : 'is-replayed'}>
      <p>
        <time>{time(one.receivedAt)}</time> <strong>{sayName(words, 'refusal', one.reason)}</strong>{' '}
        {one.replayedAt !== null && (
          <span class="tag">{words('quarantine.replayed', { time: time(one.replayedAt) })}</span>
        )}
      </p>
      <p>{sayName(words, 'refusalWhy', one.reason)}</p>
      <p class="quiet">
        <small class="technical">{words('technical', { detail: one.detail })}</small>
        <br />
        {one.topic}
      </p>
      <pre>{one.payload}</pre>
    </li>
  );
}
