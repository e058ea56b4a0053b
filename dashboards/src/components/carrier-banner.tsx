import type { JSX } from 'preact';
import type { CarrierView } from '../../../src/contract/http.ts';
import { say } from '../live/language.ts';
import { Banner } from './banner.tsx';

/** Whether anybody can be called, and that nobody is while phones are simulated. On every screen. */
export function CarrierBanner({ carrier }: { readonly carrier: CarrierView | null }): JSX.Element {
  const words = say.value;
  return (
    <>
      {carrier === null && <Banner loud title={words('banner.noCarrier')} detail={words('banner.noCarrierDetail')} />}
      {carrier?.reachable === false && (
        <Banner loud title={words('banner.unreachable')} detail={words('banner.unreachableDetail')}>
          <small class="technical">{words('technical', { detail: carrier.detail })}</small>
        </Banner>
      )}
      {carrier?.simulated === true && (
        <Banner title={words('banner.simulated')} detail={words('banner.simulatedDetail')}>
          {carrier.page !== null && (
            <a class="banner-link" href={carrier.page} target="_blank" rel="noreferrer">
              {words('banner.simulatedPhones')}
            </a>
          )}
        </Banner>
      )}
      {carrier?.simulated === null && carrier.reachable && <Banner title={words('banner.unknownCarrier')} />}
    </>
  );
}
