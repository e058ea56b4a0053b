import type { SiteOverview } from '../../../src/contract/http.ts';
import type { LiveEvent } from '../../../src/contract/live.ts';
import { LEVELS, WARNING_LEVELS, isGraver } from '../../../src/core/level.ts';
import type { Level, WarningLevel } from '../../../src/core/level.ts';
import { knownKey, sayName } from '../words/say.ts';
import type { Say } from '../words/say.ts';
import type { WordKey } from '../words/zh.ts';
import { attemptText } from './attempt-text.ts';
import { lateText, levelText } from './level-line.ts';
import { pointName } from './point-name.ts';
import { targetName } from './target-name.ts';

/** One line of the event log: when, in words, and the mark to put before it. */
export interface EventLine {
  readonly at: number;
  readonly text: string;
  /** A level's mark; `unseen` for what can no longer be seen; `plain` otherwise. */
  readonly mark: Level | 'unseen' | 'plain';
}

/** What a call goes through before it rings says nothing to an operator; its beginning and its end have lines of their own. */
const IN_BETWEEN: readonly unknown[] = ['queued', 'claimed', 'handed-over', 'cancelling'];

/** False for the steps of a call that only its record needs. */
export const isWorthALine = (event: LiveEvent): boolean =>
  event.log !== 'calloutEvent' || event.type !== 'attempt-status' || !IN_BETWEEN.includes(event.facts['status']);

type Of<L extends LiveEvent['log']> = Extract<LiveEvent, { log: L }>;

/** An event in words, with names from the site's overview; a name it does not know is shown as it came. */
export function eventLine(event: LiveEvent, site: SiteOverview, say: Say): EventLine {
  switch (event.log) {
    case 'levelChange':
      return { at: event.observedAt, mark: event.to, text: levelText(event, site, say) };
    case 'visibilityChange':
      return {
        at: event.at,
        mark: event.visibility === 'seen' ? 'plain' : 'unseen',
        text: visibilityText(event, site, say),
      };
    case 'calloutEvent':
      return { at: event.at, mark: calloutMark(event), text: calloutText(event, site, say) };
    case 'lateExceedance':
      return { at: event.receivedAt, mark: event.level, text: lateText(event, site, say) };
    case 'reportChange':
      return { at: event.at, mark: event.to, text: reportText(event, say) };
  }
}

function visibilityText(event: Of<'visibilityChange'>, site: SiteOverview, say: Say): string {
  const names = event.sensorIds
    .map((id) => site.sensors.find(({ sensorId }) => sensorId === id)?.name[say.language] ?? String(id))
    .join(say('list.separator'));
  const key = knownKey('log.visibility', event.cause) ?? 'log.visibility.other';
  return say(key, { names, line: event.line ?? '', visibility: say(`visibility.${event.visibility}`) });
}

function reportText({ from, to, words, who }: Of<'reportChange'>, say: Say): string {
  const key = isGraver(from, to) ? 'log.report.lowered' : 'log.report.raised';
  return say(key, { words: words[say.language], from: say(`level.${from}`), to: say(`level.${to}`), who });
}

function calloutText({ type, facts }: Of<'calloutEvent'>, site: SiteOverview, say: Say): string {
  const level = levelFact(facts);
  const by = textFact(facts, 'contactId') ?? textFact(facts, 'by') ?? textFact(facts, 'who');
  const medium = textFact(facts, 'medium');
  const settled = settledFact(facts);
  const values = {
    type,
    person: by === undefined ? say('log.somebody') : personIn(site, by, say),
    level: level === undefined ? '' : say(`level.${level}`),
    medium: medium === undefined ? '' : sayName(say, 'medium', medium),
    people: peopleFact(facts, site, say),
    note: textFact(facts, 'note') ?? '',
    key: textFact(facts, 'key') ?? '',
    order: sayName(say, 'order', textFact(facts, 'kind') ?? ''),
    accounted: numberFact(facts, 'accounted'),
    expected: numberFact(facts, 'expected'),
    point: pointFact(facts, site, say),
    name: targetName(site, textFact(facts, 'target') ?? '', say),
    levels: levelNames(say, settled),
    status: attemptText(say, {
      medium,
      outcome: textFact(facts, 'outcome') ?? null,
      status: textFact(facts, 'status') ?? '',
    }),
  };
  const has = { level: level !== undefined, by: by !== undefined, settled: settled.length > 0 };
  const text = say(calloutKey(type, has), values);
  return facts['drill'] === true ? say('log.drill', { text }) : text;
}

/** The fullest sentence its facts allow. */
function calloutKey(type: string, has: { level: boolean; by: boolean; settled: boolean }): WordKey {
  if (type === 'opened' && has.level) return 'log.callout.openedAt';
  if (type === 'answered') return has.settled ? 'log.callout.answeredLevels' : 'log.callout.seen';
  if (type === 'released' && has.by) return 'log.callout.releasedBy';
  return knownKey('log.callout', type) ?? 'log.callout.other';
}

/** Who has to be sought at his door. */
function peopleFact({ unreached }: Of<'calloutEvent'>['facts'], site: SiteOverview, say: Say): string {
  const people = Array.isArray(unreached) ? unreached.filter((one) => typeof one === 'string') : [];
  return people.map((contactId) => personIn(site, contactId, say)).join(say('list.separator'));
}

/** What people call the point of an event. */
function pointFact(facts: Of<'calloutEvent'>['facts'], { sensors }: SiteOverview, say: Say): string {
  const id = textFact(facts, 'point') ?? '';
  return (
    pointName(
      sensors.filter(({ point }) => point === id),
      say,
    ) || id
  );
}

/** A contact's name and duty; an account that is no contact by its own name. */
export function personIn(site: SiteOverview, contactId: string, say: Say): string {
  const contact = site.contacts.find((one) => one.contactId === contactId);
  return contact?.name[say.language] ?? contactId.replace(/^account:/, '');
}

const textFact = (facts: Of<'calloutEvent'>['facts'], name: string): string | undefined => {
  const fact = facts[name];
  return typeof fact === 'string' ? fact : undefined;
};

const numberFact = (facts: Of<'calloutEvent'>['facts'], name: string): string => {
  const fact = facts[name];
  return typeof fact === 'number' ? String(fact) : '?';
};

const levelFact = (facts: Of<'calloutEvent'>['facts']): Level | undefined =>
  LEVELS.find((level) => level === facts['level']);

/** The levels an answer settled, gravest first. */
function settledFact({ settled }: Of<'calloutEvent'>['facts']): readonly WarningLevel[] {
  return Array.isArray(settled) ? WARNING_LEVELS.filter((level) => settled.includes(level)).toReversed() : [];
}

/** An answer has the mark of what it settled, and none when it settled nothing. */
const calloutMark = ({ type, facts }: Of<'calloutEvent'>): EventLine['mark'] =>
  (type === 'answered' ? settledFact(facts)[0] : levelFact(facts)) ?? 'plain';

/** Levels in a row, as a sentence names them. */
export const levelNames = (say: Say, levels: readonly Level[]): string =>
  levels.map((level) => say(`level.${level}`)).join(say('list.separator'));
