import type { Devices, Heard } from './serial-devices.ts';
import { reply } from './memory.ts';

const HEADER = 7;
const NO_ANSWER_OF_TARGET = 11;

/** A Modbus TCP server before these slaves, for one connection: gives the answer to each request. */
export function tcpDevices({ slaves }: Devices): (bytes: Buffer) => Heard[] {
  let waiting = Buffer.alloc(0);
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    const heard: Heard[] = [];
    while (waiting.length >= HEADER && waiting.length >= 6 + waiting.readUInt16BE(4)) {
      const request = waiting.subarray(0, 6 + waiting.readUInt16BE(4));
      waiting = waiting.subarray(request.length);
      const memory = slaves?.get(request.readUInt8(6));
      const asked = request.subarray(HEADER);
      const body =
        memory === undefined ? Buffer.from([(asked[0] ?? 0) | 0x80, NO_ANSWER_OF_TARGET]) : reply(memory, asked);
      const header = Buffer.from(request.subarray(0, HEADER));
      header.writeUInt16BE(body.length + 1, 4);
      heard.push({ request, answer: Buffer.concat([header, body]) });
    }
    return heard;
  };
}
