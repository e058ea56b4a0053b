import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { z } from 'zod';
import { HandoverView } from '../../../src/contract/handover.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import type { RosterView } from '../../../src/contract/roster.ts';
import { fullDate, hourAndMinute } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { handoverLines } from '../state/handover.ts';
import { RosterForm } from './roster-form.tsx';

const EVERY_MS = 15_000;

interface HandoverProps {
  readonly overview: SiteOverview;
  readonly roster: RosterView;
}

/** 交接班: what stood when a shift was handed over, notes, and the signatures of both. */
export function HandoverPanel({ overview, roster }: HandoverProps): JSX.Element {
  const words = say.value;
  const { siteId } = overview;
  const path = `/api/sites/${encodeURIComponent(siteId)}/handovers`;
  const { value = [], again } = usePolled(path, z.array(HandoverView), EVERY_MS);
  const fault = useSignal<string | undefined>(undefined);
  const send = async (to: string): Promise<void> => {
    fault.value = undefined;
    try {
      await ask(to, HandoverView, { method: 'POST' });
    } catch (error) {
      if (!noticeSignedOut(error)) fault.value = codeOf(error);
    }
    again();
  };
  const isOpen = value.some(({ incoming }) => incoming === null);
  return (
    <section class="panel changes" aria-labelledby="handover-title">
      <h2 id="handover-title">{words('handover.title')}</h2>
      <p class="fault" role="alert">
        {fault.value !== undefined && problemText(words, fault.value)}
      </p>
      {may('roster/ask', siteId) && !isOpen && (
        <button type="button" class="button" onClick={() => void send(path)}>
          {words('handover.open')}
        </button>
      )}
      <ol>
        {value.map((handover) => (
          <Handover
            key={handover.handoverId}
            handover={handover}
            overview={overview}
            roster={roster}
            onSign={() => void send(`/api/handovers/${handover.handoverId}/sign`)}
            onChange={again}
          />
        ))}
      </ol>
    </section>
  );
}

interface LineProps extends HandoverProps {
  readonly handover: HandoverView;
  readonly onSign: () => void;
  readonly onChange: () => void;
}

function Handover({ handover, overview, roster, onSign, onChange }: LineProps): JSX.Element {
  const words = say.value;
  const { handoverId, openedAt, openedBy, content, notes, outgoing, incoming } = handover;
  const at = (when: number): string =>
    `${fullDate(when, overview.timeZone, words.language)} ${hourAndMinute(when, overview.timeZone, words.language)}`;
  const lines = handoverLines(words, content, { overview, roster, at });
  return (
    <li class={`change ${incoming === null ? 'change-overdue' : ''}`}>
      <div class="change-head">
        <strong>{at(openedAt)}</strong>
        <span>{words('handover.by', { who: openedBy })}</span>
        <span>
          {words(
            incoming !== null
              ? 'handover.signed'
              : outgoing !== null
                ? 'handover.waitsIncoming'
                : 'handover.waitsOutgoing',
          )}
        </span>
      </div>
      <details open={incoming === null}>
        <summary>{words('handover.content', { count: lines.length })}</summary>
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </details>
      {notes.map(({ by, at: when, text }) => (
        <p key={`${by} ${String(when)}`}>
          {text} <small class="quiet">{`${by} ${at(when)}`}</small>
        </p>
      ))}
      {outgoing !== null && <small>{words('handover.outgoing', { who: outgoing.by, time: at(outgoing.at) })}</small>}
      {incoming !== null && <small>{words('handover.incoming', { who: incoming.by, time: at(incoming.at) })}</small>}
      {incoming === null && may('roster/ask', overview.siteId) && (
        <div class="change-do">
          <RosterForm
            title={words('handover.note')}
            onDone={onChange}
            onSend={(text) =>
              ask(`/api/handovers/${handoverId}/notes`, HandoverView, { method: 'POST', body: { note: text('note') } })
            }
          >
            <label>
              <span>{words('field.note')}</span>
              <textarea name="note" required maxLength={2_000} rows={4} />
            </label>
          </RosterForm>
          <button type="button" class="button button-strong" onClick={onSign}>
            {words(outgoing === null ? 'handover.signOutgoing' : 'handover.signIncoming')}
          </button>
        </div>
      )}
    </li>
  );
}
