import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import type { Say } from '../words/say.ts';
import { personIn } from './event-line.ts';

type Rung = CalloutView['runs'][number]['rungs'][number];

/** Whom a rung reaches: the people it meant when it was tried, else the duties and groups it names. */
export const rungNames = (rung: Rung, overview: SiteOverview, say: Say): string =>
  (rung.people.length > 0
    ? rung.people.map((contactId) => personIn(overview, contactId, say))
    : namedBy(rung, overview, say)
  ).join(say('callout.or'));

/** What a rung names, before it is known whom that means. */
const namedBy = ({ who }: Rung, overview: SiteOverview, say: Say): readonly string[] =>
  who.map((one) => {
    if ('duty' in one) return say(`duty.${one.duty}`);
    return 'contactId' in one ? personIn(overview, one.contactId, say) : one.group;
  });
