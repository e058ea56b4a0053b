import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PeopleView } from '../../../src/contract/people.ts';
import { grantsText } from '../format/grants-text.ts';
import { say } from '../live/language.ts';
import { managedSites } from '../live/managed-sites.ts';
import type { Group } from '../state/people.ts';
import { EditGroup } from './edit-group.tsx';

interface GroupsProps {
  readonly view: PeopleView;
  readonly onChange: () => void;
}

/** People who hold the same roles: a shift, say. */
export function Groups({ view, onChange }: GroupsProps): JSX.Element {
  const words = say.value;
  const edited = useSignal<Group | 'new' | undefined>(undefined);
  const { list } = managedSites('people/manage');
  const nameOf = (id: string): string => view.accounts.find(({ accountId }) => accountId === id)?.name ?? '';
  const edit = (group: Group | 'new'): void => {
    edited.value = group;
  };
  return (
    <section class="panel" aria-labelledby="groups-title">
      <header class="panel-head">
        <h2 id="groups-title">{words('people.groups')}</h2>
        <button type="button" class="button" onClick={() => edit('new')}>
          {words('groups.add')}
        </button>
      </header>
      <p class="quiet">{words('groups.explain')}</p>
      <ul class="lines">
        {view.groups.map((group) => (
          <li key={group.groupId}>
            <div class="line-what">
              <strong>{group.name}</strong>
              <span>{grantsText(words, group.grants, list).join(words('list.semicolon'))}</span>
              <span class="quiet">
                {group.memberIds.map(nameOf).join(words('list.separator')) || words('groups.empty')}
                {group.foreignMembers > 0 && ` · ${words('groups.foreign', { count: group.foreignMembers })}`}
              </span>
            </div>
            {group.foreignMembers === 0 && (
              <button
                type="button"
                class="button"
                aria-label={words('people.manageWhom', { name: group.name })}
                onClick={() => edit(group)}
              >
                {words('people.manage')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {edited.value !== undefined && (
        <EditGroup
          group={edited.value === 'new' ? undefined : edited.value}
          view={view}
          onClose={() => {
            edited.value = undefined;
            onChange();
          }}
        />
      )}
    </section>
  );
}
