import { createSocket } from 'node:dgram';
import type { NtpServer } from '../../src/platform/ntp.ts';

/** What a server says of itself, written with a codec of its own. */
interface NtpDoubleOptions {
  /** How far its clock is ahead of this machine's, ms; it says so for its n-th answer, from 0. */
  readonly aheadMs?: (n: number) => number;
  readonly stratum?: number;
  readonly leap?: number;
  readonly mode?: number;
  /** Seconds. */
  readonly rootDispersion?: number;
  /** Changes the answer's bytes before they are sent; null sends nothing. */
  readonly spoil?: (packet: Buffer) => Buffer | null;
}

export interface NtpDouble extends NtpServer, AsyncDisposable {
  readonly questions: () => number;
}

/** A server of the test that speaks NTP on a port of its own. */
export async function ntpDouble(options: NtpDoubleOptions = {}): Promise<NtpDouble> {
  const { aheadMs = () => 0, stratum = 2, leap = 0, mode = 4, rootDispersion = 0.01, spoil = (p) => p } = options;
  const socket = createSocket('udp4');
  let questions = 0;
  socket.on('message', (question, from) => {
    const now = Date.now() + aheadMs(questions);
    questions += 1;
    const answer = Buffer.alloc(48);
    answer[0] = (leap << 6) | (4 << 3) | mode;
    answer[1] = stratum;
    answer.writeUInt32BE(Math.round(rootDispersion * 65_536), 8);
    question.copy(answer, 24, 40, 48);
    writeTime(answer, 32, now);
    writeTime(answer, 40, now);
    const spoilt = spoil(answer);
    if (spoilt !== null) socket.send(spoilt, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: socket.address().port,
    questions: () => questions,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

/** Seconds since 1900 and a fraction, 32 bits each; the seconds begin anew in 2036. */
function writeTime(packet: Buffer, at: number, epochMs: number): void {
  const seconds = Math.floor(epochMs / 1000);
  packet.writeUInt32BE((((seconds + 2_208_988_800) % 2 ** 32) + 2 ** 32) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor(((epochMs / 1000 - seconds) * 2 ** 32) % 2 ** 32), at + 4);
}
