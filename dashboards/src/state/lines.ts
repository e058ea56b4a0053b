import type { LineView, LinesView } from '../../../src/contract/lines.ts';

/** What can be said of a line, the worst first. */
const LINE_STANDINGS = ['faulty', 'partly', 'unheard', 'connecting', 'connected', 'paused'] as const;
type LineStanding = (typeof LINE_STANDINGS)[number];

/** How a line is doing. One whose devices do not all give is not well, though its wire stands. */
export function lineStanding({ paused, state, since, devices }: LineView): LineStanding {
  if (paused) return 'paused';
  if (since === null) return 'unheard';
  if (state === 'connected' && devices.some((device) => device.state === 'faulty')) return 'partly';
  return state;
}

/** Lines worst first, of one standing in the order of the configuration. */
export const linesWorstFirst = ({ lines }: LinesView): readonly LineView[] =>
  lines.toSorted((a, b) => LINE_STANDINGS.indexOf(lineStanding(a)) - LINE_STANDINGS.indexOf(lineStanding(b)));

/** How many lines give less than they should. */
export const faultyLines = ({ lines }: LinesView): number =>
  lines.filter((line) => ['faulty', 'partly', 'unheard'].includes(lineStanding(line))).length;

/** A process that says nothing for this long is not there: it says something every few seconds. */
const PULSE_AGE_MS = 60_000;

/** Whether the acquire process is heard. */
export const isEdgeAway = ({ heardAt }: LinesView['edges'][number], now: number): boolean =>
  heardAt === null || now - heardAt > PULSE_AGE_MS;

/** A certificate that a person has to approve: the server's here, or ours over there. */
interface ToApprove {
  readonly whose: 'theirs' | 'ours';
  readonly fingerprint: string;
}

/** The certificate that a fault is about, as the adapter names it in its detail. */
export function toApprove({ fault, detail }: Pick<LineView, 'fault' | 'detail'>): ToApprove | null {
  const fingerprint = /SHA-256 ([\dA-Fa-f:]{32,})/.exec(detail ?? '')?.[1];
  if (fault !== 'not-trusted' || fingerprint === undefined) return null;
  return { whose: detail?.includes('refuses our certificate') === true ? 'ours' : 'theirs', fingerprint };
}
