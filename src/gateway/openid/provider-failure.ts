import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { AppError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';

/** What a failure at the provider is for us: `openid/away`, `openid/denied`, `openid/not-begun`, `openid/bad-answer`. */
export function providerFailure(error: unknown): AppError {
  const code = codeOf(error);
  return new AppError(code, TITLES[code], {
    cause: error,
    retryable: code === 'openid/away',
    facts: { reason: reasonOf(error) },
  });
}

type Failure = Extract<ErrorCode, `openid/${string}`>;

const TITLES: Readonly<Record<Failure, string>> = {
  'openid/away': 'the identity provider cannot be reached',
  'openid/denied': 'the identity provider let nobody in',
  'openid/not-begun': 'this sign-in was not begun in this browser, or is over: begin again',
  'openid/bad-answer': 'the identity provider answered something that cannot be believed',
};

/** A sign-in that is not under way in this browser: too old, replayed, altered, or never begun. */
export const notBegun = (): AppError => new AppError('openid/not-begun', TITLES['openid/not-begun']);

const BUSY = ['server_error', 'temporarily_unavailable'];

function codeOf(error: unknown): Failure {
  if (error instanceof AuthorizationResponseError) {
    if (error.error === 'access_denied') return 'openid/denied';
    return BUSY.includes(error.error) ? 'openid/away' : 'openid/bad-answer';
  }
  if (error instanceof ResponseBodyError) {
    if (error.status >= 500) return 'openid/away';
    // A code is good once and for a minute or so.
    return error.error === 'invalid_grant' ? 'openid/not-begun' : 'openid/bad-answer';
  }
  if (error instanceof ClientError) {
    const isDown = error.cause instanceof Response && error.cause.status >= 500;
    return isDown || error.code === 'OAUTH_TIMEOUT' ? 'openid/away' : 'openid/bad-answer';
  }
  // What fetch throws where there is no connection.
  return error instanceof TypeError ? 'openid/away' : 'openid/bad-answer';
}

/** One line for the log and the audit: never what was sent, which may hold a code. */
function reasonOf(error: unknown): string {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return /^[\x21-\x7e]{1,100}$/.test(error.error) ? error.error : 'an unreadable error';
  if (error instanceof WWWAuthenticateChallengeError) return 'it does not take OIDC_CLIENT_ID and OIDC_CLIENT_SECRET';
  if (!(error instanceof Error)) return 'unknown';
  if (error.cause instanceof Response) return `${error.message}: ${String(error.cause.status)}`;
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
