import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { SECOND } from '../core/time.ts';
import type { Clock, DurationMs } from '../core/time.ts';
import { pause } from './back-off.ts';
import { ntpQuestion, readNtpAnswer } from './ntp-packet.ts';
import type { NtpAnswer } from './ntp-packet.ts';

export interface NtpServer {
  readonly host: string;
  readonly port: number;
}

interface AskOptions {
  /** Whose error is asked for. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly answerWithinMs?: DurationMs;
  /** Servers refuse who asks too often. */
  readonly betweenMs?: DurationMs;
}

const TIMES = 3;

/**
 * How far the servers' time is ahead of `clock`, ms: the median of what each of them says, which is the median of its
 * answers. Null when none says anything that counts: it is never guessed.
 */
export async function clockOffset(servers: readonly NtpServer[], options: AskOptions): Promise<DurationMs | null> {
  const offsets = await Promise.all(servers.map((server) => offsetBy(server, options)));
  return median(offsets.filter((offset) => offset !== null));
}

async function offsetBy(server: NtpServer, options: AskOptions): Promise<DurationMs | null> {
  const offsets: DurationMs[] = [];
  for (let time = 0; time < TIMES && !options.signal.aborted; time += 1) {
    if (time > 0) await pause(options.betweenMs ?? 2 * SECOND, options.signal);
    const answer = await askOnce(server, options);
    if (answer !== null && 'offsetMs' in answer) offsets.push(answer.offsetMs);
    // It asks to be left alone.
    else if (answer?.unknown === 'kiss-o-death') break;
  }
  return median(offsets);
}

/** Null: no answer that is ours came in time. */
async function askOnce(
  { host, port }: NtpServer,
  { clock, signal, answerWithinMs = 2 * SECOND }: AskOptions,
): Promise<NtpAnswer | null> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]);
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    // Connected, it hears nobody else, and learns at once that nobody listens there.
    const connected = once(socket, 'connect', { signal: patience });
    socket.connect(port, host);
    await connected;
    const nonce = randomBytes(8).readBigUInt64BE();
    let answer: NtpAnswer | null = null;
    const answered = new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      patience.addEventListener('abort', () => resolve(), { once: true });
      socket.on('message', (packet) => {
        const read = readNtpAnswer(packet, { nonce, sentAt, cameAt: clock.now() });
        // A late answer to an earlier question, or a forger's: ours may still come.
        if ('unknown' in read && ['short', 'not-an-answer', 'not-ours'].includes(read.unknown)) return;
        answer = read;
        resolve();
      });
    });
    const sentAt = clock.now();
    socket.send(ntpQuestion(nonce));
    await answered;
    return answer;
  } catch {
    // No such host, nobody listens, told to stop: no answer.
    return null;
  } finally {
    socket.close();
  }
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  return (low + high) / 2;
}
