import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { z } from 'zod';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { WeatherView } from '../../../src/contract/weather.ts';
import { WARNING_LEVELS } from '../../../src/core/level.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { clientKey } from '../live/client-key.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now } from '../live/site-watch.ts';
import { LevelBadge } from './level-badge.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

const EVERY_MS = 15_000;
const HOUR_MS = 3_600_000;

/** Warnings of the weather bureau: those in force, and a way to enter one by hand. */
export function WeatherPanel({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { siteId } = overview;
  const path = `/api/sites/${encodeURIComponent(siteId)}/weather`;
  const { value, fault, again } = usePolled(path, z.array(WeatherView), EVERY_MS);
  const standing = overview.reports.map(({ key, level }) => `${key} ${level}`).join();
  useEffect(again, [standing]);
  const open = (value ?? []).filter(({ endedAt }) => endedAt === null);
  const over = (value ?? []).filter(({ endedAt }) => endedAt !== null);
  const lines = (of: readonly WeatherView[]): JSX.Element[] =>
    of.map((warning) => <Warning key={warning.warningId} warning={warning} overview={overview} onChange={again} />);
  return (
    <section class="panel weather" aria-labelledby="weather-title">
      <h2 id="weather-title">{words('weather.title')}</h2>
      <p class="quiet">{words('weather.explain')}</p>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {problemText(words, fault)}
        </p>
      )}
      {value !== undefined && open.length === 0 && <p>{words('weather.none')}</p>}
      <ol>{lines(open)}</ol>
      {may('weather/announce', siteId) && <Announce path={path} onChange={again} />}
      {over.length > 0 && (
        <details>
          <summary>{words('weather.past')}</summary>
          <ol>{lines(over)}</ol>
        </details>
      )}
    </section>
  );
}

interface WarningProps {
  readonly warning: WeatherView;
  readonly overview: SiteOverview;
  readonly onChange: () => void;
}

function Warning({ warning, overview, onChange }: WarningProps): JSX.Element {
  const words = say.value;
  const { warningId, level, event, area, expiresAt, endedWhy, calls, recordedBy, recordedAt } = warning;
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  return (
    <li class="warning">
      <p class="finding-head">
        <LevelBadge level={level} /> <strong>{event[words.language]}</strong> <span>{area}</span>
        {calls && <span class="tag">{words('weather.calls')}</span>}
        {endedWhy !== null && <span class="tag">{words(`weather.ended.${endedWhy}`)}</span>}
      </p>
      <p class="quiet">
        {expiresAt === null ? words('weather.open') : words('weather.until', { time: time(expiresAt) })}
        {words('list.separator')}
        {words('weather.by', { who: recordedBy, time: time(recordedAt) })}
      </p>
      {endedWhy === null && may('weather/announce', overview.siteId) && (
        <div class="finding-acts">
          <ReasonDialog
            action={words('weather.end')}
            explain={words('weather.endExplain')}
            onReason={(reason) => ask(`/api/weather/${warningId}/end`, null, { method: 'POST', body: { reason } })}
            onDone={onChange}
          />
        </div>
      )}
    </li>
  );
}

function Announce({ path, onChange }: { readonly path: string; readonly onChange: () => void }): JSX.Element {
  const words = say.value;
  // The same until it is taken: pressed twice it is one warning.
  const key = useSignal(clientKey());
  const fault = useSignal<string | undefined>(undefined);
  const sending = useSignal(false);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    sending.value = true;
    fault.value = undefined;
    try {
      await ask(path, null, { method: 'POST', body: bodyOf(new FormData(form), key.value) });
      key.value = clientKey();
      form.reset();
    } catch (error) {
      if (!noticeSignedOut(error)) fault.value = codeOf(error);
    }
    sending.value = false;
    onChange();
  };
  return (
    <form class="report-form" onSubmit={(event) => void send(event)}>
      <label>
        <span>{words('weather.event')}</span>
        <input name="event" required maxLength={80} autoComplete="off" />
      </label>
      <label>
        <span>{words('weather.level')}</span>
        <select name="level">
          {WARNING_LEVELS.toReversed().map((level) => (
            <option key={level} value={level}>
              {words(`level.${level}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{words('weather.area')}</span>
        <input name="area" maxLength={200} autoComplete="off" />
      </label>
      <label>
        <span>{words('weather.hours')}</span>
        <input name="hours" type="number" min={1} max={240} defaultValue="12" required />
      </label>
      <p class="fault" role="alert">
        {fault.value !== undefined && problemText(words, fault.value)}
      </p>
      <button type="submit" class="button button-strong button-large" disabled={sending.value}>
        {words('weather.announce')}
      </button>
    </form>
  );
}

function bodyOf(form: FormData, key: string): Readonly<Record<string, unknown>> {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const area = text('area');
  return {
    identifier: `hand-${key}`,
    event: { zh: text('event') },
    level: text('level'),
    ...(area !== '' && { area }),
    expires: now.value + Number(text('hours')) * HOUR_MS,
  };
}
