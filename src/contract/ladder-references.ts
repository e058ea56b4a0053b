import { WARNING_LEVELS } from '../core/level.ts';
import { entry, list } from './written.ts';
import type { Entry, SiteFault, Written } from './written.ts';

/** Whom rungs can name. */
interface People {
  readonly contacts: readonly Entry[];
  readonly groups: readonly Entry[];
}

/** What in the ladders refers to nobody, could never be answered, or would never be done. */
export function ladderFaults(callout: Entry, contacts: readonly Entry[]): SiteFault[] {
  const written = callout['ladders'];
  const ladders = entry(written);
  const people = { contacts, groups: list(callout['groups']) };
  return [
    ...groupFaults(people),
    ...WARNING_LEVELS.flatMap((level) =>
      ladders[level] === undefined ? [] : faultsOf(entry(ladders[level]), level, people),
    ),
    ...(written === ladders && ladders['red'] === undefined
      ? [{ path: ['callout', 'ladders', 'red'], message: 'is missing: red must call somebody' }]
      : []),
  ];
}

function groupFaults({ contacts, groups }: People): SiteFault[] {
  const ids = groups.map(({ id }) => id);
  return groups.flatMap(({ id, members }, i) => [
    ...(ids.indexOf(id) < i
      ? [{ path: ['callout', 'groups', i, 'id'], message: `"${String(id)}" is used twice` }]
      : []),
    ...many(members).flatMap((member, j) =>
      typeof member !== 'string' || contacts.some((contact) => contact['id'] === member)
        ? []
        : [{ path: ['callout', 'groups', i, 'members', j], message: `no contact has the id "${member}"` }],
    ),
  ]);
}

function faultsOf(ladder: Entry, level: string, people: People): SiteFault[] {
  const at = (...path: (string | number)[]) => ['callout', 'ladders', level, ...path];
  const rungs = list(ladder['rungs']);
  const faults = rungs.flatMap((rung, i) => [
    ...rungFaults(rung, people).map(({ path, message }) => ({ path: at('rungs', i, ...path), message })),
    ...unreachableAttempts(rungs, i).map(({ path, message }) => ({ path: at('rungs', i, ...path), message })),
  ]);
  faults.push(
    ...rungFaults({ who: ladder['failedTells'] ?? [] }, people).map(({ path: [, ...path], message }) => ({
      path: at('failedTells', ...path),
      message,
    })),
  );
  const duties = many(ladder['answeredBy']);
  const called = rungs.flatMap((rung) => calledBy(rung, people));
  if (!duties.some((duty) => called.some((contact) => contact['duty'] === duty))) {
    faults.push({
      path: at('answeredBy'),
      message: 'nobody on the rungs has one of these duties: the ladder could never be answered',
    });
  }
  if (level === 'red' && !duties.every((duty) => duty === 'principal' || duty === 'deputy-principal')) {
    faults.push({
      path: at('answeredBy'),
      message: "red is settled only by the mine's principal or the deputy on record",
    });
  }
  return faults;
}

/** A step that reaches nobody is an error: who wrote it believes that it calls somebody. */
function rungFaults(rung: Entry, { contacts, groups }: People): SiteFault[] {
  const isContact = (id: Written): boolean =>
    typeof id !== 'string' || contacts.some((contact) => contact['id'] === id);
  const unknown = (path: (string | number)[], id: Written): SiteFault[] =>
    isContact(id) ? [] : [{ path, message: `no contact has the id "${String(id)}"` }];
  return [
    ...unknown(['contact'], rung['contact']),
    ...list(rung['who']).flatMap((who, j): SiteFault[] => {
      const { duty, group } = who;
      if (typeof duty === 'string' && !contacts.some((contact) => contact['duty'] === duty))
        return [{ path: ['who', j, 'duty'], message: `no contact has the duty "${duty}": nobody would be called` }];
      if (typeof group === 'string' && !groups.some(({ id }) => id === group))
        return [{ path: ['who', j, 'group'], message: `no group has the id "${group}"` }];
      return unknown(['who', j, 'contact'], who['contact']);
    }),
  ];
}

/** Attempts that would come only after the ladder has come round to their rung again are never made. */
function unreachableAttempts(rungs: readonly Entry[], i: number): SiteFault[] {
  const rung = entry(rungs[i]);
  const attempts = rung['attempts'] ?? 3;
  const within = rung['attemptsWithinSeconds'] ?? 300;
  const waits = rungs.map(({ answerWithinSeconds = 300 }) => answerWithinSeconds);
  if (typeof attempts !== 'number' || typeof within !== 'number') return [];
  if (rung['who'] === undefined && rung['attempts'] === undefined) return [];
  if (!waits.every((wait) => typeof wait === 'number')) return [];
  const round = waits.reduce((sum, wait) => sum + wait, 0);
  const last = ((attempts - 1) * within) / attempts;
  if (last < round) return [];
  return [
    {
      path: [rung['attempts'] === undefined ? 'attemptsWithinSeconds' : 'attempts'],
      message: `the last is due after ${String(Math.round(last))} s, but the ladder begins anew after ${String(round)} s: it would never be made`,
    },
  ];
}

function calledBy(rung: Entry, { contacts, groups }: People): readonly Entry[] {
  const byId = (id: Written) => contacts.filter((contact) => contact['id'] === id);
  return [
    ...byId(rung['contact']),
    ...list(rung['who']).flatMap(({ duty, group, contact }) => [
      ...byId(contact),
      ...contacts.filter((one) => duty !== undefined && one['duty'] === duty),
      ...groups
        .filter(({ id }) => group !== undefined && id === group)
        .flatMap(({ members }) => many(members).flatMap(byId)),
    ]),
  ];
}

const many = (value: Written): readonly Written[] => (Array.isArray(value) ? (value as Written[]) : []);
