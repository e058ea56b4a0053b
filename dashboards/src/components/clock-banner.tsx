import type { JSX } from 'preact';
import { lengthInWords } from '../format/age.ts';
import { say } from '../live/language.ts';
import { watch } from '../live/site-watch.ts';
import { Banner } from './banner.tsx';

/** That the clock of the host is known to be wrong, by how much and by whose word. */
export function ClockBanner(): JSX.Element | null {
  const words = say.value;
  const { clock, link } = watch.value;
  if (clock === null || clock.ok || clock.offsetMs === null || clock.against === null || link.phase !== 'live')
    return null;
  const { offsetMs, against } = clock;
  const title = words(offsetMs > 0 ? 'banner.clockSlow' : 'banner.clockFast', {
    age: lengthInWords(words, Math.abs(offsetMs)),
    against: words(`banner.clock.${against}`),
  });
  return <Banner loud title={title} detail={words('banner.clockDetail')} />;
}
