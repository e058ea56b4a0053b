import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import uPlot from 'uplot';
import type { RuleView } from '../../../src/contract/http.ts';
import { RANGE_MS, range, trace } from '../live/curve-reader.ts';
import { say } from '../live/language.ts';
import { now } from '../live/site-watch.ts';
import { columns, valueSpan } from '../state/curve.ts';
import type { Columns } from '../state/curve.ts';
import { drawBands, drawDoubtful, drawLimits, limitWidth } from './curve-drawing.ts';
import { curveOptions } from './curve-options.ts';

interface CurvePlotProps {
  readonly rules: readonly RuleView[];
  readonly decimals: number;
  readonly timeZone: string;
  /** Receives the point under the pointer. */
  readonly pointed: Signal<Pointed | null>;
}

/** A point of the curve that somebody points at. */
export interface Pointed {
  readonly at: number;
  readonly value: number;
  readonly doubtful: boolean;
}

/** The drawing itself: uPlot on a canvas, fed by the trace on screen and the ticking time. */
export function CurvePlot({ rules, decimals, timeZone, pointed }: CurvePlotProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const props = useRef({ rules, span: [0, 1] as readonly [number, number], time: [0, 1] as readonly [number, number] });
  const words = say.value;
  props.current.rules = rules;

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const options = curveOptions({
      ...size(),
      decimals,
      timeZone,
      language: words.language,
      span: () => props.current.span,
      time: () => props.current.time,
      nameWidth: () => limitWidth({ rules: props.current.rules, decimals, say: words }),
      onPoint: (index) => {
        pointed.value = index === null ? null : pointAt(plot.current, index);
      },
      drawUnder: (u) => drawBands(u, props.current.rules),
      drawOver: (u) => {
        drawLimits(u, { rules: props.current.rules, decimals, say: words });
        drawDoubtful(u);
      },
    });
    const made = new uPlot(options, [[], [], [], []], element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [words, decimals, timeZone]);

  const shown = trace.value;
  const length = RANGE_MS[range.value];
  const end = now.value;
  useEffect(() => {
    const { at, value, doubtful, unrecorded } =
      shown === null ? NOTHING : columns(shown, length === null ? undefined : end - length);
    const limits = rules.flatMap((rule) => Object.values(rule.limits));
    props.current.span = valueSpan(
      [...value, ...unrecorded].filter((one) => one !== null),
      limits,
    );
    props.current.time = timeSpan(at, length, end);
    plot.current?.setData([at, value, doubtful, unrecorded]);
  }, [words, decimals, timeZone, shown, length, end, rules.map((rule) => rule.target).join()]);

  return <div class="plot" ref={frame} />;
}

const NOTHING: Columns = { at: [], value: [], doubtful: [], unrecorded: [] };

function pointAt(u: uPlot | null, index: number): Pointed | null {
  const [at, value, doubtful] = [u?.data[0][index], u?.data[1]?.[index] ?? u?.data[3]?.[index], u?.data[2]?.[index]];
  if (at === undefined || value === undefined || value === null) return null;
  return { at, value, doubtful: typeof doubtful === 'number' };
}

/** The chosen length up to now; for all data, its own ends. */
function timeSpan(at: readonly number[], length: number | null, end: number): readonly [number, number] {
  if (length !== null) return [end - length, end];
  const first = at[0] ?? end - 3_600_000;
  const last = at.at(-1) ?? end;
  return [first, Math.max(last, first + 60_000)];
}
