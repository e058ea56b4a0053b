import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { ListedAlarm } from '../../../src/contract/alarms.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { pointName } from '../format/point-name.ts';
import { problemText } from '../format/problem.ts';
import { targetName } from '../format/target-name.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now } from '../live/site-watch.ts';
import { LevelBadge } from './level-badge.tsx';
import { ShelveButton } from './shelve-button.tsx';

interface AlarmLineProps {
  readonly alarm: ListedAlarm;
  readonly overview: SiteOverview;
  readonly onChange: () => void;
}

/** One alarm: what stands, since when, who saw it, why it is quiet, and what can be done. */
export function AlarmLine({ alarm, overview, onChange }: AlarmLineProps): JSX.Element {
  const words = say.value;
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  const { level, worst, state, hidden, shelf, acknowledged } = alarm;
  const ofPoint = overview.sensors.filter(({ point }) => point === hidden?.point);
  return (
    <li class="alarm">
      <div class="alarm-what">
        <LevelBadge level={level} />
        <strong>{targetName(overview, alarm.target, words)}</strong>
        <span class="tag">{words(`alarms.state.${state}`)}</span>
        {worst !== level && <span class="quiet">{words('alarms.worst', { level: words(`level.${worst}`) })}</span>}
        <span class="quiet">{words('alarms.since', { time: time(alarm.openedAt) })}</span>
        {alarm.stale && <span class="tag">{words('alarms.stale')}</span>}
        {alarm.chattering && <span class="tag">{words('alarms.chattering')}</span>}
      </div>
      {hidden !== null && (
        <p>{words(`alarms.hidden.${hidden.why}`, { point: pointName(ofPoint, words) || (hidden.point ?? '') })}</p>
      )}
      {shelf !== null && (
        <p>
          {words('alarms.shelvedBy', {
            who: shelf.by,
            reason: shelf.reason,
            time: time(shelf.until),
            level: words(`level.${shelf.upTo}`),
          })}
        </p>
      )}
      {state === 'acknowledged' && acknowledged !== null && acknowledged.until !== null && (
        <p class="quiet">{words('alarms.seenBy', { who: acknowledged.by, time: time(acknowledged.until) })}</p>
      )}
      <AlarmActs alarm={alarm} siteId={overview.siteId} onChange={onChange} />
    </li>
  );
}

interface AlarmActsProps {
  readonly alarm: ListedAlarm;
  readonly siteId: string;
  readonly onChange: () => void;
}

function AlarmActs({ alarm, siteId, onChange }: AlarmActsProps): JSX.Element {
  const words = say.value;
  const problem = useSignal<string | undefined>(undefined);
  const path = `/api/sites/${encodeURIComponent(siteId)}/alarms`;
  const send = async (what: 'acknowledge' | 'unshelve'): Promise<void> => {
    problem.value = undefined;
    try {
      await ask(`${path}/${what}`, null, { method: 'POST', body: { target: alarm.target } });
    } catch (error) {
      if (!noticeSignedOut(error)) problem.value = codeOf(error);
    }
    onChange();
  };
  const isUnseen = alarm.state === 'unacknowledged' || alarm.state === 'returned-unacknowledged';
  return (
    <div class="alarm-do">
      {isUnseen && may('alarm/acknowledge', siteId) && (
        <button type="button" class="button button-strong" onClick={() => void send('acknowledge')}>
          {words('alarms.acknowledge')}
        </button>
      )}
      {may('alarm/shelve', siteId) &&
        (alarm.shelf === null ? (
          <ShelveButton alarm={alarm} siteId={siteId} onChange={onChange} />
        ) : (
          <button type="button" class="button" onClick={() => void send('unshelve')}>
            {words('alarms.unshelve')}
          </button>
        ))}
      <p class="fault" role="alert">
        {problem.value !== undefined && problemText(words, problem.value)}
      </p>
    </div>
  );
}
