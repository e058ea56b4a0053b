import { randomInt } from 'node:crypto';
import { standingBy } from '../../alerting/channels/standing-by.ts';
import { proofCalls } from '../../alerting/io/proof-calls.ts';
import { MINUTE, SECOND } from '../core/time.ts';
import { unarmed } from '../platform/arming.ts';
import { databaseClock, hostClock } from '../platform/clock.ts';
import { openDatabase } from '../platform/database.ts';
import { createLogger } from '../platform/logger.ts';
import type { Settings } from '../platform/settings.ts';
import { carriage } from './carriers.ts';
import { duty } from './duty.ts';
import { rosterRound } from './roster-round.ts';

const ROUND_EVERY_MS = MINUTE;
const PROVE_EVERY_MS = 3 * SECOND;

/**
 * Looks for gaps nightly, calls the roll monthly, proves numbers when asked: beside the calling, and never in its way, with
 * connections of its own. A copy of a database calls nobody. Until `signal`.
 */
export async function keepRosters(settings: Settings, signal: AbortSignal): Promise<void> {
  const log = createLogger('alert', settings.logLevel);
  const clock = databaseClock(settings.clockOffsetMs);
  await using database = openDatabase(settings.databaseUrl, { name: 'rosters', max: 2, answerWithinMs: MINUTE });
  const { db } = database;
  const draw = (): number => randomInt(2 ** 32) / 2 ** 32;
  const host = hostClock(settings.clockOffsetMs);
  const { carriers } = carriage(settings, { clock: host, publicUrl: settings.publicUrl, env: process.env });
  const calls = proofCalls({ db, clock, carrier: standingBy(carriers) });
  const whenArmed = (work: () => Promise<unknown>) => async (): Promise<void> => {
    if ((await unarmed(db)) === null) await work();
  };
  await Promise.all([
    duty(
      log,
      signal,
      'look after rosters',
      whenArmed(() => rosterRound({ db, clock, draw })),
      ROUND_EVERY_MS,
    ).done,
    duty(
      log,
      signal,
      'prove numbers',
      whenArmed(() => calls.pass()),
      PROVE_EVERY_MS,
    ).done,
  ]);
}
