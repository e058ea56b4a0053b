import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PeopleView } from '../../../src/contract/people.ts';
import { grantsText } from '../format/grants-text.ts';
import { moment } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { managedSites } from '../live/managed-sites.ts';
import { now } from '../live/site-watch.ts';
import type { Person } from '../state/people.ts';
import { ManagePerson } from './manage-person.tsx';

interface PersonRowProps {
  readonly account: Person;
  readonly view: PeopleView;
  readonly timeZone: string | undefined;
  readonly onChange: () => void;
}

/** One account: its roles, what is missing, when it was last here; and the way to change it. */
export function PersonRow({ account, view, timeZone, onChange }: PersonRowProps): JSX.Element {
  const words = say.value;
  const opened = useSignal(false);
  const { list } = managedSites('people/manage');
  const groups = view.groups.filter(({ groupId }) => account.groupIds.includes(groupId));
  const seen =
    account.lastSeenAt === null
      ? words('people.notSeen')
      : words('people.seen', { time: moment(account.lastSeenAt, now.value, timeZone, words.language) });
  return (
    <li class={account.disabledAt === null ? '' : 'is-disabled'}>
      <div class="line-what">
        <p class="line-head">
          <strong>{account.name}</strong>
          {account.own && <span class="tag">{words('people.own')}</span>}
          {account.disabledAt !== null && <span class="tag">{words('people.disabled')}</span>}
          {account.mustChangePassword && <span class="tag">{words('people.firstPassword')}</span>}
        </p>
        <span>
          {[
            ...grantsText(words, account.grants, list),
            ...groups.map(({ name }) => words('people.inGroup', { name })),
          ].join(words('list.semicolon'))}
        </span>
        <span class="quiet">
          {[
            words(account.secondFactor ? 'people.factor' : 'people.noFactor'),
            seen,
            ...(account.sessions > 0 ? [words('people.sessions', { count: account.sessions })] : []),
          ].join(' · ')}
        </span>
      </div>
      <button
        type="button"
        class="button"
        aria-label={words('people.manageWhom', { name: account.name })}
        onClick={() => {
          opened.value = true;
        }}
      >
        {words('people.manage')}
      </button>
      {opened.value && (
        <ManagePerson
          account={account}
          view={view}
          timeZone={timeZone}
          onChange={onChange}
          onClose={() => {
            opened.value = false;
          }}
        />
      )}
    </li>
  );
}
