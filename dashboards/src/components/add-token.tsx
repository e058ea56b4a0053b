import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { MadeCredential } from '../../../src/contract/people.ts';
import type { NewCredential } from '../../../src/contract/people.ts';
import { TOKEN_SCOPES } from '../../../src/core/access.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { managedSites } from '../live/managed-sites.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { Choices } from './choices.tsx';
import { Dialog } from './dialog.tsx';
import { FaultLine } from './fault-line.tsx';
import { Field } from './field.tsx';
import { SecretOnce } from './secret-once.tsx';
import { SitesPicker } from './sites-picker.tsx';

const DAYS = 90;

/** Makes the token that a program signs in with, and shows it once. */
export function AddToken({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const words = say.value;
  const { all, list } = managedSites('credential/manage');
  const siteIds = useSignal<readonly string[] | null>(all ? null : list.slice(0, 1).map(({ siteId }) => siteId));
  const scopes = useSignal<readonly string[]>(['site/see']);
  const token = useSignal<string | undefined>(undefined);
  const { sending, fault, submit } = useSubmission();
  const add = (event: Event): void => {
    const typed = typedInto(event);
    const body: NewCredential = {
      kind: 'token',
      name: typed('name').trim(),
      siteIds: siteIds.value && [...siteIds.value],
      scopes: TOKEN_SCOPES.filter((scope) => scopes.value.includes(scope)),
      days: Number(typed('days')),
    };
    void submit(async () => {
      token.value = (await ask('/api/credentials', MadeCredential, { method: 'POST', body })).secret;
    });
  };
  if (token.value !== undefined)
    return (
      <Dialog title={words('token.made')} onClose={onClose}>
        <SecretOnce secret={token.value} explain={words('token.explain')} />
      </Dialog>
    );
  const lacks = siteIds.value?.length === 0 || scopes.value.length === 0;
  return (
    <Dialog title={words('credentialAdd.token')} onClose={onClose}>
      <form class="form" onSubmit={add}>
        <Field label={words('token.name')} name="name" required maxLength={80} autoComplete="off" />
        <Choices
          label={words('token.scopes')}
          of={TOKEN_SCOPES.map((scope) => [scope, words(`scope.${scope}`)])}
          chosen={scopes.value}
          onChange={(next) => {
            scopes.value = next;
          }}
        />
        <SitesPicker
          siteIds={siteIds.value}
          onChange={(next) => {
            siteIds.value = next;
          }}
        />
        <Field
          label={words('field.days')}
          name="days"
          type="number"
          required
          min={1}
          max={366}
          defaultValue={String(DAYS)}
        />
        <FaultLine fault={fault} />
        <button type="submit" class="button button-strong" disabled={sending || lacks}>
          {words('token.make')}
        </button>
      </form>
    </Dialog>
  );
}
