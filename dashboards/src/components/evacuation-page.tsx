import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { z } from 'zod';
import { BroadcastSummary, EvacuationGroupView } from '../../../src/contract/evacuation.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { now } from '../live/site-watch.ts';
import { BroadcastBoard } from './broadcast-board.tsx';
import { EvacuationGroups } from './evacuation-groups.tsx';
import { EvacuationPress } from './evacuation-press.tsx';
import { MayNot } from './may-not.tsx';

const EVERY_MS = 5_000;

/** The page 撤离: the press, who is where, what was before, and the lists. */
export function EvacuationPage({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const { siteId } = overview;
  const path = `/api/sites/${encodeURIComponent(siteId)}`;
  const broadcasts = usePolled(`${path}/broadcasts`, z.array(BroadcastSummary), EVERY_MS);
  const groups = usePolled(`${path}/evacuation-groups`, z.array(EvacuationGroupView), EVERY_MS);
  const chosen = useSignal<string | undefined>(undefined);
  const adding = useSignal(false);
  const list = broadcasts.value ?? [];
  const running = list.find(({ endedAt }) => endedAt === null);
  const shown = chosen.value ?? running?.broadcastId;
  const fault = broadcasts.fault ?? groups.fault;
  const pressed = (broadcastId: string): void => {
    chosen.value = broadcastId;
    adding.value = false;
    broadcasts.again();
  };
  return (
    <main class="page-evacuation">
      <section class="panel" aria-labelledby="evacuation-title">
        <h2 id="evacuation-title">
          {words('evacuation.title')}
          {running !== undefined && <span class="phase">{words('evacuation.running')}</span>}
        </h2>
        <p class="quiet">{words('evacuation.explain')}</p>
        {fault !== undefined && (
          <p class="fault" role="alert">
            {words('evacuation.stale')} {problemText(words, fault)}
          </p>
        )}
        {running !== undefined && (
          <button
            type="button"
            class="button"
            onClick={() => {
              adding.value = !adding.value;
            }}
          >
            {words('evacuation.add')}
          </button>
        )}
        {(running === undefined || adding.value) &&
          (may('broadcast/press', siteId) ? (
            <EvacuationPress siteId={siteId} groups={groups.value ?? []} running={running} onPressed={pressed} />
          ) : (
            <MayNot permission="broadcast/press" siteId={siteId} />
          ))}
      </section>
      {shown !== undefined && (
        <BroadcastBoard
          key={shown}
          broadcastId={shown}
          groups={groups.value ?? []}
          timeZone={overview.timeZone}
          onEnded={broadcasts.again}
        />
      )}
      <section class="panel" aria-labelledby="evacuation-past">
        <h2 id="evacuation-past">{words('evacuation.past')}</h2>
        {list.length === 0 && <p class="quiet">{words('evacuation.none')}</p>}
        <ol class="evacuation-past">
          {list.map((one) => (
            <li key={one.broadcastId}>
              <button
                type="button"
                class="button button-quiet"
                aria-pressed={one.broadcastId === shown}
                onClick={() => {
                  chosen.value = one.broadcastId;
                }}
              >
                {words('evacuation.open')}
              </button>
              <span>
                {one.drill && <span class="tag">{words('evacuation.drill')}</span>}{' '}
                {words('evacuation.pastLine', {
                  time: moment(one.startedAt, now.value, overview.timeZone, words.language),
                  person: one.startedBy,
                  counts: words('evacuation.safeOf', {
                    safe: one.counts.safe.persons,
                    all: one.counts.all.persons,
                  }),
                })}
              </span>
            </li>
          ))}
        </ol>
      </section>
      <EvacuationGroups overview={overview} groups={groups.value ?? []} onChange={groups.again} />
    </main>
  );
}
