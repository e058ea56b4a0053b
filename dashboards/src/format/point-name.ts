import type { SensorView } from '../../../src/contract/http.ts';
import type { Say } from '../words/say.ts';

/**
 * What people call a point: the whole words its sensors' names begin with together ("Point 1-2" of "Point 1-2 water
 * level" and "Point 1-2 depth"); where they share none, all the names. Empty for no sensors.
 */
export function pointName(sensors: readonly Pick<SensorView, 'name'>[], say: Say): string {
  const names = sensors.map(({ name }) => name[say.language]);
  const [first = '', ...others] = names;
  if (others.length === 0) return first;
  const words = first.split(' ');
  const shared = words.findIndex((_, i) => {
    const start = `${words.slice(0, i + 1).join(' ')} `;
    return others.some((other) => !`${other} `.startsWith(start));
  });
  return shared > 0 ? words.slice(0, shared).join(' ') : names.join(say('list.separator'));
}
