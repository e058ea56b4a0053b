import type { JSX } from 'preact';
import { useProposals } from '../live/changes.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { session } from '../live/session.ts';
import { hrefOf } from '../live/view.ts';
import { waitsFor } from '../state/proposals.ts';
import { Banner } from './banner.tsx';

/** Says on every page that something waits, to whoever may decide about it. */
export function ChangesBanner({ siteId }: { readonly siteId: string }): JSX.Element | null {
  const person = session.value?.kind === 'person' ? session.value.name : undefined;
  return person !== undefined && may('proposal/decide', siteId) ? <Waiting siteId={siteId} name={person} /> : null;
}

function Waiting({ siteId, name }: { readonly siteId: string; readonly name: string }): JSX.Element | null {
  const words = say.value;
  const { value = [] } = useProposals(siteId);
  const waiting = waitsFor(name, value);
  if (waiting.length === 0) return null;
  const title = waiting.some(({ overdue }) => overdue) ? 'banner.changesOverdue' : 'banner.changes';
  return (
    <Banner title={words(title, { count: waiting.length })} detail={words('banner.changesDetail')}>
      <a class="button" href={hrefOf('changes')}>
        {words('banner.changesOpen')}
      </a>
    </Banner>
  );
}
