/** Places at least `apart` from each other within [low, high], in the order of `wanted` and as near to it as that allows. */
export function spread(wanted: readonly number[], apart: number, low: number, high: number): readonly number[] {
  const order = wanted.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at);
  let floor = low;
  for (const place of order) {
    place.at = Math.max(place.at, floor);
    floor = place.at + apart;
  }
  let ceiling = high;
  for (const place of order.toReversed()) {
    place.at = Math.min(place.at, ceiling);
    ceiling = place.at - apart;
  }
  return order.sort((a, b) => a.i - b.i).map(({ at }) => at);
}
