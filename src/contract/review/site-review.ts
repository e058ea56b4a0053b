import { WARNING_LEVELS } from '../../core/level.ts';
import type { SiteConfig } from '../site-config.ts';
import { isShorterWait, weighLadder } from './ladder-review.ts';
import { weighRule } from './rule-review.ts';
import { PHONES, siteChanges } from './site-changes.ts';
import type { Change } from './site-changes.ts';
import type { Weight } from './weight.ts';

/** The changes of a site's configuration by what they do to what is watched. */
export type SiteReview = Readonly<Record<Weight, readonly Change[]>>;

/**
 * Sorts what changes from one configuration to the next. It is a list of what is allowed: what is not shown here to be
 * neutral, or tightening, is loosening, and so is a key that this program has yet to get.
 *
 * Some that look harmless are not. A range or plausibility made wider lets a broken instrument's value count as good, and
 * good ones lower a level. An interval made shorter lets an on-delay that one reading fulfilled run for longer. A
 * calibration moves every level. So both ways of these wait for a second pair of eyes.
 */
export function reviewOf(before: SiteConfig, after: SiteConfig): SiteReview {
  const review: Record<Weight, Change[]> = { loosening: [], tightening: [], neutral: [] };
  for (const change of siteChanges(before, after)) review[weigh(change, { before, after })].push(change);
  return review;
}

interface Sites {
  readonly before: SiteConfig;
  readonly after: SiteConfig;
}

function weigh(change: Change, sites: Sites): Weight {
  const [area = '', name] = change.keys;
  // The order of what a screen shows. Who is on the list, and is not any more, is said by the entries themselves.
  if (name === undefined) return IN_ANY_ORDER.has(area) ? 'neutral' : 'loosening';
  switch (area) {
    case 'name':
      return 'neutral';
    case 'rules':
      return weighRule(
        change,
        pair(sites, (site) => site.rules.find(({ id }) => id === name)),
      );
    case 'sensors':
      return weighSensor(
        change,
        pair(sites, (site) => site.sensors.find(({ code }) => code === name)),
      );
    case 'channels':
      return weighEntry(
        change,
        pair(sites, (site) => site.channels?.find(({ code }) => code === name)),
      );
    case 'sections':
      return weighEntry(
        change,
        pair(sites, (site) => site.sections?.find(({ id }) => id === name)),
      );
    case 'contacts':
      // A wrong number must be right again at once.
      return weighEntry(
        change,
        pair(sites, (site) => site.contacts.find(({ id }) => id === name)),
        hasFewerNumbers(change) ? ['name'] : ['name', ...PHONES],
      );
    case 'acquire':
      return weighEntry(
        change,
        pair(sites, (site) => site.acquire?.find((line) => line.name === name)),
        [],
      );
    case 'opens':
      return weighOpens(change, sites);
    case 'callout':
      return weighCallout(change, sites);
    default:
      return 'loosening';
  }
}

const IN_ANY_ORDER: ReadonlySet<string> = new Set(['rules', 'sensors', 'channels', 'sections', 'contacts', 'acquire']);

type Pair<T> = Readonly<Record<keyof Sites, T | undefined>>;

const pair = <T>({ before, after }: Sites, find: (site: SiteConfig) => T | undefined): Pair<T> => ({
  before: find(before),
  after: find(after),
});

/** What did not exist takes nothing away. Of what stays, `neutral` keys; anything else is not shown to be harmless. */
function weighEntry({ keys: [, , key = ''] }: Change, { before, after }: Pair<unknown>, neutral = ['name']): Weight {
  if (before === undefined) return 'neutral';
  return after !== undefined && neutral.includes(key) ? 'neutral' : 'loosening';
}

/** One of a person's numbers is gone, or all but the first. */
const hasFewerNumbers = ({ before, after }: Change): boolean =>
  before !== null && (after === null || String(after).split(', ').length < String(before).split(', ').length);

function weighSensor(change: Change, sensors: Pair<SiteConfig['sensors'][number]>): Weight {
  const { before, after } = sensors;
  if (change.keys[2] !== 'state' || before === undefined || after === undefined) return weighEntry(change, sensors);
  const [was, is] = [before.state ?? 'in-service', after.state ?? 'in-service'];
  if (was === is) return 'neutral';
  return is === 'in-service' ? 'tightening' : 'loosening';
}

/** A round, or a rule of blindness, that is new takes nothing away; of what stays nothing is shown to be harmless. */
function weighOpens({ keys: [, part, id] }: Change, { before, after }: Sites): Weight {
  if (part !== 'patrols' && part !== 'blindness') return 'loosening';
  // Of the list as a whole its entries tell.
  if (id === undefined) return 'neutral';
  const find = (site: SiteConfig): unknown => site.opens?.[part]?.find((one) => one.id === id);
  return find(before) === undefined && find(after) !== undefined ? 'neutral' : 'loosening';
}

function weighCallout(change: Change, sites: Sites): Weight {
  const {
    keys: [, key, name],
    before,
    after,
  } = change;
  const level = WARNING_LEVELS.find((each) => each === name);
  if (key === 'ladders' && level !== undefined)
    return weighLadder(sites.before.callout.ladders, sites.after.callout.ladders, level);
  if (key === 'groups') return weighGroup(change, sites);
  if (key === 'quietHours') return sites.after.callout.quietHours === undefined ? 'tightening' : 'loosening';
  if (typeof before !== 'number' || typeof after !== 'number') return 'loosening';
  if (key === 'redialSeconds') return after < before ? 'tightening' : 'loosening';
  return key === 'followUpSeconds' && isShorterWait(before, after) ? 'tightening' : 'loosening';
}

/** A group that is new takes nothing away, nor does a member more of one. */
function weighGroup(change: Change, sites: Sites): Weight {
  const [, , name, key = ''] = change.keys;
  const find = (site: SiteConfig) => site.callout.groups?.find(({ id }) => id === name);
  const [before, after] = [find(sites.before), find(sites.after)];
  if (name === undefined || before === undefined) return 'neutral';
  if (after !== undefined && key === 'name') return 'neutral';
  const isKept = after !== undefined && before.members.every((member) => after.members.includes(member));
  return key === 'members' && isKept ? 'tightening' : 'loosening';
}
