import { readFile } from 'node:fs/promises';
import { withCalibration } from '../app/new-calibration.ts';
import { AppError } from '../core/errors.ts';

/** As they were written. */
interface Options {
  readonly from?: string | undefined;
  readonly source?: string | undefined;
  readonly set?: readonly string[] | undefined;
}

const USAGE = 'tailwatch calibrate FILE SENSOR --from DAY --source TEXT --set KEY=VALUE …';

/**
 * `calibrate FILE SENSOR` prints the site of FILE with new constants of one sensor: a zero that was read, or an instrument that
 * was exchanged. Nothing is in force before `site apply` of what it prints, with its checks and its second engineer.
 * @throws AppError `config/invalid`, `config/setting`
 */
export async function calibrateCommand(
  words: readonly string[],
  { from, source, set = [] }: Options,
  print: (text: string) => void,
): Promise<void> {
  const [file, sensor, ...more] = words;
  if (file === undefined || sensor === undefined || more.length > 0 || from === undefined || source === undefined)
    throw misused();
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('config/setting', `${file} cannot be read`, { cause });
  });
  print(withCalibration(text, file, { sensor, from, source, set: new Map(set.map(settingOf)) }).trimEnd());
}

/** `linear.zero=9012.4`; with nothing behind the sign the key goes. */
function settingOf(written: string): [string, string | number | undefined] {
  const [, key, value = ''] = /^([A-Za-z.]+)=(.*)$/.exec(written) ?? [];
  if (key === undefined) throw misused();
  if (value === '') return [key, undefined];
  return [key, Number.isFinite(Number(value)) ? Number(value) : value];
}

const misused = (): AppError => new AppError('config/setting', `usage: ${USAGE}`);
