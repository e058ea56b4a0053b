import type { Kysely } from 'kysely';
import { SECOND } from '../../core/time.ts';
import type { DurationMs } from '../../core/time.ts';
import { unarmed } from '../../platform/arming.ts';
import type { Database } from '../../platform/database.ts';

/** Whether people are called from this database. A database that is away changes nothing of what was last seen. */
export interface ArmedSight extends Disposable {
  isArmed(): boolean;
  /** Reads once more, now. Never throws. */
  look(): Promise<void>;
}

/** Reads at once, and then every 5 s until it is disposed. Before the first answer nobody is told that nobody is called. */
export function armedSight(db: Kysely<Database>, lookEveryMs: DurationMs = 5 * SECOND): ArmedSight {
  let isArmed = true;

  async function look(): Promise<void> {
    await unarmed(db).then(
      (found) => {
        isArmed = found === null;
      },
      () => {},
    );
  }

  void look();
  const looking = setInterval(() => void look(), lookEveryMs);
  return {
    isArmed: () => isArmed,
    look,
    [Symbol.dispose]() {
      clearInterval(looking);
    },
  };
}
