import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { session } from '../live/session.ts';
import { useRoster } from '../live/roster.ts';
import { hrefOf } from '../live/view.ts';
import { now } from '../live/site-watch.ts';
import { Banner } from './banner.tsx';

/** Says on every page that a duty has nobody, now or within 30 days, for as long as it is so. */
export function GapsBanner({ siteId }: { readonly siteId: string }): JSX.Element | null {
  const words = say.value;
  const { value } = useRoster(siteId, 1);
  if (value === undefined || value.gaps.length + value.yearsWithoutHolidays.length === 0) return null;
  const open = value.gaps.some(({ from, to }) => from <= now.value && now.value < to);
  return (
    <Banner
      loud={open}
      title={words(open ? 'banner.gapNow' : 'banner.gaps', {
        count: value.gaps.length + value.yearsWithoutHolidays.length,
      })}
      detail={words('banner.gapsDetail')}
    >
      {session.value?.kind === 'person' && (
        <a class="button" href={hrefOf('roster')}>
          {words('banner.gapsOpen')}
        </a>
      )}
    </Banner>
  );
}
