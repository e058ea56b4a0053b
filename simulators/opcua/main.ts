import { parseArgs } from 'node:util';
import { startPlantServer } from './server.ts';

/**
 * `node simulators/opcua/main.ts [--port 4840] [--secure]`: a dam's PLC, whose weir rises and falls and whose beach stays.
 * Ends with Ctrl-C. --secure: Basic256Sha256 too, for the user `tailwatch` with the password `tailwatch`.
 */
const { values } = parseArgs({ options: { port: { type: 'string', default: '4840' }, secure: { type: 'boolean' } } });
const isSecure = values.secure === true;

const server = await startPlantServer({
  port: Number(values.port),
  isSecure,
  ...(isSecure && { users: { tailwatch: 'tailwatch' } }),
  nodes: [
    { name: 'Weir.Level', value: 0.42 },
    { name: 'Beach.Length', type: 'Float', value: 120.25 },
    { name: 'Pump.Running', type: 'Boolean', value: false },
    { name: 'Rain.Tips', type: 'UInt64', value: [0, 17] },
  ],
});
process.stdout.write(`listening on ${server.endpoint}\n`);
const rising = setInterval(() => {
  server.plant.set('Weir.Level', Math.round((0.42 + 0.05 * Math.sin(Date.now() / 60_000)) * 1_000) / 1_000);
}, 1_000);
process.once('SIGINT', () => {
  clearInterval(rising);
  void server[Symbol.asyncDispose]();
});
