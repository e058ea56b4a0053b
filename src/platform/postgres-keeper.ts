import { backOffMs, pause } from './back-off.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.ts';

interface KeptPostgres {
  readonly url: string;
  readonly notice: string | null;
  /** The process that serves now; 0 between an end and the next start. */
  pid(): number;
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL and starts it again whenever it ends, on the same port, until `stop`.
 * `options.signal` ends only the first start. `tell` gets a line for each end. Throws `database/not-started` if the first start fails.
 */
export async function keepPostgres(
  options: Omit<EmbeddedPostgresOptions, 'signal'> & { readonly signal: AbortSignal },
  tell: (line: string) => void,
): Promise<KeptPostgres> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let server: EmbeddedPostgres | null = await startEmbeddedPostgres(options);
  const { url, notice, exited } = server;
  const over = keep(exited);
  return {
    url,
    notice,
    pid: () => server?.pid ?? 0,
    async stop() {
      stopping.abort();
      await server?.stop();
      await over;
    },
  };

  async function keep(firstExit: Promise<void>): Promise<void> {
    await firstExit;
    server = null;
    for (let failures = 0; !signal.aborted; ) {
      tell(
        failures === 0
          ? 'PostgreSQL ended: starting it again'
          : `PostgreSQL does not start yet (try ${String(failures)})`,
      );
      server = await startEmbeddedPostgres({ ...options, signal }).catch((error: unknown) => {
        if (!stopped(signal)) tell(error instanceof Error ? error.message : String(error));
        return null;
      });
      if (server === null) await pause(backOffMs(failures++), signal);
      else {
        failures = 0;
        tell('PostgreSQL runs again');
        if (stopped(signal)) await server.stop();
        await server.exited;
        server = null;
      }
    }
  }
}

/** Asked anew: the type checker would remember the answer from before the wait. */
const stopped = (signal: AbortSignal): boolean => signal.aborted;
