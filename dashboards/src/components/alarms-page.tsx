import type { JSX } from 'preact';
import { z } from 'zod';
import { ListedAlarm } from '../../../src/contract/alarms.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { sortedAlarms } from '../state/alarms.ts';
import { AlarmLine } from './alarm-line.tsx';
import { MayNot } from './may-not.tsx';

const EVERY_MS = 5_000;

/** The page 报警: what wants to be looked at first, then what was, then what asks for no attention and why. */
export function AlarmsPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const path = `/api/sites/${encodeURIComponent(overview.siteId)}/alarms`;
  const { value, fault, again } = usePolled(path, z.array(ListedAlarm), EVERY_MS);
  const { wanted, seen, hidden } = sortedAlarms(value ?? []);
  const list = (of: readonly ListedAlarm[]): JSX.Element => (
    <ol>
      {of.map((alarm) => (
        <AlarmLine key={alarm.target} alarm={alarm} overview={overview} onChange={again} />
      ))}
    </ol>
  );
  return (
    <main class="page-alarms">
      <section class="panel alarms" aria-labelledby="alarms-title">
        <h2 id="alarms-title">{words('alarms.title')}</h2>
        <p class="quiet">{words('alarms.explain')}</p>
        {!may('alarm/acknowledge', overview.siteId) && (
          <MayNot permission="alarm/acknowledge" siteId={overview.siteId} />
        )}
        {fault !== undefined && (
          <p class="fault" role="alert">
            {problemText(words, fault)}
          </p>
        )}
        {value !== undefined && wanted.length === 0 && <p>{words('alarms.none')}</p>}
        {list(wanted)}
      </section>
      {seen.length > 0 && (
        <section class="panel alarms" aria-labelledby="alarms-seen">
          <h2 id="alarms-seen">{words('alarms.seen')}</h2>
          {list(seen)}
        </section>
      )}
      {hidden.length > 0 && (
        <section class="panel alarms" aria-labelledby="alarms-hidden">
          <h2 id="alarms-hidden">{words('alarms.hidden')}</h2>
          {list(hidden)}
        </section>
      )}
    </main>
  );
}
