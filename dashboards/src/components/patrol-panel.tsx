import { useEffect } from 'preact/hooks';
import type { JSX } from 'preact';
import { z } from 'zod';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { RoundView } from '../../../src/contract/patrols.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { now } from '../live/site-watch.ts';
import { ReasonDialog } from './reason-dialog.tsx';

const EVERY_MS = 15_000;

/** Rounds: what is due, what was missed, and where a round is signed. */
export function PatrolPanel({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { siteId } = overview;
  const path = `/api/sites/${encodeURIComponent(siteId)}/rounds`;
  const { value, fault, again } = usePolled(path, z.array(RoundView), EVERY_MS);
  const standing = overview.reports.map(({ key }) => key).join();
  useEffect(again, [standing]);
  const patrols = [...new Map((value ?? []).map((round) => [round.patrolId, round.name])).entries()];
  return (
    <section class="panel rounds" aria-labelledby="patrols-title">
      <h2 id="patrols-title">{words('patrols.title')}</h2>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {problemText(words, fault)}
        </p>
      )}
      {value?.length === 0 && <p>{words('patrols.none')}</p>}
      {may('finding/report', siteId) &&
        patrols.map(([patrolId, name]) => (
          <p key={patrolId} class="finding-acts">
            <strong>{name[words.language]}</strong>
            <ReasonDialog
              action={words('patrols.sign')}
              explain={words('patrols.signExplain')}
              strong
              onReason={(seen) => ask(path, null, { method: 'POST', body: { patrolId, seen } })}
              onDone={again}
            />
          </p>
        ))}
      <ol>
        {(value ?? []).map((round) => (
          <Round key={round.roundId} round={round} timeZone={overview.timeZone} />
        ))}
      </ol>
    </section>
  );
}

function Round({ round, timeZone }: { readonly round: RoundView; readonly timeZone: string }): JSX.Element {
  const words = say.value;
  const { name, dueAt, missed, done } = round;
  const time = (at: number): string => moment(at, now.value, timeZone, words.language);
  return (
    <li class="round">
      <p>
        {name[words.language]} {words('patrols.due', { time: time(dueAt) })}{' '}
        {(missed || done === null) && <span class="tag">{words(missed ? 'patrols.missed' : 'patrols.open')}</span>}
      </p>
      {done !== null && (
        <p class="quiet">{words('patrols.done', { who: done.by, time: time(done.at), seen: done.seen })}</p>
      )}
    </li>
  );
}
