import type { JSX } from 'preact';
import type { ConnectionsView } from '../../../src/contract/http.ts';
import { ageInWords } from '../format/age.ts';
import { say } from '../live/language.ts';
import { now } from '../live/site-watch.ts';

/** Who calls, in the order in which they are asked, and how each was when it was last looked at. */
export function CarrierTable({ carriers }: { readonly carriers: ConnectionsView['carriers'] }): JSX.Element {
  const words = say.value;
  return (
    <section class="carrier-list">
      <h2>{words('carriers.title')}</h2>
      {carriers.length === 0 && <p class="quiet">{words('banner.noCarrier')}</p>}
      <ul>
        {carriers.map((carrier) => (
          <li key={carrier.name}>
            <strong>{carrier.name}</strong>{' '}
            {carrier.media.map((medium) => words(`medium.${medium}`)).join(words('list.separator'))}
            {' · '}
            {words(carrier.reachable ? 'carriers.well' : 'carriers.failing')}
            {carrier.simulated === true && ` · ${words('carriers.simulated')}`}
            {carrier.balance !== null && ` · ${words('carriers.balance', { balance: carrier.balance })}`}
            {carrier.failingSince !== null &&
              ` · ${words('carriers.since', { age: ageInWords(words, now.value - carrier.failingSince), count: carrier.faults })}`}
            <br />
            <small class="quiet">{carrier.detail}</small>
            {carrier.noTemplate.length > 0 && (
              <p class="carrier-lacks">
                {words('carriers.noTemplate', {
                  purposes: carrier.noTemplate.map((one) => words(`purpose.${one}`)).join(words('list.separator')),
                })}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
