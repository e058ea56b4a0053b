import { useSignalEffect } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { say } from '../live/language.ts';
import { followOpenCarrier, openCarrier } from '../live/open-carrier.ts';
import { CarrierBanner } from './carrier-banner.tsx';
import { LanguageSwitch } from './language-switch.tsx';

interface FrontProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** The frame of what stands in front of the screen. Also there it is said whether anybody can be called. */
export function Front({ title, wide = false, children }: FrontProps): JSX.Element {
  useSignalEffect(() => {
    const leaving = new AbortController();
    void followOpenCarrier(leaving.signal);
    return () => {
      leaving.abort();
    };
  });
  return (
    <main class="sign-in">
      {openCarrier.value !== undefined && <CarrierBanner carrier={openCarrier.value} />}
      <div class={`sign-in-form ${wide ? 'sign-in-wide' : ''}`}>
        <p class="brand">{say.value('app.name')}</p>
        <h1>{title}</h1>
        {children}
      </div>
      <LanguageSwitch />
    </main>
  );
}
