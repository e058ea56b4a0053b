import type { Kysely } from 'kysely';
import { isClockRight, worstOffset } from '../core/host-clock.ts';
import type { ClockOffset } from '../core/host-clock.ts';
import type { Clock, DurationMs } from '../core/time.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import type { Logger } from '../platform/logger.ts';
import { clockOffset } from '../platform/ntp.ts';
import type { NtpServer } from '../platform/ntp.ts';

interface ClockWatchPorts {
  readonly db: Kysely<Database>;
  /** That of the database, which decides deadlines. */
  readonly clock: DatabaseClock;
  /** That of this host, which tells when something arrived. */
  readonly host: Clock;
  /** Without any the database is all there is to compare with. */
  readonly ntpServers: readonly NtpServer[];
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Between two questions to one server. */
  readonly betweenMs?: DurationMs;
}

const PROCESS = 'alert';

/** Returns one look at the clock: it is compared and written down, and told when it has become wrong or right again. */
export function clockWatch(ports: ClockWatchPorts): () => Promise<void> {
  const { log, ntpServers } = ports;
  let toldRight = true;
  let toldSilent = false;
  return async () => {
    const { ntpMs, found } = await compare(ports);
    const isRight = isClockRight(found);
    await writeDown(ports, found);
    const isSilent = ntpServers.length > 0 && ntpMs === null;
    if (isSilent && !toldSilent) log.warn('no server of NTP_SERVER tells the time');
    if (!isSilent && toldSilent) log.info('a server of NTP_SERVER tells the time again');
    toldSilent = isSilent;
    if (isRight === toldRight) return;
    toldRight = isRight;
    if (isRight) log.info({ ...found }, 'the clock is right again');
    else log.error({ ...found }, 'the clock is wrong: what arrives is told too early or too late');
  };
}

async function compare({ db, clock, host, ntpServers, signal, betweenMs }: ClockWatchPorts) {
  const asked = host.now();
  const told = await clock.read(db);
  // The answer was true half-way between question and arrival.
  const databaseMs = told - (asked + host.now()) / 2;
  const ntpMs = await clockOffset(ntpServers, { clock: host, signal, ...(betweenMs !== undefined && { betweenMs }) });
  const { offsetMs, against } = worstOffset(ntpMs, databaseMs);
  return { ntpMs, found: { offsetMs: offsetMs === null ? null : Math.round(offsetMs), against } };
}

/** A change between right and wrong is audited, also one that happened while this process was away. */
async function writeDown({ db, clock }: ClockWatchPorts, found: ClockOffset): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const at = await clock.read(tx);
    const before = await tx
      .selectFrom('host_clock')
      .select(['offset_ms', 'against'])
      .where('process', '=', PROCESS)
      .forUpdate()
      .executeTakeFirst();
    const row = { offset_ms: found.offsetMs, against: found.against, measured_at: new Date(at) };
    await tx
      .insertInto('host_clock')
      .values({ process: PROCESS, ...row })
      .onConflict((oc) => oc.column('process').doUpdateSet(row))
      .execute();
    const wasRight = isClockRight({ offsetMs: before?.offset_ms ?? null, against: before?.against ?? null });
    if (wasRight === isClockRight(found)) return;
    await recordAudit(tx, { at, who: PROCESS, action: 'host/clock', facts: { ...found } });
  });
}
