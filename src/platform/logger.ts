import { pino } from 'pino';
import type { Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Keys whose values never reach a log line. */
const SECRET_KEYS = ['phone', 'to', 'from', 'password', 'digit', 'text', 'token', 'cookie', 'authorization'];

/** JSON lines on standard output, one process name each. Telephone numbers and secrets are removed by key. */
export const createLogger = (name: string, level = 'info'): Logger =>
  pino({
    name,
    level,
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[removed]' },
  });
