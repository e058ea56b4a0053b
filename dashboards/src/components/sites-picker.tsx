import type { JSX } from 'preact';
import { siteName } from '../format/site-name.ts';
import { say } from '../live/language.ts';
import { managedSites } from '../live/managed-sites.ts';
import { Choices } from './choices.tsx';

interface SitesPickerProps {
  /** null: every site, also those to come. */
  readonly siteIds: readonly string[] | null;
  readonly onChange: (siteIds: readonly string[] | null) => void;
}

const ALL = '*';

/** Sites that something sees; all of them only for who administers all. */
export function SitesPicker({ siteIds, onChange }: SitesPickerProps): JSX.Element {
  const words = say.value;
  const { all, list } = managedSites('credential/manage');
  const of = list.map(({ siteId }) => [siteId, siteName(words, siteId, list)] as const);
  return (
    <Choices
      label={words('people.site')}
      of={all ? [[ALL, words('sites.all')], ...of] : of}
      chosen={siteIds ?? [ALL]}
      onChange={(chosen) => {
        const isNew = (id: string): boolean => chosen.includes(id) && !(siteIds ?? [ALL]).includes(id);
        onChange(isNew(ALL) ? null : chosen.filter((id) => id !== ALL));
      }}
    />
  );
}
