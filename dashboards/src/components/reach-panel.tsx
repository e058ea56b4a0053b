import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { ReachabilityView } from '../../../src/contract/reachability.ts';
import type { RosterView } from '../../../src/contract/roster.ts';
import { fullDate, hourAndMinute } from '../format/clock.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { personName } from '../state/roster.ts';
import { sayName } from '../words/say.ts';
import { ReasonDialog } from './reason-dialog.tsx';

const EVERY_MS = 5_000;

interface ReachProps {
  readonly siteId: string;
  readonly timeZone: string;
  readonly roster: RosterView;
}

/** Whether each number reaches its person: when that was last proved, and a call that proves it now. */
export function ReachPanel({ siteId, timeZone, roster }: ReachProps): JSX.Element {
  const words = say.value;
  const path = `/api/sites/${encodeURIComponent(siteId)}/reachability`;
  const { value, again } = usePolled(path, ReachabilityView, EVERY_MS);
  const fault = useSignal<string | undefined>(undefined);
  const send = async (what: string, body?: unknown): Promise<void> => {
    fault.value = undefined;
    try {
      await ask(`${path}${what}`, ReachabilityView, { method: 'POST', ...(body !== undefined && { body }) });
    } catch (error) {
      if (!noticeSignedOut(error)) fault.value = codeOf(error);
    }
    again();
  };
  const at = (when: number): string =>
    `${fullDate(when, timeZone, words.language)} ${hourAndMinute(when, timeZone, words.language)}`;
  return (
    <section class="panel changes" aria-labelledby="reach-title">
      <h2 id="reach-title">{words('reach.title')}</h2>
      <p class="quiet">{words('reach.explain')}</p>
      <p class="fault" role="alert">
        {fault.value !== undefined && problemText(words, fault.value)}
      </p>
      <div class="review">
        <table>
          <thead>
            <tr>
              <th scope="col">{words('roster.who')}</th>
              <th scope="col">{words('field.line')}</th>
              <th scope="col">{words('reach.proved')}</th>
              <th scope="col">{words('reach.last')}</th>
            </tr>
          </thead>
          <tbody>
            {(value?.numbers ?? []).map(({ contactId, line, phone, provedAt, suspendedSince, last }) => (
              <tr key={`${contactId} ${String(line)}`}>
                <td>{personName(roster, contactId, words.language)}</td>
                <td>
                  {phone}
                  {suspendedSince !== null && (
                    <>
                      {' '}
                      <strong class="fault">{words('reach.suspended', { time: at(suspendedSince) })}</strong>
                      {may('roster/edit', siteId) && (
                        <ReasonDialog
                          action={words('reach.lift')}
                          explain={words('reach.liftExplain')}
                          onReason={(reason) =>
                            ask(`${path}/lift`, null, { method: 'POST', body: { contactId, line, reason } })
                          }
                          onDone={again}
                        />
                      )}
                    </>
                  )}
                </td>
                <td>{provedAt === null ? <strong>{words('reach.never')}</strong> : at(provedAt)}</td>
                <td>
                  {last !== null &&
                    `${at(last.at)} ${last.outcome === null ? words('reach.running') : sayName(words, 'reach.outcome', last.outcome)}`}{' '}
                  {may('roster/ask', siteId) && (
                    <button
                      type="button"
                      class="button button-quiet"
                      disabled={last !== null && last.outcome === null}
                      onClick={() => void send('/proofs', { contactId, line })}
                    >
                      {words('reach.call')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {value !== undefined && value.nextRollCallAt !== null && (
        <p>{words('reach.rollCall', { time: at(value.nextRollCallAt) })}</p>
      )}
      <p>
        {value !== undefined && value.reviewedAt !== null && words('reach.reviewed', { time: at(value.reviewedAt) })}{' '}
        {value?.reviewOverdue === true && <strong>{words('reach.reviewOverdue')}</strong>}
      </p>
      {may('roster/edit', siteId) && (
        <button type="button" class="button" onClick={() => void send('/review')}>
          {words('reach.review')}
        </button>
      )}
    </section>
  );
}
