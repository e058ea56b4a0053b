import { createServer } from 'node:net';

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
