import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { isGraver } from '../../../src/core/level.ts';
import { announcementText } from '../format/announcement.ts';
import type { Announcement } from '../format/announcement.ts';
import { say } from '../live/language.ts';
import { watch } from '../live/site-watch.ts';
import { calledNow } from '../state/callout.ts';

/** Reads out, for those who do not see the screen, each rise of the site's level and everybody called. */
export function Announcer({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const [said, setSaid] = useState<Announcement | null>(null);
  const level = useRef(overview.level);
  const linkPhase = watch.value.link.phase;
  const phase = useRef(linkPhase);
  const called = overview.callout === null ? [] : calledNow(overview.callout);

  useEffect(() => {
    if (isGraver(overview.level, level.current)) setSaid({ type: 'level', level: overview.level });
    level.current = overview.level;
  }, [overview.level]);
  useEffect(() => {
    if (called.length > 0) setSaid({ type: 'calling', contactIds: called });
  }, [called.join()]);
  useEffect(() => {
    if (linkPhase === 'live' && phase.current === 'lost') setSaid({ type: 'back' });
    phase.current = linkPhase;
  }, [linkPhase]);

  return (
    <p class="unseen" aria-live="assertive">
      {announcementText(said, overview, { live: linkPhase === 'live', say: say.value })}
    </p>
  );
}
