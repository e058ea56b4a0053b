import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { MadeGroup } from '../../../src/contract/people.ts';
import type { ChangedGroup, NewGroup, PeopleView } from '../../../src/contract/people.ts';
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
import type { Group } from '../state/people.ts';

interface EditGroupProps {
  /** undefined: a new one. */
  readonly group: Group | undefined;
  readonly view: PeopleView;
  readonly onClose: () => void;
}

/** Makes a group, or changes its name, roles and members. */
export function EditGroup({ group, view, onClose }: EditGroupProps): JSX.Element {
  const words = say.value;
  const { all, list } = managedSites('people/manage');
  const grants = useSignal<readonly Grant[]>(
    group?.grants ?? [{ role: 'operator', siteId: all ? null : (list[0]?.siteId ?? null) }],
  );
  const memberIds = useSignal<readonly string[]>(group?.memberIds ?? []);
  /** Of one that was made, though its members were then refused. */
  const made = useSignal<string | undefined>(group?.groupId);
  const { sending, fault, submit } = useSubmission();

  const save = async (event: Event): Promise<void> => {
    const body: NewGroup = { name: typedInto(event)('name').trim(), grants: [...grants.value] };
    const members: ChangedGroup = { ...body, memberIds: [...memberIds.value] };
    const done = await submit(async () => {
      made.value ??= (await ask('/api/groups', MadeGroup, { method: 'POST', body })).groupId;
      await ask(`/api/groups/${made.value}`, null, { method: 'PUT', body: members });
    });
    if (done) onClose();
  };
  const remove = async (groupId: string): Promise<void> => {
    if (await submit(() => ask(`/api/groups/${groupId}`, null, { method: 'DELETE' }))) onClose();
  };

  return (
    <Dialog title={group?.name ?? words('groups.add')} wide onClose={onClose}>
      <form class="form" onSubmit={(event) => void save(event)}>
        <Field
          label={words('groups.name')}
          name="name"
          required
          maxLength={80}
          autoComplete="off"
          defaultValue={group?.name ?? ''}
        />
        <GrantsEditor
          grants={grants.value}
          onChange={(next) => {
            grants.value = next;
          }}
        />
        <Choices
          label={words('groups.members')}
          of={view.accounts.map(({ accountId, name }) => [accountId, name])}
          chosen={memberIds.value}
          onChange={(next) => {
            memberIds.value = next;
          }}
        />
        <FaultLine fault={fault} />
        <p class="button-row">
          <button type="submit" class="button button-strong" disabled={sending || grants.value.length === 0}>
            {words('form.save')}
          </button>
          {group !== undefined && (
            <button type="button" class="button" disabled={sending} onClick={() => void remove(group.groupId)}>
              {words('groups.remove')}
            </button>
          )}
        </p>
      </form>
    </Dialog>
  );
}
