import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import type { OrderView } from '../../../src/contract/response.ts';
import { moment } from '../format/clock.ts';
import { personIn } from '../format/event-line.ts';
import { problemText } from '../format/problem.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { codeOf, noticeSignedOut } from '../live/session.ts';
import { now, readOverview } from '../live/site-watch.ts';
import { ReasonDialog } from './reason-dialog.tsx';

interface OrdersProps {
  readonly callout: CalloutView;
  readonly overview: SiteOverview;
}

/** What is done because of the callout, on whose word, and who is accounted for. */
export function Orders({ callout, overview }: OrdersProps): JSX.Element | null {
  const words = say.value;
  if (callout.orders.length === 0) return null;
  return (
    <section class="record orders">
      <h3>{words('order.title')}</h3>
      <ul>
        {callout.orders.toReversed().map((order) => (
          <li key={order.number} class={order.done === null ? 'is-open' : ''}>
            <strong>{words(`order.${order.kind}`)}</strong>
            <span>{order.scope === '' ? words('order.wholeSite') : order.scope}</span>
            <Facts order={order} overview={overview} />
            {order.done === null && callout.endedAt === null && may('callout/answer', overview.siteId) && (
              <Report order={order} calloutId={callout.calloutId} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ order, overview }: { readonly order: OrderView; readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const time = (at: number): string => moment(at, now.value, overview.timeZone, words.language);
  const { at, contactId, medium, enteredBy, route, dueAt, overdueAt, withdrawnAt, headCount, done, level } = order;
  const by = { person: personIn(overview, contactId, words), time: time(at), medium: words(`medium.${medium}`) };
  const { expected = null, accounted = 0 } = headCount ?? {};
  const lines = [
    words('order.by', by),
    ...(enteredBy === null ? [] : [words('order.enteredBy', { account: enteredBy })]),
    ...(route === null ? [] : [words('order.routeIs', { route })]),
    ...(order.broadcastId === null ? [] : [words('ordered.told')]),
    ...(headCount === null
      ? []
      : [
          expected === null
            ? words('order.headsUnknown', { accounted })
            : words('order.heads', { accounted, expected }),
        ]),
    ...(done === null && dueAt !== null && overdueAt === null ? [words('order.due', { time: time(dueAt) })] : []),
    ...(done === null && overdueAt !== null ? [words('order.overdue')] : []),
    ...(level === null ? [words('order.notAResponse')] : []),
    ...(withdrawnAt === null ? [] : [words('order.withdrawn')]),
    ...(done === null ? [] : [words('order.done', { time: time(done.at), person: done.by, note: done.note })]),
  ];
  return (
    <>
      {lines.map((line) => (
        <span key={line} class="quiet">
          {line}
        </span>
      ))}
    </>
  );
}

interface ReportProps {
  readonly order: OrderView;
  readonly calloutId: string;
}

/** How many are out, and that it is done. */
function Report({ order, calloutId }: ReportProps): JSX.Element {
  const words = say.value;
  const problem = useSignal<string | undefined>(undefined);
  const path = `/api/callouts/${calloutId}/orders/${String(order.number)}`;

  const count = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const expected = form.get('expected');
    const body = { expected: expected === '' ? null : Number(expected), accounted: Number(form.get('accounted')) };
    problem.value = undefined;
    try {
      await ask(`${path}/head-count`, null, { method: 'POST', body });
    } catch (error) {
      if (!noticeSignedOut(error)) problem.value = codeOf(error);
    }
    readOverview();
  };

  return (
    <div class="order-report">
      {order.headCount !== null && (
        <form class="head-count" onSubmit={(event) => void count(event)}>
          <label>
            <span>{words('order.accounted')}</span>
            <input name="accounted" type="number" min={0} required defaultValue={order.headCount.accounted} />
          </label>
          <label>
            <span>{words('order.expected')}</span>
            <input name="expected" type="number" min={0} defaultValue={order.headCount.expected ?? ''} />
          </label>
          <button type="submit" class="button">
            {words('order.count')}
          </button>
        </form>
      )}
      <ReasonDialog
        action={words('order.isDone')}
        explain={words('order.doneExplain')}
        onReason={(note) => ask(`${path}/done`, null, { method: 'POST', body: { note } })}
        onDone={readOverview}
      />
      <p class="fault" role="alert">
        {problem.value !== undefined && problemText(words, problem.value)}
      </p>
    </div>
  );
}
