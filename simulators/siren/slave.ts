import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { answer } from './frame.ts';
import type { Coils } from './frame.ts';

interface SlaveOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly unit: number;
}

/** A Modbus TCP slave with sixteen coils. Disposing it closes its port and all lines. */
export interface SirenSlave extends AsyncDisposable {
  readonly port: number;
  readonly coils: Coils;
  /** From now on a coil takes what is written and stays as it is, as a relay does that is welded. */
  weld(coil: number): void;
  /** From now on it takes requests and answers none. */
  silence(): void;
}

/** Starts a slave that speaks Modbus TCP as bytes: read coils (1) and write single coil (5), exceptions for all else. */
export async function startSirenSlave({ port, unit }: SlaveOptions): Promise<SirenSlave> {
  const coils: Coils = Array.from({ length: 16 }, () => false);
  const welded = new Set<number>();
  const lines = new Set<Socket>();
  let isSilent = false;
  const server = createServer((line) => {
    lines.add(line);
    line.on('close', () => lines.delete(line));
    line.on('error', () => line.destroy());
    let waiting = Buffer.alloc(0);
    line.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      for (;;) {
        // Six bytes, then as many as the last two of them say.
        if (waiting.length < 6) return;
        const length = 6 + waiting.readUInt16BE(4);
        if (waiting.length < length) return;
        const request = waiting.subarray(0, length);
        waiting = waiting.subarray(length);
        if (!isSilent) line.write(answer(request, { unit, coils, welded }));
      }
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    coils,
    weld: (coil) => void welded.add(coil),
    silence: () => {
      isSilent = true;
    },
    async [Symbol.asyncDispose]() {
      for (const line of lines) line.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
