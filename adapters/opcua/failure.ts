import type { LineFault } from '../../src/core/acquired.ts';

/** Why a session could not be opened, or ended. */
export interface Failure {
  readonly fault: LineFault;
  readonly detail: string;
}

/** A failure of ours, with its place in the closed list already. */
export class SessionFailure extends Error {
  override readonly name = 'SessionFailure';
  readonly fault: LineFault;

  constructor(fault: LineFault, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.fault = fault;
  }
}

/** The library says what happened only in words. The first that fits. */
const SAID: readonly (readonly [RegExp, LineFault])[] = [
  [/ECONNREFUSED/, 'refused'],
  [/ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EHOSTDOWN/, 'unreachable'],
  [/user token policy|BadIdentityToken|BadUserAccessDenied|BadUserSignatureInvalid/i, 'login-refused'],
  [/BadSecurityChecksFailed|BadCertificate/, 'not-trusted'],
  [/BadSecurityPolicyRejected|BadSecurityModeRejected|Cannot find an Endpoint|endpoint/i, 'refused-request'],
  [/time ?out|BadTimeout/i, 'no-answer'],
  [/ECONNRESET|EPIPE|closed|disconnect|abort|connection/i, 'closed'],
];

const DETAIL_MAX = 300;

export function failureOf(error: unknown): Failure {
  if (error instanceof SessionFailure) return { fault: error.fault, detail: error.message };
  const said = error instanceof Error ? error.message : String(error);
  const detail = said.replaceAll(/\s+/g, ' ').trim().slice(0, DETAIL_MAX);
  return { fault: SAID.find(([words]) => words.test(said))?.[1] ?? 'bad-answer', detail };
}
