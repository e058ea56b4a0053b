/** What every contender has to do: many sensors in turn, each with a value that wanders over its limits now and then. */
export const LIMITS = { blue: 338.7, yellow: 338.8, orange: 338.86, red: 338.89 };

export const sensorCodes = (sensors: number): string[] => Array.from({ length: sensors }, (_, i) => `s${String(i)}`);

/** The `i`th message of a run: sensors take turns, a second of observed time a round. */
export function readingAt(
  i: number,
  sensors: number,
  firstMs: number,
): { sensor: string; at: number; payload: string } {
  const round = Math.floor(i / sensors);
  const sensor = i % sensors;
  const at = firstMs + round * 1000;
  const value = 338.5 + 0.4 * Math.sin(round / 200 + sensor);
  return {
    sensor: `s${String(sensor)}`,
    at,
    payload: `{"v":${value.toFixed(3)},"t":${String(at)},"battery":12.6,"rssi":-71}`,
  };
}
