import type { HandoverContent } from '../../../src/contract/handover.ts';
import type { SiteOverview } from '../../../src/contract/http.ts';
import type { RosterView } from '../../../src/contract/roster.ts';
import { sayName } from '../words/say.ts';
import type { Say } from '../words/say.ts';
import { personName } from './roster.ts';

interface Known {
  readonly overview: SiteOverview;
  readonly roster: RosterView;
  /** Words of a moment. */
  readonly at: (when: number) => string;
}

/** What stood at a hand-over, a line each, the gravest kind first; one line where nothing did. */
export function handoverLines(
  words: Say,
  content: HandoverContent,
  { overview, roster, at }: Known,
): readonly string[] {
  const sensor = (code: string): string =>
    overview.sensors.find((one) => one.code === code)?.name[words.language] ?? code;
  const target = (of: string): string => of.split('/').slice(1).join('/') || of;
  const lines = [
    ...(content.callout === null ? [] : [words('handover.callout')]),
    ...content.levels.map(({ target: of, level }) =>
      words('handover.level', { name: target(of), level: sayName(words, 'levelLong', level) }),
    ),
    ...content.reports.map(({ subject, level, since }) =>
      words('handover.report', { subject, level: sayName(words, 'levelLong', level), time: at(since) }),
    ),
    ...content.shelved.map(({ target: of, state }) => words('handover.shelved', { name: target(of), state })),
    ...content.blind.map((code) => words('handover.blind', { name: sensor(code) })),
    ...content.maintenance.map(({ point, reason, until }) =>
      words('handover.maintenance', { point, reason, time: at(until) }),
    ),
    ...content.outOfService.map(({ sensor: code, state }) =>
      words('handover.outOfService', { name: sensor(code), state: sayName(words, 'sensorState', state) }),
    ),
    ...content.patrols.map(({ patrol, dueAt, missed }) =>
      words(missed ? 'handover.patrolMissed' : 'handover.patrol', { patrol, time: at(dueAt) }),
    ),
    ...content.onDuty.map(({ duty, contactId }) =>
      words('handover.onDuty', {
        duty: sayName(words, 'duty', duty),
        who: personName(roster, contactId, words.language),
      }),
    ),
  ];
  return lines.length === 0 ? [words('handover.nothing')] : lines;
}
