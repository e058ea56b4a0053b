import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { MadeCredential } from '../../../src/contract/people.ts';
import type { NewCredential } from '../../../src/contract/people.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { managedSites } from '../live/managed-sites.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { Dialog } from './dialog.tsx';
import { FaultLine } from './fault-line.tsx';
import { Field } from './field.tsx';
import { QrCode } from './qr-code.tsx';
import { SecretOnce } from './secret-once.tsx';
import { SitesPicker } from './sites-picker.tsx';

/** Makes the link that turns a browser into a screen on a wall, and shows it once. */
export function AddKiosk({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const words = say.value;
  const { all, list } = managedSites('credential/manage');
  const siteIds = useSignal<readonly string[] | null>(all ? null : list.slice(0, 1).map(({ siteId }) => siteId));
  const link = useSignal<string | undefined>(undefined);
  const { sending, fault, submit } = useSubmission();
  const add = (event: Event): void => {
    const name = typedInto(event)('name').trim();
    const body: NewCredential = { kind: 'kiosk', name, siteIds: siteIds.value && [...siteIds.value], days: null };
    void submit(async () => {
      const { secret } = await ask('/api/credentials', MadeCredential, { method: 'POST', body });
      link.value = new URL(`#kiosk=${secret}`, window.location.origin + window.location.pathname).href;
    });
  };
  if (link.value !== undefined)
    return (
      <Dialog title={words('kiosk.link')} wide onClose={onClose}>
        <div class="enrol">
          <QrCode text={link.value} label={words('kiosk.qr')} />
          <div class="form">
            <SecretOnce secret={link.value} explain={words('kiosk.linkExplain')} />
            <p>{words('kiosk.soundExplain')}</p>
            <p>
              <code>{words('kiosk.soundCommand')}</code>
            </p>
          </div>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={words('credentialAdd.kiosk')} onClose={onClose}>
      <form class="form" onSubmit={add}>
        <Field
          label={words('kiosk.name')}
          hint={words('kiosk.nameHint')}
          name="name"
          required
          maxLength={80}
          autoComplete="off"
        />
        <SitesPicker
          siteIds={siteIds.value}
          onChange={(next) => {
            siteIds.value = next;
          }}
        />
        <FaultLine fault={fault} />
        <button type="submit" class="button button-strong" disabled={sending || siteIds.value?.length === 0}>
          {words('kiosk.make')}
        </button>
      </form>
    </Dialog>
  );
}
