import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { BroadcastView } from '../../../src/contract/evacuation.ts';
import type { EvacuationGroupView, RecipientView } from '../../../src/contract/evacuation.ts';
import { STANDINGS, needsDoor } from '../../../src/core/evacuation.ts';
import type { Standing } from '../../../src/core/evacuation.ts';
import { lengthInWords } from '../format/age.ts';
import { moment } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { now } from '../live/site-watch.ts';
import { EndBroadcastButton } from './end-broadcast.tsx';
import { MarkRecipientDialog } from './mark-recipient.tsx';
import { RecipientRow } from './recipient-row.tsx';

interface BoardProps {
  readonly broadcastId: string;
  readonly groups: readonly EvacuationGroupView[];
  readonly timeZone: string;
  readonly onEnded: () => void;
}

const EVERY_MS = 2_000;

/** One broadcast as it goes: heads by where they stand, everybody on the lists, and who needs somebody at the door. */
export function BroadcastBoard({ broadcastId, groups, timeZone, onEnded }: BoardProps): JSX.Element {
  const words = say.value;
  const { value, fault, again } = usePolled(`/api/broadcasts/${broadcastId}`, BroadcastView, EVERY_MS);
  const filter = useSignal<Standing | 'door' | 'all'>('all');
  const group = useSignal('');
  const marking = useSignal<RecipientView | undefined>(undefined);
  if (value === undefined)
    return (
      <section class="panel">
        <p>{fault === undefined ? words('app.loading') : problemText(words, fault)}</p>
      </section>
    );
  const time = (at: number): string => moment(at, now.value, timeZone, words.language);
  const marks = value.endedAt === null && may('broadcast/mark', value.siteId);
  const isShown = ({ standing, groupId }: RecipientView): boolean =>
    (group.value === '' || groupId === group.value) &&
    (filter.value === 'all' || (filter.value === 'door' ? needsDoor(standing) : standing === filter.value));
  const door = value.recipients.filter(({ standing }) => needsDoor(standing));
  const nameOf = (groupId: string): string =>
    groups.find((one) => one.groupId === groupId)?.name[words.language] ?? groupId;
  const row = (recipient: RecipientView): JSX.Element => (
    <RecipientRow
      key={recipient.number}
      recipient={recipient}
      group={nameOf(recipient.groupId)}
      time={time}
      onMark={marks ? () => (marking.value = recipient) : undefined}
    />
  );
  const shown = value.recipients.filter(isShown);
  return (
    <section class="panel broadcast" aria-labelledby="board-title">
      <h2 id="board-title">
        {value.drill && <span class="tag">{words('evacuation.drill')}</span>}{' '}
        {words('evacuation.started', {
          person: value.startedBy,
          time: time(value.startedAt),
          age: lengthInWords(words, (value.endedAt ?? now.value) - value.startedAt),
        })}
      </h2>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {words('evacuation.stale')} {problemText(words, fault)}
        </p>
      )}
      {value.endedAt !== null && (
        <p role="status">
          {words('evacuation.ended', {
            person: value.endedBy ?? '',
            time: time(value.endedAt),
            note: value.note ?? '',
          })}
        </p>
      )}
      <div class="heads" role="group" aria-label={words('evacuation.standing')}>
        {(['all', ...STANDINGS] as const).map((one) => (
          <button
            key={one}
            type="button"
            class={`head-count head-${one}`}
            aria-pressed={filter.value === one}
            onClick={() => (filter.value = one)}
          >
            <strong class="number">{value.counts[one].persons}</strong>
            <span>{one === 'all' ? words('evacuation.all') : words(`standing.${one}`)}</span>
            <small class="quiet">{words('evacuation.entries', { count: value.counts[one].recipients })}</small>
          </button>
        ))}
      </div>
      <details>
        <summary>{words('evacuation.told')}</summary>
        <ul>
          {value.presses.map(({ at, by, told }) => (
            <li key={at}>
              {time(at)} {by}: {told.join(words('list.separator'))}
            </li>
          ))}
        </ul>
      </details>
      <div class="door-list">
        <header class="panel-head">
          <h3>
            {words('evacuation.door')} <span class="number">{door.length}</span>
          </h3>
          <button type="button" class="button no-print" onClick={() => window.print()}>
            {words('evacuation.print')}
          </button>
        </header>
        {door.length === 0 ? <p class="quiet">{words('evacuation.nobody')}</p> : <ol>{door.map(row)}</ol>}
      </div>
      <div class="no-print">
        <header class="panel-head">
          <h3>
            {words('evacuation.list')} <span class="number">{shown.length}</span>
          </h3>
          <label>
            <span class="unseen">{words('evacuation.group')}</span>
            <select value={group.value} onChange={(event) => (group.value = event.currentTarget.value)}>
              <option value="">{words('evacuation.all')}</option>
              {[...new Set(value.recipients.map(({ groupId }) => groupId))].map((groupId) => (
                <option key={groupId} value={groupId}>
                  {nameOf(groupId)}
                </option>
              ))}
            </select>
          </label>
        </header>
        {shown.length === 0 ? <p class="quiet">{words('evacuation.nobody')}</p> : <ol>{shown.map(row)}</ol>}
      </div>
      {value.endedAt === null && may('broadcast/end', value.siteId) && (
        <EndBroadcastButton
          broadcast={value}
          onDone={() => {
            again();
            onEnded();
          }}
        />
      )}
      {marking.value !== undefined && (
        <MarkRecipientDialog
          key={marking.value.number}
          broadcastId={broadcastId}
          recipient={marking.value}
          onClose={() => {
            marking.value = undefined;
            again();
          }}
        />
      )}
    </section>
  );
}
