import { createServer } from 'node:net';
import { AppError } from '../core/errors.ts';

/** Whether somebody could listen there now. */
export const isFree = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  listenOnce(port, host).then(
    () => true,
    () => false,
  );

/** The first of `wanted` that is free on `host`, else any free port. */
export async function freePort(wanted: readonly number[] = [], host = '127.0.0.1'): Promise<number> {
  for (const port of wanted) if (await isFree(port, host)) return port;
  return listenOnce(0, host);
}

/** Throws `config/setting` naming `setting` where nobody on this machine can listen on `host`. */
export async function expectOwnAddress(host: string, setting: string): Promise<void> {
  await listenOnce(0, host).catch((error: unknown) => {
    throw listenFault(error, { host, hostSetting: setting, port: 0, portSetting: setting });
  });
}

interface Listening {
  readonly host: string;
  readonly hostSetting: string;
  readonly port: number;
  readonly portSetting: string;
}

/** Why a server could not listen, as one line that names the setting; what no setting mends comes back as it is. */
export function listenFault(error: unknown, { host, hostSetting, port, portSetting }: Listening): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return fault(`${portSetting} must be a free port, and another program listens on ${host} port ${String(port)}`);
    case 'EACCES':
      return fault(`${portSetting} must be a port that this user may open, not ${String(port)}: try one above 1023`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return fault(`${hostSetting} must be an address of this machine, such as 127.0.0.1 or 0.0.0.0, not "${host}"`);
    default:
      return error;
  }
}

const fault = (line: string): AppError => new AppError('config/setting', line);

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen({ port, host, exclusive: true }, () => {
        const address = server.address();
        server.close(() => {
          resolve(typeof address === 'object' && address !== null ? address.port : port);
        });
      });
  });
}
