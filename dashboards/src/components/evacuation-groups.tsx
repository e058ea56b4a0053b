import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { EvacuationGroupView } from '../../../src/contract/evacuation.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { now } from '../live/site-watch.ts';
import { EditEvacuationGroup } from './edit-evacuation-group.tsx';

interface GroupsProps {
  readonly overview: SiteOverview;
  readonly groups: readonly EvacuationGroupView[];
  readonly onChange: () => void;
}

/** The prepared lists, and where they are changed. */
export function EvacuationGroups({ overview, groups, onChange }: GroupsProps): JSX.Element {
  const words = say.value;
  const { siteId, timeZone } = overview;
  const editing = useSignal<EvacuationGroupView | 'new' | undefined>(undefined);
  // Whoever sees numbers masked would write them back masked.
  const writes = may('broadcast/prepare', siteId) && may('phone/see', siteId);
  return (
    <section class="panel" aria-labelledby="prepare-title">
      <h2 id="prepare-title">{words('evacuation.prepare')}</h2>
      <p class="quiet">{words('evacuation.prepareExplain')}</p>
      <ul class="evacuation-past">
        {groups.map((group) => (
          <li key={group.groupId}>
            {writes && (
              <button type="button" class="button" onClick={() => (editing.value = group)}>
                {words('evacuation.edit')}
              </button>
            )}
            <span>
              <strong>{group.name[words.language]}</strong>{' '}
              {words('evacuation.people', {
                entries: group.members.length,
                persons: group.members.reduce((sum, member) => sum + member.persons, 0),
              })}{' '}
              <small class="quiet">
                {words('evacuation.version', {
                  version: group.version,
                  person: group.writtenBy,
                  time: moment(group.writtenAt, now.value, timeZone, words.language),
                })}
              </small>
            </span>
          </li>
        ))}
      </ul>
      {writes && (
        <button type="button" class="button" onClick={() => (editing.value = 'new')}>
          {words('evacuation.newGroup')}
        </button>
      )}
      {editing.value !== undefined && (
        <EditEvacuationGroup
          siteId={siteId}
          group={editing.value === 'new' ? undefined : editing.value}
          onClose={() => {
            editing.value = undefined;
            onChange();
          }}
        />
      )}
    </section>
  );
}
