import type { JSX } from 'preact';
import { DrillsView } from '../../../src/contract/drills.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { fullDate } from '../format/clock.ts';
import { say } from '../live/language.ts';
import { usePolled } from '../live/polled.ts';
import { hrefOf } from '../live/view.ts';
import { Banner } from './banner.tsx';

const EVERY_MS = 30_000;

/** That a drill runs, for as long as it does; and that one is overdue, until it is held. */
export function DrillBanner({ overview }: { readonly overview: SiteOverview }): JSX.Element | null {
  const words = say.value;
  const { siteId, callout, timeZone } = overview;
  // Anew as a callout comes and goes: the page must not call something real a drill.
  const of = `${callout?.calloutId ?? ''} ${callout?.phase ?? ''}`;
  const { value } = usePolled(
    `/api/sites/${encodeURIComponent(siteId)}/drills?of=${encodeURIComponent(of)}`,
    DrillsView,
    EVERY_MS,
  );
  const running =
    callout?.drill === true ? value?.drills.find(({ calloutId }) => calloutId === callout.calloutId) : undefined;
  if (running !== undefined)
    return (
      <Banner title={words('drill.banner', { what: running.what[words.language] })}>
        <a href={hrefOf('drill')}>{words('view.drill')}</a>
      </Banner>
    );
  if (value?.isOverdue !== true) return null;
  return (
    <Banner title={words('drill.overdue', { date: fullDate(value.dueAt, timeZone, words.language) })}>
      <a href={hrefOf('drill')}>{words('view.drill')}</a>
    </Banner>
  );
}
