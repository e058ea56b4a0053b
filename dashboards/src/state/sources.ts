import type { ConnectionsView, SourceView } from '../../../src/contract/http.ts';

/** What can be said of a source, the worst first. */
export const SOURCE_STATES = ['never', 'silent', 'refused', 'doubtful', 'good'] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

/** A source is silent after the three intervals that make a sensor blind, and one more for the news to reach us. */
const SILENT_INTERVALS = 4;

/** How a source is doing: nothing ever came; nothing comes any more; the newest message was refused; it is doubtful; all is well. */
export function sourceState({ lastAt, intervalMs, refusal, flags }: SourceView, now: number): SourceState {
  if (refusal !== null && (lastAt === null || refusal.at > lastAt)) return 'refused';
  if (lastAt === null) return 'never';
  if (now - lastAt > SILENT_INTERVALS * intervalMs + 5000) return 'silent';
  return flags.length > 0 ? 'doubtful' : 'good';
}

/** Sources worst first, of one state in the order of the configuration. */
export function sourcesWorstFirst({ sources }: ConnectionsView, now: number): readonly SourceView[] {
  const place = (source: SourceView): number => SOURCE_STATES.indexOf(sourceState(source, now));
  return sources.toSorted((a, b) => place(a) - place(b));
}

/** How many sources are in each state, the worst first; states without any are left out. */
export function sourceCounts({ sources }: ConnectionsView, now: number): readonly (readonly [SourceState, number])[] {
  const states = sources.map((source) => sourceState(source, now));
  return SOURCE_STATES.map((state) => [state, states.filter((one) => one === state).length] as const).filter(
    ([, count]) => count > 0,
  );
}
