import type { AcquiredMessage } from './acquired-message.ts';

type Value = NonNullable<AcquiredMessage['values']>[number];

/**
 * What remains of some messages of one line, oldest first, when there is no room for all: of each sensor its first, last,
 * least and greatest value, each that is not good, and every second of the others. What lines said of themselves stays.
 */
export function thinMessages(messages: readonly AcquiredMessage[]): {
  /** Of each what remains; null: nothing. */
  readonly perMessage: readonly (AcquiredMessage | null)[];
  readonly gone: number;
} {
  const bySensor = Map.groupBy(
    messages.flatMap(({ values = [] }) => values),
    ({ sensor }) => sensor,
  );
  const stays = new Set<Value>([...bySensor.values()].flatMap(staying));
  let gone = 0;
  const perMessage = messages.map((message): AcquiredMessage | null => {
    const { values = [], said } = message;
    const left = values.filter((value) => stays.has(value));
    gone += values.length - left.length;
    if (left.length === 0) return said === undefined ? null : { said };
    return { ...message, values: left };
  });
  return { perMessage, gone };
}

function staying(values: readonly Value[]): Value[] {
  const numbers = values.filter(({ value }) => value !== null);
  const by = (isBefore: (a: number, b: number) => boolean): Value | undefined =>
    numbers.reduce<Value | undefined>(
      (best, each) => (best === undefined || isBefore(each.value ?? 0, best.value ?? 0) ? each : best),
      undefined,
    );
  const marks = new Set([values[0], values.at(-1), by((a, b) => a < b), by((a, b) => a > b)]);
  return values.filter((value, i) => i % 2 === 0 || marks.has(value) || value.quality !== undefined);
}
