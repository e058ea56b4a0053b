import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { MadePerson } from '../../../src/contract/people.ts';
import type { NewPerson, PeopleView } from '../../../src/contract/people.ts';
import type { Grant } from '../../../src/core/access.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { managedSites } from '../live/managed-sites.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { Choices } from './choices.tsx';
import { Dialog } from './dialog.tsx';
import { FaultLine } from './fault-line.tsx';
import { Field } from './field.tsx';
import { GrantsEditor } from './grants-editor.tsx';
import { SecretOnce } from './secret-once.tsx';

interface AddPersonProps {
  readonly view: PeopleView;
  readonly onChange: () => void;
  readonly onClose: () => void;
}

/** Makes an account and shows its first password, once. */
export function AddPerson({ view, onChange, onClose }: AddPersonProps): JSX.Element {
  const words = say.value;
  const { all, list } = managedSites('people/manage');
  const grants = useSignal<readonly Grant[]>([{ role: 'operator', siteId: all ? null : (list[0]?.siteId ?? null) }]);
  const groupIds = useSignal<readonly string[]>([]);
  const made = useSignal<{ readonly name: string; readonly password: string } | undefined>(undefined);
  const { sending, fault, submit } = useSubmission();

  const add = (event: Event): void => {
    const name = typedInto(event)('name').trim();
    const body: NewPerson = { name, grants: [...grants.value], groupIds: [...groupIds.value] };
    void submit(async () => {
      const { password } = await ask('/api/people', MadePerson, { method: 'POST', body });
      made.value = { name, password };
      onChange();
    });
  };

  if (made.value !== undefined)
    return (
      <Dialog title={words('people.made', { name: made.value.name })} onClose={onClose}>
        <SecretOnce secret={made.value.password} explain={words('people.passwordExplain')} />
      </Dialog>
    );
  return (
    <Dialog title={words('people.add')} wide onClose={onClose}>
      <form class="form" onSubmit={add}>
        <Field
          label={words('field.name')}
          hint={words('setup.nameHint')}
          name="name"
          required
          maxLength={80}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
        />
        <GrantsEditor
          grants={grants.value}
          onChange={(next) => {
            grants.value = next;
          }}
        />
        {view.groups.length > 0 && (
          <Choices
            label={words('people.groups')}
            of={view.groups.map(({ groupId, name }) => [groupId, name])}
            chosen={groupIds.value}
            onChange={(next) => {
              groupIds.value = next;
            }}
          />
        )}
        <FaultLine fault={fault} />
        <button type="submit" class="button button-strong" disabled={sending}>
          {words(sending ? 'form.sending' : 'people.add')}
        </button>
      </form>
    </Dialog>
  );
}
