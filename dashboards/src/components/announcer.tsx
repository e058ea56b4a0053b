import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { SiteOverview } from '../../../src/contract/http.ts';
import { isGraver } from '../../../src/core/level.ts';
import { personIn } from '../format/event-line.ts';
import { say } from '../live/language.ts';
import { watch } from '../live/site-watch.ts';
import { callingNow } from '../state/callout.ts';

/** Reads out, for those who do not see the screen, each rise of the site's level and each person called. */
export function Announcer({ overview }: { readonly overview: SiteOverview }): JSX.Element {
  const words = say.value;
  const [text, setText] = useState('');
  const level = useRef(overview.level);
  const phase = useRef(watch.value.link.phase);
  const called = overview.callout === null ? undefined : callingNow(overview.callout)?.contactId;

  useEffect(() => {
    if (isGraver(overview.level, level.current)) {
      setText(
        words('say.levelRaised', { name: overview.name[words.language], level: words(`level.${overview.level}`) }),
      );
    }
    level.current = overview.level;
  }, [overview.level]);
  useEffect(() => {
    if (called !== undefined) setText(words('say.calling', { person: personIn(overview, called, words) }));
  }, [called]);
  useEffect(() => {
    const next = watch.value.link.phase;
    if (next === 'live' && phase.current === 'lost') setText(words('say.live'));
    phase.current = next;
  }, [watch.value.link.phase]);

  return (
    <p class="unseen" aria-live="assertive">
      {text}
    </p>
  );
}
