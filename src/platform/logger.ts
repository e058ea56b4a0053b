import { pino, stdSerializers } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Keys whose values never reach a log line. */
const SECRET_KEYS = [
  'phone',
  'to',
  'from',
  'digit',
  'code',
  'text',
  'say',
  'password',
  'token',
  'secret',
  'key',
  'signature',
  'cookie',
  'authorization',
];

/** What the database says of an error may quote the row: a telephone number, a code. */
const QUOTING_KEYS = ['detail', 'where', 'internalQuery', 'query', 'parameters'];

/** A telephone number, a token of ours, and what follows `Bearer`, a session's cookie or the name in an address with a password. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/\+\d[\d ()-]{5,18}\d/g, '[number removed]'],
  [/\btw_[\w-]{16,}/g, '[token removed]'],
  [/\b(Bearer|tailwatch_session=)\s*[\w.~+/%-]+=*/gi, '$1 [removed]'],
  [/:\/\/([^\s:/@"]*):[^\s/@"]+@/g, '://$1:[removed]@'],
];

/** The text without what looks like a secret, whatever key it stands under. */
const withoutSecrets = (text: string): string =>
  SECRET_TEXTS.reduce((line, [pattern, instead]) => line.replace(pattern, instead), text);

function toldError(error: Error): object {
  // The code of an error says what it is.
  const hidden = [...QUOTING_KEYS, ...SECRET_KEYS.filter((each) => each !== 'code')];
  return Object.fromEntries(Object.entries(stdSerializers.err(error)).filter(([key]) => !hidden.includes(key)));
}

/**
 * JSON lines on standard output, one process name each. Telephone numbers and secrets are removed by key, of what is
 * logged and one level below it, and by how they look, wherever they stand.
 */
export const createLogger = (name: string, level = 'info', destination?: DestinationStream): Logger =>
  pino(
    {
      name,
      level,
      serializers: { err: toldError },
      redact: {
        paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]).filter((path) => path !== '*.code'),
        censor: '[removed]',
      },
      hooks: { streamWrite: withoutSecrets },
    },
    ...(destination === undefined ? [] : [destination]),
  );
