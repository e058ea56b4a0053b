import type { Say } from '../words/say.ts';
import { lengthInWords } from './age.ts';

/** How long a reading took from measurement to arrival, in words; a clock that runs ahead is said to. */
export function latencyInWords(say: Say, latencyMs: number | null): string {
  if (latencyMs === null) return '—';
  if (latencyMs <= -1000) return say('latency.ahead', { age: lengthInWords(say, -latencyMs) });
  if (latencyMs < 1000) return say('latency.under');
  return lengthInWords(say, latencyMs);
}
