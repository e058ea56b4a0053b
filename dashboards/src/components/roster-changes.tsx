import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { RosterView } from '../../../src/contract/roster.ts';
import { problemText } from '../format/problem.ts';
import { spanText } from '../format/span.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { changeRoster } from '../live/roster.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now } from '../live/site-watch.ts';
import { personName, rotationName } from '../state/roster.ts';

interface ChangesProps {
  readonly siteId: string;
  readonly timeZone: string;
  readonly roster: RosterView;
  readonly onChange: () => void;
}

/** What differs from the plan now and soon: overrides, absences, and swaps with both words. */
export function RosterChanges({ siteId, timeZone, roster, onChange }: ChangesProps): JSX.Element {
  const words = say.value;
  const fault = useSignal<string | undefined>(undefined);
  const name = (id: string): string => personName(roster, id, words.language);
  const isOwn = (id: string): boolean => roster.people.some(({ contactId, own }) => own && contactId === id);
  const mayAsk = may('roster/ask', siteId);
  const mayEdit = may('roster/edit', siteId);
  const send = async (what: string, body: unknown): Promise<void> => {
    fault.value = undefined;
    try {
      await changeRoster(siteId, what, body);
    } catch (error) {
      if (!noticeSignedOut(error)) fault.value = codeOf(error);
    }
    onChange();
  };
  const end = (exceptionId: string): JSX.Element => (
    <button type="button" class="button button-quiet" onClick={() => void send('/end', { exceptionId })}>
      {words('roster.end')}
    </button>
  );
  const answer = (swapId: string, word: 'agreed' | 'refused' | 'withdrawn'): JSX.Element => (
    <button type="button" class="button" onClick={() => void send('/swaps/answer', { swapId, word })}>
      {words(`swap.do.${word}`)}
    </button>
  );
  const current = <T extends { readonly to: number }>(list: readonly T[]): readonly T[] =>
    list.filter(({ to }) => to > now.value);
  return (
    <section class="panel changes" aria-labelledby="exceptions-title">
      <h2 id="exceptions-title">{words('roster.exceptions')}</h2>
      <p class="fault" role="alert">
        {fault.value !== undefined && problemText(words, fault.value)}
      </p>
      <ol>
        {current(roster.absences).map(({ id, contactId, from, to, standIn, reason, made }) => (
          <li key={id} class="change">
            <strong>{words('roster.absence', { who: name(contactId) })}</strong>
            <span>{spanText(words, from, to, timeZone)}</span>
            {standIn !== undefined && <span>{words('roster.coveredBy', { who: name(standIn) })}</span>}
            <small class="quiet">{words('roster.by', { who: made.by, reason })}</small>
            {(mayEdit || (mayAsk && isOwn(contactId))) && <div class="change-do">{end(id)}</div>}
          </li>
        ))}
        {current(roster.overrides).map(({ id, rotationId, people, from, to, reason, made }) => (
          <li key={id} class="change">
            <strong>
              {words('roster.overridden', {
                rotation: rotationName(roster, rotationId),
                who: people.map(name).join(words('list.separator')),
              })}
            </strong>
            <span>{spanText(words, from, to, timeZone)}</span>
            <small class="quiet">{words('roster.by', { who: made.by, reason })}</small>
            {mayEdit && <div class="change-do">{end(id)}</div>}
          </li>
        ))}
        {roster.swaps.toReversed().map(({ id, asker, other, gives, takes, note, answer: given }) => (
          <li key={id} class="change">
            <div class="change-head">
              <strong>{words('swap.line', { asker: name(asker), other: name(other) })}</strong>
              <span>{words(given === undefined ? 'swap.asked' : `swap.${given.word}`)}</span>
            </div>
            <span>{words('swap.gives', { when: spanText(words, gives.from, gives.to, timeZone) })}</span>
            {takes !== undefined && (
              <span>{words('swap.takes', { when: spanText(words, takes.from, takes.to, timeZone) })}</span>
            )}
            {note !== '' && <small class="quiet">{note}</small>}
            {given === undefined && mayAsk && (
              <div class="change-do">
                {isOwn(other) && answer(id, 'agreed')}
                {isOwn(other) && answer(id, 'refused')}
                {isOwn(asker) && answer(id, 'withdrawn')}
              </div>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
