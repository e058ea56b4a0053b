import uPlot from 'uplot';
import { hourAndMinute, monthAndDay, timeOfDay } from '../format/clock.ts';
import { fixed } from '../format/value.ts';
import type { Language } from '../words/say.ts';
import { ink, pixels } from './curve-drawing.ts';

interface CurveOptions {
  readonly width: number;
  readonly height: number;
  readonly decimals: number;
  readonly timeZone: string;
  readonly language: Language;
  /** Lowest and highest value, first and last time to show; asked at each drawing. */
  readonly span: () => readonly [number, number];
  readonly time: () => readonly [number, number];
  /** CSS pixels that the names of limits need at the right. */
  readonly nameWidth: () => number;
  /** Told the index of the point under the pointer, or null. */
  readonly onPoint: (index: number | null) => void;
  readonly drawUnder: (u: uPlot) => void;
  readonly drawOver: (u: uPlot) => void;
}

const DAY_MS = 86_400_000;

/** How uPlot draws a curve: times in the site's zone, room at the right for the names of limits, no legend of its own. */
export function curveOptions(options: CurveOptions): uPlot.Options {
  const { width, height, decimals, timeZone, language, span, time, drawUnder, drawOver, nameWidth, onPoint } = options;
  const axis = {
    stroke: ink('--ink-2'),
    font: `${String(pixels(0.82))}px ${ink('--font')}`,
    grid: { stroke: ink('--grid'), width: 1 },
    ticks: { stroke: ink('--grid'), width: 1, size: 6 },
  };
  const value = (at: number, stepMs: number): string => {
    if (stepMs >= DAY_MS) return monthAndDay(at, timeZone, language);
    const clock = stepMs < 60_000 ? timeOfDay(at, timeZone, language) : hourAndMinute(at, timeZone, language);
    return clock === '00:00' ? monthAndDay(at, timeZone, language) : clock;
  };
  return {
    width,
    height,
    ms: 1,
    padding: [pixels(0.6), nameWidth, 0, 0],
    tzDate: (at) => uPlot.tzDate(new Date(at), timeZone),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 9 } },
    scales: {
      x: { time: true, range: () => [...time()] },
      y: { range: () => [...span()] },
    },
    axes: [
      {
        ...axis,
        size: pixels(2),
        space: pixels(width < 600 ? 3.6 : 5.5),
        values: (_, splits, __, ___, step) => splits.map((at) => value(at, step)),
      },
      {
        ...axis,
        size: pixels(width < 600 ? 3.5 : 4.4),
        space: pixels(3),
        values: (_, splits) => splits.map((one) => fixed(one, decimals)),
      },
    ],
    series: [
      {},
      { stroke: ink('--curve'), width: 2.25, spanGaps: false, points: { show: false } },
      { stroke: 'transparent', points: { show: false } },
      {
        stroke: ink('--curve'),
        width: 2.25,
        dash: [3, 5],
        spanGaps: false,
        points: { show: true, size: 7, fill: ink('--ground') },
      },
    ],
    hooks: { drawClear: [drawUnder], draw: [drawOver], setCursor: [(u) => onPoint(u.cursor.idx ?? null)] },
  };
}
