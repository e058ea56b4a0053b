import uPlot from 'uplot';
import type { RuleView } from '../../../src/contract/http.ts';
import type { WarningLevel } from '../../../src/core/level.ts';
import { fixed } from '../format/value.ts';
import { bandsOf } from '../state/bands.ts';
import type { Band } from '../state/bands.ts';
import { spread } from '../state/spread.ts';
import type { Say } from '../words/say.ts';

/** The value of a colour or font that the style sheet holds: a canvas cannot read it by itself. */
export const ink = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** `rem` units in CSS pixels. */
export const pixels = (rem: number): number =>
  Math.round(rem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize));

/** Fills the stretch of each level behind the curve. */
export function drawBands(u: uPlot, rules: readonly RuleView[]): void {
  const { ctx, bbox } = u;
  ctx.save();
  clip(u);
  for (const { level, from, to } of rules.flatMap(bandsOf)) {
    const a = position(u, from);
    const b = position(u, to);
    ctx.fillStyle = ink(`--${level}-wash`);
    ctx.fillRect(bbox.left, Math.min(a, b), bbox.width, Math.abs(a - b));
  }
  ctx.restore();
}

/** Place of a value on the canvas; an infinite one lies at the edge it points to. */
function position(u: uPlot, value: number): number {
  if (Number.isFinite(value)) return u.valToPos(value, 'y', true);
  return value > 0 ? u.bbox.top : u.bbox.top + u.bbox.height;
}

interface LimitStyle {
  readonly rules: readonly RuleView[];
  readonly decimals: number;
  readonly say: Say;
}

const nameSize = (): number => pixels(window.innerWidth < 600 ? 0.8 : 0.95);
const nameFont = (size: number): string => `600 ${String(size)}px ${ink('--font')}`;
const nameOf = ({ level, from }: Band, { decimals, say }: LimitStyle): string =>
  `${say(`level.${level}`)} ${fixed(from, decimals)}`;
/** From the edge of the plot to the words, in heights of the letters: a leader and the shape. */
const WORDS_AFTER = 1.75;

/** Width in CSS pixels of the widest name of a limit with its shape. */
export function limitWidth(style: LimitStyle): number {
  const ctx = document.createElement('canvas').getContext('2d');
  const size = nameSize();
  if (ctx === null) return size * 8;
  ctx.font = nameFont(size);
  const widths = style.rules.flatMap(bandsOf).map((band) => ctx.measureText(nameOf(band, style)).width);
  return widths.length === 0 ? size : Math.ceil(Math.max(...widths) + size * (WORDS_AFTER + 0.3));
}

/** Draws each limit in sight as a line with its shape, word and value at the right edge; names that would touch are moved apart. */
export function drawLimits(u: uPlot, style: LimitStyle): void {
  const { ctx, bbox } = u;
  const scale = uPlot.pxRatio;
  const size = nameSize() * scale;
  const low = u.scales['y']?.min ?? 0;
  const high = u.scales['y']?.max ?? 1;
  const limits = style.rules.flatMap(bandsOf).filter(({ from }) => from >= low && from <= high);
  const lines = limits.map(({ from }) => u.valToPos(from, 'y', true));
  const names = spread(lines, size * 1.35, bbox.top, bbox.top + bbox.height);
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.font = nameFont(size);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const [i, limit] of limits.entries()) {
    const { level } = limit;
    const y = lines[i] ?? 0;
    const at = names[i] ?? y;
    ctx.strokeStyle = ink(`--${level}-line`);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = 1.5 * scale;
    ctx.setLineDash([6 * scale, 5 * scale]);
    line(ctx, bbox.left, y, right, y);
    ctx.setLineDash([]);
    line(ctx, right, y, right + size * 0.5, at);
    drawMark(ctx, level, right + size * 1.1, at, size * 0.42);
    ctx.fillText(nameOf(limit, style), right + size * WORDS_AFTER, at);
  }
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

/** The shape of a level, the same as in `level-mark.tsx`. */
function drawMark(ctx: CanvasRenderingContext2D, level: WarningLevel, x: number, y: number, r: number): void {
  const corners: Readonly<Record<Exclude<WarningLevel, 'blue'>, readonly (readonly [number, number])[]>> = {
    red: [
      [0, -r],
      [r, 0],
      [0, r],
      [-r, 0],
    ],
    orange: [
      [0, -r],
      [r, r * 0.85],
      [-r, r * 0.85],
    ],
    yellow: [
      [-r, -r * 0.85],
      [r, -r * 0.85],
      [0, r],
    ],
  };
  ctx.beginPath();
  if (level === 'blue') ctx.arc(x, y, r * 0.9, 0, 2 * Math.PI);
  else for (const [dx, dy] of corners[level]) ctx.lineTo(x + dx, y + dy);
  ctx.closePath();
  ctx.fill();
}

/** Marks doubtful points by a hollow square: the third column of the data holds them. */
export function drawDoubtful(u: uPlot): void {
  const { ctx } = u;
  const [at, , doubtful] = u.data;
  const r = 4 * uPlot.pxRatio;
  ctx.save();
  clip(u);
  ctx.strokeStyle = ink('--unknown-line');
  ctx.fillStyle = ink('--ground');
  ctx.lineWidth = 2 * uPlot.pxRatio;
  for (const [i, value] of (doubtful ?? []).entries()) {
    if (value === null || value === undefined) continue;
    const x = u.valToPos(at[i] ?? 0, 'x', true);
    const y = u.valToPos(value, 'y', true);
    ctx.fillRect(x - r, y - r, 2 * r, 2 * r);
    ctx.strokeRect(x - r, y - r, 2 * r, 2 * r);
  }
  ctx.restore();
}

function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
}
