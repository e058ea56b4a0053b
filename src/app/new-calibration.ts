import { isMap, isSeq, parseDocument, stringify } from 'yaml';
import type { Range, YAMLMap } from 'yaml';
import { AppError } from '../core/errors.ts';
import { parseSiteFile } from './site-file.ts';

/** Constants of an instrument that hold from a day on. */
export interface NewCalibration {
  /** Code of the sensor that is made of what the instrument gives. */
  readonly sensor: string;
  /** First day (UTC) on which they hold, later than that of those in force: `2026-11-28`. */
  readonly from: string;
  /** What is other than before, by its path in the constants: `linear.zero`. undefined: it is there no more. */
  readonly set: ReadonlyMap<string, string | number | undefined>;
  /** Serial number, certificate, who read the zero and when. */
  readonly source: string;
}

/**
 * The text of a site's file with one more calibration of a sensor: the constants in force, but for what is set. Those
 * before stay, for what was measured with them counts by them; point, codes, datum where it is not set, and comments stay too.
 * @throws AppError `config/invalid` where there is nothing to calibrate, the day is not later, or the site would have a fault
 */
export function withCalibration(text: string, name: string, { sensor, from, set, source }: NewCalibration): string {
  const { config } = parseSiteFile(text, name);
  const at = config.sensors.findIndex(({ code }) => code === sensor);
  const derive = config.sensors[at]?.derive;
  const present = derive?.calibrations.at(-1);
  if (present === undefined) throw refused(name, `no sensor "${sensor}" is made by a formula with constants`);
  if (from <= present.from)
    throw refused(name, `--from must be after ${present.from}, since when the present ones hold`);
  const doc = parseDocument(text);
  const list = doc.getIn(['sensors', at, 'derive', 'calibrations']);
  if (!isSeq(list)) throw refused(name, `the calibrations of "${sensor}" are written as no list`);
  const last = list.items.at(-1);
  if (!isMap(last) || !last.range) throw refused(name, `the newest calibration of "${sensor}" is not written out`);
  const next = doc.createNode(last.toJSON() as object) as YAMLMap;
  for (const [path, value] of [['from', from], ...set, ['source', source]] as const)
    if (value === undefined) next.deleteIn(path.split('.'));
    else next.setIn(path.split('.'), value);
  const entry = stringify(next, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  const written = list.flow === true ? inFlow(text, last.range, entry) : asLine(text, last.range, entry);
  parseSiteFile(written, name);
  return written;
}

/** Behind the last entry of `[…]`. */
const inFlow = (text: string, [, end]: Range, entry: string): string =>
  `${text.slice(0, end)}, ${entry}${text.slice(end)}`;

/** A line below the last entry, as far in as that one. */
function asLine(text: string, [start, end]: Range, entry: string): string {
  const dash = text.lastIndexOf('-', start);
  const indent = ' '.repeat(dash - text.lastIndexOf('\n', dash) - 1);
  // The end may lie behind the end of its line already, or before a comment on it.
  const line = text[end - 1] === '\n' ? end - 1 : text.indexOf('\n', end);
  const before = line === -1 ? `${text}\n` : text.slice(0, line + 1);
  return `${before}${indent}- ${entry}\n${text.slice(before.length)}`;
}

const refused = (name: string, why: string): AppError => new AppError('config/invalid', `${name}: ${why}`);
