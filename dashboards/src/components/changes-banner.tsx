import type { JSX } from 'preact';
import { useProposals } from '../live/changes.ts';
import { say } from '../live/language.ts';
import { may } from '../live/permission.ts';
import { session } from '../live/session.ts';
import { hrefOf } from '../live/view.ts';
import { isAlone, waitsFor } from '../state/proposals.ts';
import { Banner } from './banner.tsx';

/**
 * Says on every page that something waits, to whoever may decide about it; and to everybody, on every wall, that one person
 * alone has loosened the watch.
 */
export function ChangesBanner({ siteId }: { readonly siteId: string }): JSX.Element | null {
  const words = say.value;
  const { value = [] } = useProposals(siteId);
  const person = session.value?.kind === 'person' ? session.value.name : undefined;
  const waiting = person !== undefined && may('proposal/decide', siteId) ? waitsFor(person, value) : [];
  if (waiting.length === 0) {
    const [alone] = value.filter(isAlone);
    if (alone === undefined) return null;
    return (
      <Banner
        title={words('banner.changedAlone')}
        detail={words('banner.changedAloneDetail', { who: alone.proposedBy, reason: alone.reason })}
      />
    );
  }
  const title = waiting.some(({ overdue }) => overdue) ? 'banner.changesOverdue' : 'banner.changes';
  return (
    <Banner title={words(title, { count: waiting.length })} detail={words('banner.changesDetail')}>
      <a class="button" href={hrefOf('changes')}>
        {words('banner.changesOpen')}
      </a>
    </Banner>
  );
}
