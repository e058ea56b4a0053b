import { readFileSync } from 'node:fs';
import { AppError } from '../core/errors.ts';

type Values = Readonly<Record<string, string | undefined>>;

/** A longer file was meant for something else. */
const BYTES_MAX = 65_536;

/**
 * The environment where a setting NAME may be given as NAME_FILE, the path of a file that holds the value: it stands under
 * NAME then, without the white space around it, and NAME_FILE is gone. Each fault is a line that names setting and file,
 * and never repeats what is in it. `paths` are settings that name a file themselves.
 */
export function withFilesRead(
  env: Values,
  names: readonly string[],
  paths: ReadonlySet<string>,
): { readonly env: Values; readonly faults: ReadonlyMap<string, string> } {
  const read: Record<string, string | undefined> = { ...env };
  const faults = new Map<string, string>();
  for (const name of names) {
    const fileName = `${name}_FILE`;
    const file = env[fileName];
    if (file === undefined || file === '') continue;
    read[fileName] = undefined;
    if (paths.has(name)) faults.set(name, `${fileName} is no setting: ${name} is the path of the file itself`);
    else if (env[name] !== undefined && env[name] !== '') {
      faults.set(name, `${name} and ${fileName} are both set: give one of them`);
    } else {
      const { value, fault } = contentOf(file);
      read[name] = value;
      if (fault !== undefined) faults.set(name, `${fileName} must name a file that holds ${name}: ${file} ${fault}`);
    }
  }
  return { env: read, faults };
}

function contentOf(file: string): { readonly value?: string; readonly fault?: string } {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > BYTES_MAX) return { fault: 'is too long' };
    const value = text.trim();
    return value === '' ? { fault: 'is empty' } : { value };
  } catch (error) {
    return { fault: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'no reason given'})` };
  }
}

/**
 * A secret by where it is found: `env:NAME` is NAME or the file that NAME_FILE names, `file:/path` that file.
 * Throws `config/setting`, naming `who` needs it; never repeats what it found.
 */
export function secretFrom(from: string, env: Values, who: string): string {
  const refuse = (why: string): AppError => new AppError('config/setting', `${who}: ${why}`);
  const file = /^file:(.+)$/u.exec(from)?.[1];
  if (file !== undefined) {
    const { value, fault } = contentOf(file);
    if (value === undefined) throw refuse(`${file} ${fault ?? 'is empty'}`);
    return value;
  }
  const name = from.replace(/^env:/u, '');
  const read = withFilesRead(env, [name], new Set());
  for (const fault of read.faults.values()) throw refuse(fault);
  const value = read.env[name];
  if (value === undefined || value === '') throw refuse(`${name} is missing, and there is no ${name}_FILE`);
  return value;
}
