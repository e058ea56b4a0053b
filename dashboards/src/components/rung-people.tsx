import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { rungNames } from '../format/rung-names.ts';
import { say } from '../live/language.ts';
import type { Run } from '../state/callout.ts';
import { PersonLine } from './person-line.tsx';

interface RungPeopleProps {
  readonly rung: Run['rungs'][number];
  readonly overview: SiteOverview;
  /** Shows their masked numbers too. */
  readonly phone?: boolean;
}

/** Everybody on a rung, with duty; before it is tried, what it names. */
export function RungPeople({ rung, overview, phone = false }: RungPeopleProps): JSX.Element {
  if (rung.people.length === 0) {
    return (
      <span class="person">
        <strong>{rungNames(rung, overview, say.value)}</strong>
      </span>
    );
  }
  return (
    <>
      {rung.people.map((contactId) => (
        <PersonLine key={contactId} contactId={contactId} overview={overview} phone={phone} />
      ))}
    </>
  );
}
