import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { LinePorts } from '../../adapters/acquisition.ts';
import { acquireWork } from '../../src/app/acquire/acquire-work.ts';
import { instant } from '../../src/core/time.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { stopSignal, tellReady } from '../../src/platform/lifeline.ts';
import { createLogger } from '../../src/platform/logger.ts';

// The acquire process with a line to a source of the test: a value is acknowledged when the spool has it.

const { SOURCE_PORT = '', BROKER_URL = '', FOLDER = '' } = process.env;
const START = Date.UTC(2026, 6, 1);

async function run(signal: AbortSignal, ports: LinePorts): Promise<void> {
  while (!signal.aborted) {
    const socket = connect(Number(SOURCE_PORT), '127.0.0.1');
    socket.on('error', () => {});
    signal.addEventListener('abort', () => socket.destroy());
    for await (const text of createInterface({ input: socket })) {
      const value = Number(text);
      const observedAt = instant(START + value * 1_000);
      await ports.offer([{ sensorCode: 'level', observedAt, receivedAt: ports.clock.now(), value, quality: 'good' }]);
      socket.write(`${text}\n`);
    }
    await Promise.race([once(socket, 'close'), once(AbortSignal.timeout(20), 'abort')]);
  }
}

const work = await acquireWork({
  name: 'central',
  dataDir: FOLDER,
  secretsDir: null,
  broker: { url: BROKER_URL, hears: [] },
  spool: { megabytes: 16, days: 1 },
  protocols: {
    files: () => Promise.resolve({ line: (_config, ports) => ({ run: (signal) => run(signal, ports) }) }),
  },
  clock: hostClock(),
  log: createLogger('acquire', 'info'),
});
const line = { name: 'source', protocol: 'files', edge: 'central', paused: false } as never;
await work.follow([{ siteId: 'pond', timeZone: 'Asia/Shanghai', line }]);
tellReady();
await work.run(stopSignal());
process.exit();
