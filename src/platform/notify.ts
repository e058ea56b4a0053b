import pg from 'pg';
import { backOffMs, pause } from './back-off.ts';
import type { LogName } from './position-log.ts';

/** Channels of NOTIFY. They carry no content: each only says "look". */
export type Channel =
  | LogName
  | 'site_config'
  | 'attempt'
  | 'quarantine_replay'
  | 'level_lowering'
  | 'device'
  | 'broadcast';

interface ListenOptions {
  /** Shown in pg_stat_activity. */
  readonly name: string;
  readonly channels: readonly Channel[];
  /** Called for every notification, and once for each channel whenever the connection is (re)made, for what was missed. */
  readonly wake: (channel: Channel) => void;
  /** Ends the listening. */
  readonly signal: AbortSignal;
}

/**
 * Listens on a connection of its own and connects again for as long as `signal` stands; resolves when it is aborted.
 * A wake-up may be missed or come twice: positions and due rows are what guarantees, so poll slowly besides.
 */
export async function listen(url: string, { name, channels, wake, signal }: ListenOptions): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    const client = new pg.Client({
      connectionString: url,
      application_name: `tailwatch ${name} listen`,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    const over = new AbortController();
    try {
      const lost = lostOrStopped(client, signal, over.signal);
      await client.connect();
      client.on('notification', ({ channel }) => {
        if (!signal.aborted) wake(channel as Channel);
      });
      for (const channel of channels) await client.query(`listen ${client.escapeIdentifier(channel)}`);
      failures = 0;
      for (const channel of channels) wake(channel);
      await lost;
    } catch {
      // Whoever polls the database says that it is away; this line would only repeat it.
      failures += 1;
    } finally {
      over.abort();
      await client.end().catch(() => {});
    }
    if (!signal.aborted) await pause(backOffMs(failures, 100, 5_000), signal);
  }
}

/** Leaves nothing at `signal`, which stands for as long as the process, once `over` is aborted. */
function lostOrStopped(client: pg.Client, signal: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    client.once('end', () => {
      resolve();
    });
    client.on('error', () => {
      resolve();
    });
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true, signal: over },
    );
  });
}
