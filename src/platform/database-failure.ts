/** SQLSTATE that time mends: connection, rollback by the server, resources, intervention, system, a lock not had, a transaction too idle, a server that was demoted. */
const PASSING = /^(?:08|40|53|57|58)...$|^(?:55P03|25P03|25006)$/;
/** What Node calls a connection that is not there. */
const SOCKET =
  /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN|ERR_STREAM_(?:DESTROYED|WRITE_AFTER_END))/;
/** What pg calls it, without a code. */
const LOST =
  /^(?:Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client .* not queryable|Cannot use a pool after)/;

/**
 * Whether the database, or the way to it, is at fault, so that the same may succeed later with nothing changed on our
 * side. Everything else is in the data or in the program, and fails for ever.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('retryable' in error) return error.retryable === true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return PASSING.test(code) || SOCKET.test(code) || LOST.test(error.message);
}
