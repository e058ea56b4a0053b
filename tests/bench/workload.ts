/** What every contender has to do: many sensors in turn, each with a value that wanders over its limits now and then. */
export const LIMITS = { blue: 338.7, yellow: 338.8, orange: 338.86, red: 338.89 };

export const sensorCodes = (sensors: number): string[] => Array.from({ length: sensors }, (_, i) => `s${String(i)}`);

/** Readings of some sensors, a second of observed time a round. */
export interface Load {
  readonly sensors: number;
  /** Readings in a message; more than one: a record of sensors that follow each other. Divides `sensors`. */
  readonly each: number;
  /** Where its observed time begins. */
  readonly firstMs: number;
}

/** The `i`th reading: sensors take turns. */
export function readingAt(i: number, { sensors, firstMs }: Load): { sensor: string; at: number; value: number } {
  const round = Math.floor(i / sensors);
  const sensor = i % sensors;
  return {
    sensor: `s${String(sensor)}`,
    at: firstMs + round * 1000,
    value: Math.round(1000 * (338.5 + 0.4 * Math.sin(round / 200 + sensor))) / 1000,
  };
}

/** The message that begins with the `i`th reading, its topic without the prefix. */
export function messageAt(i: number, load: Load): { topic: string; payload: string } {
  const { sensor, at, value } = readingAt(i, load);
  const rest = `"t":${String(at)},"battery":12.6,"rssi":-71}`;
  if (load.each === 1) return { topic: `${sensor}/data`, payload: `{"v":${String(value)},${rest}` };
  const values = Array.from({ length: load.each }, (_, k) => readingAt(i + k, load));
  const record = values.map((reading) => `"${reading.sensor}":${String(reading.value)}`).join(',');
  return { topic: `records/d${sensor.slice(1)}/data`, payload: `{"v":{${record}},${rest}` };
}
