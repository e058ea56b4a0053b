import type { Kysely } from 'kysely';
import type { DeskPorts } from '../../alerting/io/desk-ports.ts';
import { eachAlone } from '../../alerting/io/each-alone.ts';
import { faultDesk } from '../../alerting/io/fault-desk.ts';
import { owed } from '../../alerting/io/owed.ts';
import { neglected } from '../../alerting/neglect.ts';
import type { Neglect } from '../../alerting/neglect.ts';
import type { AuditorView } from '../contract/http.ts';
import { SECOND, elapsedMs } from '../core/time.ts';
import type { DurationMs, Instant } from '../core/time.ts';
import { unarmed } from '../platform/arming.ts';
import type { Database } from '../platform/database.ts';
import type { Logger } from '../platform/logger.ts';

/** A neglect that was seen for so long is one: a worker that is restarted is back by then. */
const CONFIRMED_AFTER_MS: DurationMs = 15 * SECOND;
/** The process that calls beats every 5 s. */
const SILENT_AFTER_MS: DurationMs = 30 * SECOND;

interface AuditorPorts extends DeskPorts {
  readonly log: Logger;
  readonly confirmedAfterMs?: DurationMs;
  readonly silentAfterMs?: DurationMs;
}

/** Looks whether what is owed to people is done. */
export interface CalloutAuditor {
  /** One look; what is neglected for long is told as red. Throws what time may mend: then it has not looked. */
  round(): Promise<void>;
  /** What the last look found. */
  sight(): AuditorView;
}

/**
 * The second pair of eyes, in another process than the one that calls: every open callout that nobody has answered has something
 * due or somebody at work on it, every attempt that is due is taken, every row of the logs is read; of each evacuation whoever has not said where he
 * is has something due or running, and what was ordered has begun. What is not is told as a red
 * fault of ours, once each, in its site's callout; a callout that stays asleep makes way for a fresh one. `standingIn` says that
 * the process that should call does not, and that whoever asks has to.
 */
export function calloutAuditor(ports: AuditorPorts): CalloutAuditor {
  const { db, clock, log, confirmedAfterMs = CONFIRMED_AFTER_MS, silentAfterMs = SILENT_AFTER_MS } = ports;
  const { raise, replace } = faultDesk(ports);
  /** By what is neglected: since when, and how often it was told. */
  let known = new Map<string, { readonly since: number; readonly told: number }>();
  let view: AuditorView = { lookedAt: null, neglects: 0, standingIn: false };
  let silentSince: number | null = null;

  /** Told once. One that stays asleep then does not go on at all: the same news again would wake nobody. */
  async function tell({ kind, siteId, id }: Neglect, told: number): Promise<void> {
    const isStuck = kind === 'contradicted' || (kind === 'asleep' && told > 0);
    if (told > 0 && !isStuck) return;
    log.fatal({ kind, siteId, id }, 'somebody should have been called, and was not');
    await (isStuck ? replace({ id, siteId }) : raise({ siteId, key: `neglect:${kind}:${id}` }));
  }

  function isSilent(now: Instant, beatAt: Instant | null): boolean {
    const isFresh = beatAt !== null && Math.abs(elapsedMs(beatAt, now)) <= silentAfterMs;
    // A process that was never there, or has just been upgraded, is given as long to begin.
    silentSince = isFresh ? null : (silentSince ?? performance.now());
    return silentSince !== null && performance.now() - silentSince >= confirmedAfterMs;
  }

  return {
    sight: () => view,

    async round() {
      const now = await clock.read(db);
      // A copy owes nobody anything.
      const found = (await unarmed(db)) === null ? neglected(await owed(db, now), now) : [];
      const silent = isSilent(now, await lastBeat(db));
      const seen = performance.now();
      known = new Map(found.map((one) => [keyOf(one), known.get(keyOf(one)) ?? { since: seen, told: 0 }]));
      const confirmed = found.filter((one) => {
        const { since = seen, told = 0 } = known.get(keyOf(one)) ?? {};
        return seen - since >= confirmedAfterMs * (told + 1);
      });
      const standingIn =
        silent || found.some((one) => seen - (known.get(keyOf(one))?.since ?? seen) >= confirmedAfterMs);
      if (standingIn !== view.standingIn)
        log.fatal(
          { silent, neglects: found.length },
          standingIn ? 'the gateway calls in place of the process that should' : 'the process that calls does so again',
        );
      view = { lookedAt: now, neglects: found.length, standingIn };
      await eachAlone(confirmed, async (one) => {
        const { since = seen, told = 0 } = known.get(keyOf(one)) ?? {};
        await tell(one, told);
        known.set(keyOf(one), { since, told: told + 1 });
      });
    },
  };
}

const keyOf = ({ kind, id }: Neglect): string => `${kind}:${id}`;

async function lastBeat(db: Kysely<Database>): Promise<Instant | null> {
  const row = await db.selectFrom('heartbeat').select('beat_at').where('process', '=', 'alert').executeTakeFirst();
  return row === undefined ? null : (row.beat_at.getTime() as Instant);
}
