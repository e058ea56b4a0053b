import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { FirstPassword } from '../../../src/contract/people.ts';
import type { PeopleView, RolesOfPerson } from '../../../src/contract/people.ts';
import type { Grant } from '../../../src/core/access.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { Choices } from './choices.tsx';
import { Dialog } from './dialog.tsx';
import { FaultLine } from './fault-line.tsx';
import { Field } from './field.tsx';
import { GrantsEditor } from './grants-editor.tsx';
import { PersonActs } from './person-acts.tsx';
import { PersonSessions } from './person-sessions.tsx';
import type { Person } from '../state/people.ts';
import { SecretOnce } from './secret-once.tsx';

interface ManagePersonProps {
  readonly account: Person;
  readonly view: PeopleView;
  readonly timeZone: string | undefined;
  readonly onChange: () => void;
  readonly onClose: () => void;
}

/** All that an administrator does about somebody else. About themselves another one does it. */
export function ManagePerson({ account, view, timeZone, onChange, onClose }: ManagePersonProps): JSX.Element {
  const words = say.value;
  const password = useSignal<string | undefined>(undefined);
  const path = `/api/people/${account.accountId}`;
  const resetPassword = async (): Promise<void> => {
    const reset = await ask(`${path}/reset-password`, FirstPassword, { method: 'POST' });
    password.value = reset.password;
    onChange();
  };
  if (password.value !== undefined)
    return (
      <Dialog title={account.name} onClose={onClose}>
        <SecretOnce secret={password.value} explain={words('people.passwordExplain')} />
      </Dialog>
    );
  if (account.own)
    return (
      <Dialog title={account.name} onClose={onClose}>
        <p>{words('problem.account/own')}</p>
      </Dialog>
    );
  return (
    <Dialog title={account.name} wide onClose={onClose}>
      <Roles account={account} view={view} path={path} onChange={onChange} />
      <PersonActs account={account} path={path} onResetPassword={resetPassword} onChange={onChange} />
      <Identity account={account} path={path} onChange={onChange} />
      <PersonSessions path={path} timeZone={timeZone} />
    </Dialog>
  );
}

interface PartProps {
  readonly account: Person;
  readonly path: string;
  readonly onChange: () => void;
}

function Roles({ account, view, path, onChange }: PartProps & { readonly view: PeopleView }): JSX.Element {
  const words = say.value;
  const grants = useSignal<readonly Grant[]>(account.grants);
  const groupIds = useSignal<readonly string[]>(account.groupIds);
  const saved = useSignal(false);
  const { sending, fault, submit } = useSubmission();
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body: RolesOfPerson = { grants: [...grants.value], groupIds: [...groupIds.value] };
    saved.value = await submit(() => ask(`${path}/grants`, null, { method: 'PUT', body }));
    onChange();
  };
  return (
    <form class="form" onSubmit={(event) => void save(event)}>
      <GrantsEditor
        grants={grants.value}
        onChange={(next) => {
          grants.value = next;
          saved.value = false;
        }}
      />
      {view.groups.length > 0 && (
        <Choices
          label={words('people.groups')}
          of={view.groups.map(({ groupId, name }) => [groupId, name])}
          chosen={groupIds.value}
          onChange={(next) => {
            groupIds.value = next;
            saved.value = false;
          }}
        />
      )}
      <FaultLine fault={fault} />
      <p class="button-row">
        <button type="submit" class="button button-strong" disabled={sending}>
          {words('people.saveRoles')}
        </button>
        <span role="status">{saved.value && words('form.saved')}</span>
      </p>
    </form>
  );
}

function Identity({ account, path, onChange }: PartProps): JSX.Element {
  const words = say.value;
  const { sending, fault, submit } = useSubmission();
  const saved = useSignal(false);
  const save = async (event: Event): Promise<void> => {
    const identity = typedInto(event)('identity').trim();
    const body = { identity: identity === '' ? null : identity };
    saved.value = await submit(() => ask(`${path}/identity`, null, { method: 'PUT', body }));
    onChange();
  };
  return (
    <form class="form part" onSubmit={(event) => void save(event)}>
      <Field
        label={words('field.identity')}
        hint={words('people.identityHint')}
        name="identity"
        maxLength={300}
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        defaultValue={account.identity ?? ''}
      />
      <FaultLine fault={fault} />
      <p class="button-row">
        <button type="submit" class="button" disabled={sending}>
          {words('form.save')}
        </button>
        <span role="status">{saved.value && words('form.saved')}</span>
      </p>
    </form>
  );
}
