import type { SiteOverview } from '../../../src/contract/http.ts';
import type { Level } from '../../../src/core/level.ts';
import { calledNow } from '../state/callout.ts';
import type { Say } from '../words/say.ts';
import { personIn } from './event-line.ts';

/** What was last worth reading out to those who do not see the screen; kept as a fact, not as words. */
export type Announcement =
  | { readonly type: 'level'; readonly level: Level }
  | { readonly type: 'calling'; readonly contactIds: readonly string[] }
  | { readonly type: 'back' };

/** Its words in the present language; empty once it is no longer true. */
export function announcementText(
  said: Announcement | null,
  overview: SiteOverview,
  { live, say }: { readonly live: boolean; readonly say: Say },
): string {
  switch (said?.type) {
    case undefined:
      return '';
    case 'level':
      return overview.level === said.level
        ? say('say.levelRaised', { name: overview.name[say.language], level: say(`level.${said.level}`) })
        : '';
    case 'calling': {
      const called = overview.callout === null ? [] : calledNow(overview.callout);
      const still = said.contactIds.filter((one) => called.includes(one));
      const person = still.map((one) => personIn(overview, one, say)).join(say('list.separator'));
      return still.length > 0 ? say('say.calling', { person }) : '';
    }
    case 'back':
      return live ? say('say.live') : '';
  }
}
