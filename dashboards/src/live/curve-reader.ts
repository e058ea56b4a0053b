import { computed, signal } from '@preact/signals';
import { Curve } from '../../../src/contract/http.ts';
import type { SensorView } from '../../../src/contract/http.ts';
import type { LiveReading, ServerMessage } from '../../../src/contract/live.ts';
import { HOUR, MINUTE } from '../../../src/core/time.ts';
import { append, emptyTrace, traceOf } from '../state/curve.ts';
import type { Trace } from '../state/curve.ts';
import { ask } from './api.ts';
import { latestWins } from './latest-wins.ts';
import { noticeSignedOut } from './session.ts';
import { now, watch } from './site-watch.ts';

/** Spans of time a curve can show; `all` is everything stored. */
export const RANGES = ['15m', '1h', '24h', 'all'] as const;
export type Range = (typeof RANGES)[number];

/** Length of a span in milliseconds; `all` has none. */
export const RANGE_MS: Readonly<Record<Range, number | null>> = {
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '24h': 24 * HOUR,
  all: null,
};

/** Points asked for: about one a pixel of a wide screen. */
const POINTS = 2000;
/** Widest span the server reads: two years. */
const LONGEST_MS = 2 * 366 * 24 * HOUR;
const RETRY_MS = 3000;
const THINNED_QUIET_MS = 1000;
const MEANWHILE_KEPT = 500;

/** What a curve can be shown of: a sensor of the site, or a channel, which no rule judges. */
export interface CurveSubject {
  readonly sensorId: number;
  readonly code: string;
  readonly name: SensorView['name'];
  readonly unit: string;
  readonly intervalMs: number;
  readonly newest?: SensorView['newest'];
}

const chosen = signal<number | null>(null);
/** The channel chosen last: the overview does not know it. */
const channel = signal<CurveSubject | null>(null);
/** Span on screen. */
export const range = signal<Range>('15m');
/** Curve on screen; null while there is none to show. */
export const trace = signal<Trace | null>(null);
/** Whether the curve is being read or could not be. */
export const curvePhase = signal<'reading' | 'shown' | 'failed'>('reading');
/** What the curve is shown of: the sensor or channel chosen, else the first sensor. */
export const selected = computed((): CurveSubject | undefined => {
  const sensors = watch.value.overview?.sensors ?? [];
  const isChosen = ({ sensorId }: CurveSubject): boolean => sensorId === chosen.value;
  return sensors.find(isChosen) ?? [channel.value].filter((one) => one !== null).find(isChosen) ?? sensors[0];
});

/** Its number, which changes only when another sensor is shown. */
export const selectedId = computed(() => selected.value?.sensorId);

let retry: number | undefined;
/** Live readings that came while a curve was being read: the reply may not have them. */
let meanwhile: LiveReading[] = [];
/** Readings that are not in the database, by sensor and time: no curve that is read has them. */
const unrecorded = new Map<string, LiveReading>();
const UNRECORDED_KEPT = 20_000;

const reader = latestWins(async (abort) => {
  const sensor = selected.peek();
  if (sensor === undefined) return;
  const to = Math.ceil(now.peek()) + MINUTE;
  const length = RANGE_MS[range.peek()];
  meanwhile = [];
  try {
    const from = length === null ? to - LONGEST_MS : to - MINUTE - length;
    let curve = await read(sensor.sensorId, from, to, abort);
    const first = curve.points[0]?.[0];
    // Thinned over years, a day of data would be a handful of points: once its beginning is known it is read again from there.
    if (length === null && curve.stored > curve.points.length && first !== undefined) {
      curve = await read(sensor.sensorId, first, to, abort);
    }
    if (abort.aborted) return;
    for (const [at] of curve.points) unrecorded.delete(keyOf(sensor.sensorId, at));
    trace.value = withUnrecorded(append(traceOf(curve, sensor.intervalMs), meanwhile));
    curvePhase.value = 'shown';
  } catch (error) {
    if (abort.aborted || noticeSignedOut(error)) return;
    curvePhase.value = 'failed';
    trace.value ??= withUnrecorded(emptyTrace(sensor.sensorId, sensor.intervalMs));
    clearTimeout(retry);
    retry = window.setTimeout(readCurve, RETRY_MS);
  }
});

const keyOf = (sensorId: number, at: number): string => `${String(sensorId)} ${String(at)}`;

const withUnrecorded = (of: Trace): Trace => append(of, [...unrecorded.values()], false);

/** Remembers what is not recorded until it comes again as recorded; the oldest give way. */
function remember(readings: readonly LiveReading[], recorded: boolean): void {
  if (recorded && unrecorded.size === 0) return;
  for (const reading of readings) {
    const key = keyOf(reading[0], reading[1]);
    unrecorded.delete(key);
    if (!recorded) unrecorded.set(key, reading);
  }
  for (const oldest of unrecorded.keys()) {
    if (unrecorded.size <= UNRECORDED_KEPT) break;
    unrecorded.delete(oldest);
  }
}

function read(sensorId: number, from: number, to: number, signal: AbortSignal): Promise<Curve> {
  const query = new URLSearchParams({ from: String(from), to: String(to), points: String(POINTS) });
  return ask(`/api/sensors/${String(sensorId)}/readings?${query.toString()}`, Curve, { signal });
}

/** Reads the curve on screen anew. */
export function readCurve(quietMs = 0): void {
  clearTimeout(retry);
  reader.soon(quietMs);
}

/** Shows another sensor. */
export function select(sensorId: number): void {
  chosen.value = sensorId;
}

/** Shows a source, which may be a channel. */
export function selectSource(source: CurveSubject): void {
  channel.value = source;
  chosen.value = source.sensorId;
}

/** Shows another span. */
export function choose(next: Range): void {
  if (range.peek() === next) return;
  range.value = next;
  clearCurve();
  readCurve();
}

/** Adds live readings to the curve on screen. */
export function appendLive(message: ServerMessage): void {
  if (message.type !== 'readings') return;
  // What was left out for a page that read too slowly would look like a gap.
  if (message.thinned) readCurve(THINNED_QUIET_MS);
  const recorded = message.recorded ?? true;
  remember(message.readings, recorded);
  if (recorded) meanwhile.push(...message.readings);
  if (trace.value === null) return;
  meanwhile = meanwhile.slice(-MEANWHILE_KEPT);
  trace.value = append(trace.value, message.readings, recorded);
}

/** Takes the curve off the screen: another one will be shown. */
export function clearCurve(): void {
  trace.value = null;
  curvePhase.value = 'reading';
}
