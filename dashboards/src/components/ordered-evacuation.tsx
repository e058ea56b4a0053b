import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { z } from 'zod';
import { BroadcastView, EvacuationGroupView } from '../../../src/contract/evacuation.ts';
import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import type { OrderView } from '../../../src/contract/response.ts';
import { moment } from '../format/clock.ts';
import { personIn } from '../format/event-line.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { usePolled } from '../live/polled.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now, readOverview } from '../live/site-watch.ts';
import { hrefOf } from '../live/view.ts';
import { MayNot } from './may-not.tsx';

const EVERY_MS = 10_000;

interface OrderedProps {
  readonly callout: CalloutView;
  readonly overview: SiteOverview;
}

/** Each order to leave that has told nobody yet: one press tells everybody who is listed. It was confirmed when it was given. */
export function OrderedEvacuations({ callout, overview }: OrderedProps): JSX.Element | null {
  if (callout.endedAt !== null) return null;
  const untold = callout.orders.filter(
    (order) => order.kind === 'evacuate' && order.done === null && order.broadcastId === null,
  );
  return (
    <>
      {untold.map((order) => (
        <Proposal key={order.number} order={order} callout={callout} overview={overview} />
      ))}
    </>
  );
}

function Proposal({ order, callout, overview }: OrderedProps & { readonly order: OrderView }): JSX.Element {
  const words = say.value;
  const sending = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const { siteId, timeZone } = overview;
  const groups = usePolled(
    `/api/sites/${encodeURIComponent(siteId)}/evacuation-groups`,
    z.array(EvacuationGroupView),
    EVERY_MS,
  );
  const listed = (groups.value ?? []).filter(({ members }) => members.length > 0);
  const persons = listed.flatMap(({ members }) => members).reduce((sum, member) => sum + member.persons, 0);

  const begin = async (): Promise<void> => {
    sending.value = true;
    problem.value = undefined;
    try {
      const path = `/api/callouts/${callout.calloutId}/orders/${String(order.number)}/broadcast`;
      await ask(path, BroadcastView, { method: 'POST' });
    } catch (error) {
      if (!noticeSignedOut(error)) problem.value = codeOf(error);
    }
    sending.value = false;
    readOverview();
  };

  const by = {
    person: personIn(overview, order.contactId, words),
    time: moment(order.at, now.value, timeZone, words.language),
  };
  return (
    <section class="ordered-evacuation" role="alert">
      <p>
        <strong>{words('ordered.untold', by)}</strong>
      </p>
      {groups.value !== undefined && listed.length === 0 && (
        <p>
          {words('evacuation.noGroups')} <a href={hrefOf('evacuation')}>{words('evacuation.title')}</a>
        </p>
      )}
      {(problem.value ?? groups.fault) !== undefined && (
        <p class="fault">{problemText(words, problem.value ?? groups.fault ?? '')}</p>
      )}
      {!may('broadcast/press', siteId) ? (
        <MayNot permission="broadcast/press" siteId={siteId} />
      ) : (
        listed.length > 0 && (
          <button
            type="button"
            class="button button-big button-evacuate"
            disabled={sending.value}
            onClick={() => void begin()}
          >
            {words(callout.drill ? 'ordered.tellDrill' : 'ordered.tell', { lists: listed.length, persons })}
          </button>
        )
      )}
    </section>
  );
}
