import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hostClock } from '../../src/platform/clock.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { clockOffset } from '../../src/platform/ntp.ts';
import { eventually } from '../support/eventually.ts';

test('chronyd, which nobody here wrote, is understood', async ({ skip }) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-chrony-'));
  const port = await freePort();
  const config = path.join(folder, 'chrony.conf');
  // It serves the time of this machine and sets no clock (-x).
  const lines = ['local stratum 8', `port ${String(port)}`, 'allow 127.0.0.1', 'cmdport 0', 'bindcmdaddress /'];
  await writeFile(config, [...lines, `pidfile ${path.join(folder, 'pid')}`, ''].join('\n'));
  const child = spawn('chronyd', ['-d', '-U', '-x', '-f', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
  });
  let failure: Error | null = null;
  let said = '';
  child.on('error', (error) => (failure = error));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  try {
    const ask = (aheadMs: number) =>
      clockOffset([{ host: '127.0.0.1', port }], {
        clock: hostClock(aheadMs),
        signal: new AbortController().signal,
        answerWithinMs: 500,
        betweenMs: 0,
      });
    let offset: number | null = null;
    await eventually(
      async () => {
        if (failure !== null || child.exitCode !== null) return true;
        offset = await ask(3_000);
        return offset !== null;
      },
      { what: 'an answer of chronyd', withinMs: 60_000 },
    );
    // The proof has it: there a missing program is a fault, on somebody's own machine it is not.
    if (failure !== null && process.env['CI'] !== 'true') skip('chronyd is not installed');
    expect({ failure, ended: child.exitCode, said: child.exitCode === null ? '' : said }).toEqual({
      failure: null,
      ended: null,
      said: '',
    });
    expect(Math.abs((offset ?? Number.NaN) + 3_000)).toBeLessThan(250);
  } finally {
    child.kill('SIGTERM');
    if (failure === null && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
});
