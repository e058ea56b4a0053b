/** How the messages of one site are laid out, as its configuration says. */
export interface MqttMapping {
  readonly siteId: string;
  /** With `{sensor}` as one whole level. */
  readonly topic: string;
  /** Where the number is in the JSON payload: keys joined by dots. */
  readonly value: string;
  readonly observedAt: string;
  readonly time: 'iso' | 'epoch-ms' | 'epoch-s';
}

/** What a topic says about the message on it. */
export interface Route {
  readonly siteId: string;
  readonly sensorCode: string;
  readonly value: readonly string[];
  readonly observedAt: readonly string[];
  readonly time: MqttMapping['time'];
}

export interface TopicMap {
  /** What to subscribe to, each once. */
  readonly filters: readonly string[];
  /** The first mapping whose template fits; `undefined` when none does. */
  routeOf(topic: string): Route | undefined;
}

const SENSOR = '{sensor}';
/** Topics remembered: far more than a partition has sensors, and a bound on what a stranger can make us keep. */
const REMEMBERED = 20_000;
/** A longer topic is no sensor's: it is not remembered. */
const REMEMBERED_LENGTH_MAX = 512;

/** The sites' topic templates as one lookup. A topic seen before costs one look into a map. */
export function topicMap(mappings: readonly MqttMapping[]): TopicMap {
  const templates = mappings.map((mapping) => {
    const levels = mapping.topic.split('/');
    return {
      levels,
      sensorAt: levels.indexOf(SENSOR),
      fields: {
        siteId: mapping.siteId,
        value: mapping.value.split('.'),
        observedAt: mapping.observedAt.split('.'),
        time: mapping.time,
      },
    };
  });

  const match = (topic: string): Route | undefined => {
    const levels = topic.split('/');
    for (const { levels: template, sensorAt, fields } of templates) {
      const sensorCode = levels[sensorAt];
      if (levels.length !== template.length || sensorCode === undefined) continue;
      if (template.every((level, i) => i === sensorAt || level === levels[i])) return { ...fields, sensorCode };
    }
    return undefined;
  };

  const known = new Map<string, Route | undefined>();
  return {
    filters: [...new Set(mappings.map((mapping) => mapping.topic.replace(SENSOR, '+')))],
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
