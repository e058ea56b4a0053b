import type { Instant } from '../../src/core/time.ts';

const AWAY = 'database-away:';
const WAS_AWAY = 'database-was-away:';

/** Key of the system fault "monitoring cannot record", by when the database was last reached. */
export const databaseAway = (since: Instant): string => AWAY + String(since);

/** The same fault, once the database is back: whoever is called for it from then on is told so. */
export const databaseWasAway = (key: string): string =>
  key.startsWith(AWAY) ? WAS_AWAY + key.slice(AWAY.length) : key;

export const isDatabaseFault = (key: string): boolean => key.startsWith(AWAY) || isOver(key);

export const isOver = (key: string): boolean => key.startsWith(WAS_AWAY);
