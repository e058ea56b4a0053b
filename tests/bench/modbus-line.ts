import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serialBus } from '../../simulators/modbus/bus.ts';
import { eventually } from '../support/eventually.ts';
import { recordedLine } from '../adapters/modbus/line-record.ts';

const BAUD = 9_600;
/** Start, eight bits, stop. */
const BYTE_MS = (1_000 * 10) / BAUD;
/** More than the line can carry at one poll a second each. */
const SLAVES = 50;
const REGISTERS = 10;
const MEASURED_MS = 20_000;

/**
 * Polls of ten registers by a line of 9600 baud at a pair of pseudo-terminals, over what the line can carry: request, answer
 * and 3.5 characters of silence behind each. Slaves take as long as their bytes would. NaN where socat is not installed.
 */
export async function pollsOverTheory(): Promise<number> {
  try {
    execFileSync('socat', ['-V'], { stdio: 'ignore' });
  } catch {
    return NaN;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-bench-'));
  const [ours, theirs] = [path.join(folder, 'ours'), path.join(folder, 'theirs')];
  const socat = spawn('socat', [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`], { stdio: 'ignore' });
  try {
    await eventually(() => existsSync(ours) && existsSync(theirs));
    const memory = { register: (_: string, address: number) => address, bit: () => undefined };
    const slaves = new Map(Array.from({ length: SLAVES }, (_, i) => [i + 1, memory] as const));
    await using _bus = await serialBus(theirs, BAUD, { devices: { slaves }, byteMs: BYTE_MS });
    await using line = recordedLine({
      protocol: 'modbus-rtu',
      device: ours,
      baud: BAUD,
      timeoutMs: 200,
      slaves: [...slaves.keys()].map((unit) => ({
        name: `slave-${String(unit)}`,
        unit,
        every: 1,
        points: Array.from({ length: REGISTERS }, (_, i) => ({ sensor: `s-${String(unit)}-${String(i)}`, address: i })),
      })),
    });
    await eventually(() => line.acquired.length > 0);
    const before = line.acquired.length;
    const began = performance.now();
    await delay(MEASURED_MS);
    const polls = (line.acquired.length - before) / REGISTERS;
    const theory = (performance.now() - began) / (BYTE_MS * (8 + 3.5 + 5 + 2 * REGISTERS + 3.5));
    return polls / theory;
  } finally {
    const ended = once(socat, 'exit');
    socat.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}
