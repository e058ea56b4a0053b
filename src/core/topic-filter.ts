/**
 * Topic filters of MQTT: `+` stands for one level, `#` at the end for all that follow, and for none. A wildcard in the
 * first level takes no topic that begins with `$`.
 */

/** Whether this can be a filter: not empty, `+` and `#` as whole levels, `#` only at the end. */
export function isTopicFilter(text: string): boolean {
  const levels = text.split('/');
  return (
    text !== '' &&
    levels.every(
      (level, i) => level === '+' || (level === '#' && i === levels.length - 1) || !/[+#\p{Cc}\p{Cs}]/u.test(level),
    )
  );
}

/** Whether something may be published on `topic` by who may publish on these. A topic with a wildcard is none. */
export function isTakenBy(filters: readonly string[], topic: string): boolean {
  return topic !== '' && !/[+#]/.test(topic) && filters.some((filter) => takes(filter, topic));
}

function takes(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  const [wanted, given] = [filter.split('/'), topic.split('/')];
  const isOpen = wanted.at(-1) === '#';
  const fixed = isOpen ? wanted.slice(0, -1) : wanted;
  return (
    (isOpen ? given.length >= fixed.length : given.length === fixed.length) &&
    fixed.every((level, i) => level === '+' || level === given[i])
  );
}

/** Whether some topic is taken by both filters. */
export function haveTopicInCommon(one: string, other: string): boolean {
  if (one.startsWith('$') !== other.startsWith('$')) return false;
  const [a, b] = [one.split('/'), other.split('/')];
  for (let i = 0; ; i += 1) {
    const [left, right] = [a[i], b[i]];
    if (left === '#' || right === '#' || (left === undefined && right === undefined)) return true;
    if (left === undefined || right === undefined) return false;
    if (left !== right && left !== '+' && right !== '+') return false;
  }
}

/** The one topic under `$` that is not the broker's: geological-hazard devices have it in their firmware. */
export const GEO_HAZARD_TOPIC = '$dp';

const SPARKPLUG_GROUP = /^spBv1\.0\/([^/+#]+)\/#$/;

/** Where whoever may publish on these is told something: commands to the nodes and devices of a group of Sparkplug B. */
export const commandsFor = (topics: readonly string[]): string[] =>
  topics.flatMap((topic) => {
    const group = SPARKPLUG_GROUP.exec(topic)?.[1];
    return group === undefined ? [] : [`spBv1.0/${group}/NCMD/#`, `spBv1.0/${group}/DCMD/#`];
  });

/** Whether all that `filter` takes is taken by one of these, which end with `#`. */
export const isBelow = (openFilters: readonly string[], filter: string): boolean =>
  openFilters.some((each) => filter === each || filter.startsWith(each.slice(0, -1)));
