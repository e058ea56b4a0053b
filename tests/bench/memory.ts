import { readFile } from 'node:fs/promises';
import type { RunningProgram } from '../support/running-house.ts';

/** Resident memory of a process in MB, now and at most; not a number where the system does not tell. */
export async function residentMegabytes({ pid }: Pick<RunningProgram, 'pid'>): Promise<{ now: number; most: number }> {
  const text = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
  const of = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}
