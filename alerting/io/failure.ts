/** SQLSTATE that time mends: connection, rollback by the server, resources, intervention, a lock not had, a transaction too idle. */
const PASSING = /^(?:08|40|53|57|58)|^(?:55P03|25P03)$/;
/** What Node calls a connection that is not there. */
const SOCKET = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;
/** What pg calls it, without a code. */
const LOST = /connection terminated|timeout exceeded when trying to connect|not queryable|cannot use a pool after/i;

/**
 * Whether the same transaction may succeed later with nothing changed on our side.
 * Everything else is in the data or in the program, and fails for ever.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if ('retryable' in error) return error.retryable === true;
  return PASSING.test(code) || SOCKET.test(code) || LOST.test(error.message);
}
