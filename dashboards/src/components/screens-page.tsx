import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { z } from 'zod';
import { CredentialView } from '../../../src/contract/people.ts';
import { say } from '../live/language.ts';
import { managedSites } from '../live/managed-sites.ts';
import { usePolled } from '../live/polled.ts';
import { AddKiosk } from './add-kiosk.tsx';
import { AddToken } from './add-token.tsx';
import { CredentialRow } from './credential-row.tsx';
import { Devices } from './devices.tsx';
import { FaultLine } from './fault-line.tsx';
import { ManageTabs } from './manage-tabs.tsx';

const EVERY_MS = 15_000;

/** The page 大屏和程序: what sees or works here without a person, and how to shut it out. */
export function ScreensPage({ timeZone }: { readonly timeZone: string | undefined }): JSX.Element {
  const words = say.value;
  const { value, fault, again } = usePolled('/api/credentials', z.array(CredentialView), EVERY_MS);
  const adding = useSignal<CredentialView['kind'] | undefined>(undefined);
  const sites = managedSites('credential/manage').list;
  const close = (): void => {
    adding.value = undefined;
    again();
  };
  return (
    <main class="page-people">
      <ManageTabs />
      {(['kiosk', 'token'] as const).map((kind) => (
        <section key={kind} class="panel" aria-labelledby={`${kind}-title`}>
          <header class="panel-head">
            <h2 id={`${kind}-title`}>{words(`credentials.${kind}`)}</h2>
            <button
              type="button"
              class={`button ${kind === 'kiosk' ? 'button-strong' : ''}`}
              onClick={() => {
                adding.value = kind;
              }}
            >
              {words(`credentialAdd.${kind}`)}
            </button>
          </header>
          <p class="quiet">{words(`credentialWhat.${kind}`)}</p>
          <FaultLine fault={fault === undefined ? undefined : { code: fault }} />
          {value?.some((one) => one.kind === kind) === false && <p>{words('credentials.none')}</p>}
          <ul class="lines">
            {value
              ?.filter((one) => one.kind === kind)
              .map((one) => (
                <CredentialRow key={one.credentialId} credential={one} timeZone={timeZone} onChange={again} />
              ))}
          </ul>
        </section>
      ))}
      {sites.map((site) => (
        <Devices key={site.siteId} site={site} timeZone={timeZone} />
      ))}
      {adding.value === 'kiosk' && <AddKiosk onClose={close} />}
      {adding.value === 'token' && <AddToken onClose={close} />}
    </main>
  );
}
