import { WARNING_LEVELS } from '../core/level.ts';
import { acquireFaults } from './acquire/acquire-references.ts';
import { derivationFaults } from './derive-references.ts';
import { ladderFaults } from './ladder-references.ts';
import { dialectFaults } from './dialect-references.ts';
import { GEO_HAZARD_TOPIC } from '../core/topic-filter.ts';
import { haveCommonTopic } from './mqtt-config.ts';
import { entry, list } from './written.ts';
import type { Entry, SiteFault, Written } from './written.ts';

/**
 * Everything in a site that refers to something else in it, checked also where other parts are wrong, so that
 * all faults come out at once.
 */
export function referenceFaults(site: Written): SiteFault[] {
  const { channels, sections, sensors, rules, accidentReports, contacts, callout, mqtt, acquire } = entry(site);
  return [
    ...twice('channels', 'code', list(channels)),
    ...twice('sensors', 'code', list(sensors), list(channels)),
    ...derivationFaults(list(channels), list(sensors)),
    ...twice('sections', 'id', list(sections)),
    ...sectionFaults(list(sensors), list(sections)),
    ...twice('rules', 'id', list(rules)),
    ...twice('accidentReports', 'id', list(accidentReports)),
    ...afterFaults(list(accidentReports)),
    ...twice('contacts', 'id', list(contacts)),
    ...topicFaults(mqtt),
    ...dialectFaults(mqtt, list(channels), list(sensors)),
    ...acquireFaults(acquire, list(channels), list(sensors)),
    ...list(rules).flatMap((rule, i) => ruleFaults(rule, i, list(sensors))),
    ...list(rules).flatMap((rule, i) => suppressFaults(rule, i, [...list(sensors), ...list(channels)])),
    ...opensFaults(site, list(sensors)),
    ...ladderFaults(entry(callout), list(contacts)),
  ];
}

function twice(name: string, key: string, entries: readonly Entry[], others: readonly Entry[] = []): SiteFault[] {
  const seen = new Set<unknown>(others.map((other) => other[key]));
  return entries.flatMap((each, i) => {
    const id = each[key];
    if (typeof id !== 'string') return [];
    if (seen.has(id)) return [{ path: [name, i, key], message: `"${id}" is used twice` }];
    seen.add(id);
    return [];
  });
}

/** With two templates for one topic a message would be read by the first, and the other's sensors be blind for ever. */
function topicFaults(mqtt: Written): SiteFault[] {
  const seen: string[] = [];
  return (Array.isArray(mqtt) ? list(mqtt) : [entry(mqtt)]).flatMap(({ topic, dialect }, i): SiteFault[] => {
    if (typeof topic !== 'string') return [];
    const path = Array.isArray(mqtt) ? ['mqtt', i, 'topic'] : ['mqtt', 'topic'];
    const same = seen.find((other) => haveCommonTopic(topic, other));
    seen.push(topic);
    return [
      ...(same === undefined ? [] : [{ path, message: `"${topic}" and "${same}" can match the same topic` }]),
      ...(/^(tailwatch\/|\$)/.test(topic) && !(topic === GEO_HAZARD_TOPIC && dialect === 'geo-hazard')
        ? [{ path, message: 'must not begin with "tailwatch/" or "$": these are not for instruments' }]
        : []),
    ];
  });
}

function opensFaults(site: Written, sensors: readonly Entry[]): SiteFault[] {
  const { patrols, blindness } = entry(entry(site)['opens']);
  const rules = list(blindness);
  const at = (faults: readonly SiteFault[]) =>
    faults.map(({ path, message }) => ({ path: ['opens', ...path], message }));
  return [
    ...at(twice('patrols', 'id', list(patrols))),
    ...at(twice('blindness', 'id', rules)),
    ...rules.flatMap((rule, i): SiteFault[] => {
      const codes = Array.isArray(rule['sensors']) ? (rule['sensors'] as Written[]) : [];
      const unknown = codes.filter(
        (code) => typeof code === 'string' && !sensors.some((sensor) => sensor['code'] === code),
      );
      const path = ['opens', 'blindness', i];
      const many = rule['atLeast'];
      return [
        ...unknown.map((code) => ({ path: [...path, 'sensors'], message: `no sensor has the code "${String(code)}"` })),
        ...(typeof many === 'number' && many > codes.length
          ? [{ path: [...path, 'atLeast'], message: 'is more than it has eyes: it could never call' }]
          : []),
      ];
    }),
  ];
}

const sectionFaults = (sensors: readonly Entry[], sections: readonly Entry[]): SiteFault[] =>
  sensors.flatMap(({ section }, i) =>
    typeof section !== 'string' || sections.some(({ id }) => id === section)
      ? []
      : [{ path: ['sensors', i, 'section'], message: `no section has the id "${section}"` }],
  );

function ruleFaults(rule: Entry, i: number, sensors: readonly Entry[]): SiteFault[] {
  const sensor = sensors.find(({ code }) => code === rule['sensor']);
  const unknownSensor = { path: ['rules', i, 'sensor'], message: `no sensor has the code "${String(rule['sensor'])}"` };
  const retired = { path: ['rules', i, 'sensor'], message: 'is retired and not judged: remove the rule' };
  return [
    ...(sensor?.['state'] === 'retired' ? [retired] : []),
    ...(sensor === undefined && typeof rule['sensor'] === 'string' ? [unknownSensor] : []),
    ...limitFaults(rule, entry(sensor?.['range'])).map(({ path, message }) => ({
      path: ['rules', i, ...path],
      message,
    })),
  ];
}

/** One that waits for a later one, or for itself, would never begin. */
const afterFaults = (reports: readonly Entry[]): SiteFault[] =>
  reports.flatMap(({ after }, i) =>
    typeof after !== 'string' || reports.slice(0, i).some(({ id }) => id === after)
      ? []
      : [{ path: ['accidentReports', i, 'after'], message: `no report before it has the id "${after}"` }],
  );

/** Suppressed by the state of its own point it would be quiet exactly when that point is looked at. */
function suppressFaults(rule: Entry, i: number, parts: readonly Entry[]): SiteFault[] {
  const pointOf = ({ point, code }: Entry): Written => point ?? code;
  const own = parts.find(({ code }) => code === rule['sensor']);
  return list(rule['suppress']).flatMap(({ point }, j): SiteFault[] => {
    const path = ['rules', i, 'suppress', j, 'point'];
    if (typeof point !== 'string') return [];
    if (!parts.some((part) => pointOf(part) === point)) return [{ path, message: `the site has no point "${point}"` }];
    return own !== undefined && pointOf(own) === point ? [{ path, message: 'is the point of the rule itself' }] : [];
  });
}

function limitFaults(rule: Entry, { min, max }: Entry): SiteFault[] {
  const faults: SiteFault[] = [];
  let milder: { readonly level: string; readonly limit: number } | undefined;
  for (const level of WARNING_LEVELS) {
    const limit = entry(rule['limits'])[level];
    if (typeof limit !== 'number') continue;
    const fault = (message: string) => faults.push({ path: ['limits', level], message });
    if (rule['worse'] === 'rising' && milder && limit <= milder.limit) fault(`must be above ${milder.level}`);
    if (rule['worse'] === 'falling' && milder && limit >= milder.limit) fault(`must be below ${milder.level}`);
    if ((typeof min === 'number' && limit < min) || (typeof max === 'number' && limit > max)) {
      fault(`is outside what the sensor can read (${String(min)} to ${String(max)})`);
    }
    milder = { level, limit };
  }
  return faults;
}
