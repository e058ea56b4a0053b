import type { SoundState } from '../../contract/live.ts';
import { MINUTE, SECOND, elapsedMs } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { AuditEntry } from '../../platform/audit.ts';
import type { Session } from '../sessions.ts';

/** A page that has not said by then whether it can be heard is older than the question. */
const SAYS_WITHIN_MS = 5 * SECOND;
/** A page that is back by then was never away: a network that trembles fills no audit. */
const BACK_WITHIN_MS = MINUTE;
/** A page's sound stands in the audit at most this often. */
const SOUND_EVERY_MS = 10 * SECOND;

/** Where a page looks from. */
export interface ScreenPlace {
  readonly address: string;
  readonly agent: string;
}

interface Screen {
  readonly session: Session;
  readonly place: ScreenPlace;
  readonly since: Instant;
  /** What stands in the audit; null: that it is there does not yet. */
  recorded: SoundState | 'unknown' | null;
  recordedAt: Instant;
  /** What it said last. */
  said: SoundState | 'unknown' | null;
}

interface Gone {
  readonly screen: Screen;
  readonly at: Instant;
}

/**
 * Tells the audit which screens are connected and whether they can be heard: `screen/connected`, `screen/sound`,
 * `screen/disconnected`. Decides only; `record` must neither throw nor keep anybody waiting.
 */
export function screenLog<Page>(record: (entry: AuditEntry) => void) {
  const open = new Map<Page, Screen>();
  const gone = new Set<Gone>();

  const tell = ({ session, place }: Screen, what: string, at: Instant, facts: AuditEntry['facts'] = {}) => {
    const kiosk = session.kind === 'kiosk' ? { kiosk: true } : {};
    const from = { address: place.address, agent: place.agent.slice(0, 300), session: session.key };
    record({ at, who: session.account.name, action: `screen/${what}`, facts: { ...from, ...kiosk, ...facts } });
  };

  const settle = (screen: Screen, now: Instant) => {
    const { said, recorded } = screen;
    if (said === null || said === recorded) return;
    if (recorded === null) tell(screen, 'connected', now, { sound: said });
    else if (elapsedMs(screen.recordedAt, now) < SOUND_EVERY_MS) return;
    else tell(screen, 'sound', now, { from: recorded, to: said });
    screen.recorded = said;
    screen.recordedAt = now;
  };

  /** The screen of this session that has been away for the shortest time. */
  const back = (session: Session): Screen | undefined => {
    const last = [...gone].findLast(({ screen }) => screen.session.key === session.key);
    if (last !== undefined) gone.delete(last);
    return last?.screen;
  };

  return {
    /** A page that has said where to go on from. */
    opened(page: Page, session: Session, place: ScreenPlace, now: Instant): void {
      open.set(page, back(session) ?? { session, place, since: now, recorded: null, recordedAt: now, said: null });
    },

    /** What a page says of its sound. */
    said(page: Page, sound: SoundState, now: Instant): void {
      const screen = open.get(page);
      if (screen === undefined) return;
      screen.said = sound;
      settle(screen, now);
    },

    closed(page: Page, now: Instant): void {
      const screen = open.get(page);
      if (screen === undefined) return;
      open.delete(page);
      gone.add({ screen, at: now });
    },

    /** What time alone brings: to be called every few seconds. */
    look(now: Instant): void {
      for (const screen of open.values()) {
        if (elapsedMs(screen.since, now) >= SAYS_WITHIN_MS) screen.said ??= 'unknown';
        settle(screen, now);
      }
      for (const each of gone) {
        if (elapsedMs(each.at, now) < BACK_WITHIN_MS) continue;
        gone.delete(each);
        const { screen, at } = each;
        if (screen.recorded !== null)
          tell(screen, 'disconnected', now, { sound: screen.recorded, connectedAt: screen.since, goneAt: at });
      }
    },
  };
}
