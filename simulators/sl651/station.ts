import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { answerIn, telegram } from './telegram.ts';
import type { Answer, Telegram } from './telegram.ts';

interface StationOptions {
  readonly port: number;
  readonly host?: string;
  /** Ten digits. */
  readonly address: string;
  readonly password?: string;
  readonly answerWithinMs?: number;
}

/** A telemetry station on the line. It says a thing again until it is acknowledged. */
export interface SimulatedStation extends AsyncDisposable {
  /** Sends a message and waits for its acknowledgement: three times at most, the same bytes. Returns the answer, or null. */
  tell(message: Pick<Telegram, 'func' | 'content' | 'sentAt'> & Partial<Telegram>): Promise<Answer | null>;
  /** Sends bytes as they are. */
  send(bytes: Uint8Array): void;
  /** The next question of the centre. */
  question(): Promise<Answer>;
  readonly socket: Socket;
}

const ATTEMPTS = 3;

/** Connects to a centre. */
export async function startStation(options: StationOptions): Promise<SimulatedStation> {
  const { address, password = '1234', answerWithinMs = 5_000 } = options;
  const socket = connect(options.port, options.host ?? '127.0.0.1');
  await once(socket, 'connect');
  let serial = 0;
  let waiting = Buffer.alloc(0);
  const answers: Answer[] = [];
  let wake = (): void => {};
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    wake();
  });
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      const found = answerIn(waiting);
      if (found === null) break;
      waiting = waiting.subarray(found.length);
      answers.push(found.answer);
    }
    wake();
  });
  /** The first answer that is wanted; null when none comes in time or the line is gone. */
  const next = async (isWanted: (answer: Answer) => boolean, withinMs: number): Promise<Answer | null> => {
    const until = Date.now() + withinMs;
    for (;;) {
      const at = answers.findIndex(isWanted);
      if (at >= 0) return answers.splice(at, 1)[0] ?? null;
      const left = until - Date.now();
      if (left <= 0 || socket.destroyed) return null;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, left);
      wake = resolve;
      await promise;
      clearTimeout(timer);
    }
  };

  return {
    socket,
    async tell(message) {
      serial += 1;
      const whole = { centre: 1, station: address, password, serial, ...message };
      const bytes = telegram(whole);
      for (let i = 0; i < ATTEMPTS && !socket.destroyed; i += 1) {
        socket.write(bytes);
        if (message.func === '2f') return null;
        const answer = await next(
          (each) => each.serial === whole.serial && each.func === message.func.toLowerCase(),
          answerWithinMs,
        );
        if (answer !== null) return answer;
      }
      return null;
    },
    send: (bytes) => void socket.write(bytes),
    async question() {
      const answer = await next(({ end }) => end === '05', 60_000);
      if (answer === null) throw new Error('the centre asked nothing');
      return answer;
    },
    async [Symbol.asyncDispose]() {
      if (socket.closed) return;
      socket.destroy();
      await once(socket, 'close');
    },
  };
}
