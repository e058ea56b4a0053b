import { ACQUIRED } from '../../src/contract/acquire/acquired-message.ts';
import { DEVICE, SENSOR, filterOf } from '../../src/contract/mqtt-config.ts';
import type { JsonMapping, MqttMapping } from '../../src/contract/mqtt-config.ts';
import type { DialectMapping } from '../../src/contract/dialect-config.ts';
import { isTakenBy } from '../../src/core/topic-filter.ts';
import { assignments } from '../dialects/assign.ts';
import type { Assignments } from '../dialects/assign.ts';
import { dialectMemory } from '../dialects/read-dialect.ts';
import type { DialectMemory } from '../dialects/read-dialect.ts';

/** How some of a site's messages are laid out, as its configuration says. */
export type SiteMapping = MqttMapping & { readonly siteId: string };

type Path = readonly string[];

/** What a topic says about the message on it. */
export type Route = JsonRoute | DialectRoute;

/** It is read by the dialect's own rules, and says itself whose it is. */
export interface DialectRoute {
  readonly siteId: string;
  readonly sensorCode: null;
  readonly mapping: DialectMapping;
  readonly table: Assignments;
}

export interface JsonRoute {
  readonly mapping?: undefined;
  readonly siteId: string;
  /** Whose the message is; null: it is a record, which names its sensors itself. */
  readonly sensorCode: string | null;
  /** Where the number is; of a record, the numbers. */
  readonly value: Path;
  readonly observedAt: Path;
  readonly time: JsonMapping['time'];
}

export interface TopicMap {
  /** What to subscribe to, each once; what our own lines acquire is among it. */
  readonly filters: readonly string[];
  /** The first mapping whose template fits; `undefined` when none does. */
  routeOf(topic: string): Route | undefined;
  /** Of the dialects among the mappings. */
  readonly memory: DialectMemory;
}

/** Topics remembered: far more than a partition has sensors, and a bound on what a stranger can make us keep. */
const REMEMBERED = 20_000;
/** A longer topic is no sensor's: it is not remembered. */
const REMEMBERED_LENGTH_MAX = 512;

/** The sites' topic templates as one lookup. A topic seen before costs one look into a map. */
export function topicMap(mappings: readonly SiteMapping[], memory: DialectMemory = dialectMemory()): TopicMap {
  const templates = mappings.map((mapping) =>
    'dialect' in mapping ? dialectTemplate(mapping) : jsonTemplate(mapping),
  );

  const match = (topic: string): Route | undefined => {
    const levels = topic.split('/');
    for (const template of templates) {
      const route = template(topic, levels);
      if (route !== undefined) return route;
    }
    return undefined;
  };

  const known = new Map<string, Route | undefined>();
  return {
    memory,
    filters: [...new Set([...mappings.map(({ topic }) => filterOf(topic)), ACQUIRED])],
    routeOf(topic) {
      if (topic.length > REMEMBERED_LENGTH_MAX) return match(topic);
      const remembered = known.get(topic);
      if (remembered !== undefined || known.has(topic)) return remembered;
      if (known.size >= REMEMBERED) known.clear();
      const route = match(topic);
      known.set(topic, route);
      return route;
    },
  };
}

/** The route of a topic that fits. */
type Template = (topic: string, levels: readonly string[]) => Route | undefined;

function jsonTemplate(mapping: Of<JsonMapping>): Template {
  const template = mapping.topic.split('/');
  const sensorAt = template.indexOf(SENSOR);
  const fields = {
    siteId: mapping.siteId,
    value: ('values' in mapping ? mapping.values : mapping.value).split('.'),
    observedAt: mapping.observedAt.split('.'),
    time: mapping.time,
  };
  return (_topic, levels) =>
    levels.length === template.length &&
    template.every((level, i) => i === sensorAt || level === DEVICE || level === levels[i])
      ? { ...fields, sensorCode: levels[sensorAt] ?? null }
      : undefined;
}

function dialectTemplate({ siteId, ...mapping }: Of<DialectMapping>): Template {
  const route: DialectRoute = { siteId, sensorCode: null, mapping, table: assignments(mapping) };
  return (topic) => (isTakenBy([mapping.topic], topic) ? route : undefined);
}

type Of<T> = T & { readonly siteId: string };
