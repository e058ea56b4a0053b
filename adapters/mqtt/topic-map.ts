import { ACQUIRED } from '../../src/contract/acquire/acquired-message.ts';
import { DEVICE, SENSOR, filterOf } from '../../src/contract/mqtt-config.ts';
import type { MqttMapping } from '../../src/contract/mqtt-config.ts';

/** How some of a site's messages are laid out, as its configuration says. */
export type SiteMapping = MqttMapping & { readonly siteId: string };

type Path = readonly string[];

/** What a topic says about the message on it. */
export interface Route {
  readonly siteId: string;
  /** Whose the message is; null: it is a record, which names its sensors itself. */
  readonly sensorCode: string | null;
  /** Where the number is; of a record, the numbers. */
  readonly value: Path;
  readonly observedAt: Path;
  readonly time: MqttMapping['time'];
}

export interface TopicMap {
  /** What to subscribe to, each once; what our own lines acquire is among it. */
  readonly filters: readonly string[];
  /** The first mapping whose template fits; `undefined` when none does. */
  routeOf(topic: string): Route | undefined;
}

/** Topics remembered: far more than a partition has sensors, and a bound on what a stranger can make us keep. */
const REMEMBERED = 20_000;
/** A longer topic is no sensor's: it is not remembered. */
const REMEMBERED_LENGTH_MAX = 512;

/** The sites' topic templates as one lookup. A topic seen before costs one look into a map. */
export function topicMap(mappings: readonly SiteMapping[]): TopicMap {
  const templates = mappings.map((mapping) => {
    const levels = mapping.topic.split('/');
    return {
      levels,
      sensorAt: levels.indexOf(SENSOR),
      fields: {
        siteId: mapping.siteId,
        value: ('values' in mapping ? mapping.values : mapping.value).split('.'),
        observedAt: mapping.observedAt.split('.'),
        time: mapping.time,
      },
    };
  });

  const match = (topic: string): Route | undefined => {
    const levels = topic.split('/');
    for (const { levels: template, sensorAt, fields } of templates) {
      if (levels.length !== template.length) continue;
      if (template.every((level, i) => i === sensorAt || level === DEVICE || level === levels[i]))
        return { ...fields, sensorCode: levels[sensorAt] ?? null };
    }
    return undefined;
  };

  const known = new Map<string, Route | undefined>();
  return {
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
