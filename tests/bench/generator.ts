// A publisher as cheap as it can be, so that the bench measures the others: MQTT 3.1.1 by hand, QoS 1.
//   node tests/bench/generator.ts PORT USER PASSWORD TOPIC-PREFIX SENSORS COUNT FIRST-EPOCH-MS [EACH [PER-SECOND]]
// COUNT readings, EACH of them in a message; PER-SECOND readings at most.
import { once } from 'node:events';
import { connect } from 'node:net';
import { messageAt } from './workload.ts';

const [port, user = '', password = '', prefix = '', ...numbers] = process.argv.slice(2);
const [sensors = 1, readings = 1, firstMs = 0, each = 1, perSecond = Infinity] = numbers.map(Number);
/** Messages. */
const COUNT = readings / each;
/** Messages on the way without acknowledgement, at most. */
const WINDOW = 10_000;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

function packet(type: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([type, ...length]), body]);
}

const connectPacket = packet(
  0x10,
  Buffer.concat([text('MQTT'), Buffer.from([4, 0xc2, 0, 0]), text('bench-generator'), text(user), text(password)]),
);

function publishPacket(i: number): Buffer {
  const { topic, payload } = messageAt(i * each, { sensors, each, firstMs });
  const id = (i % 65_535) + 1;
  return packet(
    0x32,
    Buffer.concat([text(`${prefix}/${topic}`), Buffer.from([id >> 8, id & 0xff]), Buffer.from(payload)]),
  );
}

const socket = connect(Number(port), '127.0.0.1');
socket.setNoDelay(true);
socket.write(connectPacket);
await once(socket, 'data');
process.send?.({ type: 'begin' });

const began = performance.now();
let sent = 0;
let acknowledgedBytes = 0;
const more = (): void => {
  const chunk: Buffer[] = [];
  const allowed = Math.min(COUNT, (perSecond / each) * ((performance.now() - began) / 1000));
  for (; sent < allowed && sent - acknowledgedBytes / 4 < WINDOW && chunk.length < 1_000; sent += 1)
    chunk.push(publishPacket(sent));
  if (chunk.length > 0) socket.write(Buffer.concat(chunk), more);
};
socket.on('data', (data) => {
  acknowledgedBytes += data.length;
  if (acknowledgedBytes / 4 >= COUNT) process.exit();
  else more();
});
more();
if (perSecond < Infinity) setInterval(more, 5);
