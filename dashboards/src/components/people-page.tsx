import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { PeopleView } from '../../../src/contract/people.ts';
import { say } from '../live/language.ts';
import { usePolled } from '../live/polled.ts';
import { AddPerson } from './add-person.tsx';
import { FaultLine } from './fault-line.tsx';
import { Groups } from './groups.tsx';
import { ManageTabs } from './manage-tabs.tsx';
import { PersonRow } from './person-row.tsx';

const EVERY_MS = 15_000;

/** The page 人员: who may sign in, as what, and when they were last here. */
export function PeoplePage({ timeZone }: { readonly timeZone: string | undefined }): JSX.Element {
  const words = say.value;
  const { value, fault, again } = usePolled('/api/people', PeopleView, EVERY_MS);
  const adding = useSignal(false);
  const finished = (): void => {
    adding.value = false;
    again();
  };
  return (
    <main class="page-people">
      <ManageTabs />
      <section class="panel" aria-labelledby="people-title">
        <header class="panel-head">
          <h2 id="people-title">{words('people.title')}</h2>
          <button
            type="button"
            class="button button-strong"
            onClick={() => {
              adding.value = true;
            }}
          >
            {words('people.add')}
          </button>
        </header>
        <FaultLine fault={fault === undefined ? undefined : { code: fault }} />
        {value === undefined && fault === undefined && <p>{words('app.loading')}</p>}
        <ul class="lines">
          {value?.accounts.map((account) => (
            <PersonRow key={account.accountId} account={account} view={value} timeZone={timeZone} onChange={again} />
          ))}
        </ul>
      </section>
      {value !== undefined && <Groups view={value} onChange={again} />}
      {adding.value && value !== undefined && <AddPerson view={value} onChange={again} onClose={finished} />}
    </main>
  );
}
