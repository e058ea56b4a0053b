import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type {
  ConnectionError,
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from '../contract/http.ts';
import { AppError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { isDatabaseAway } from '../platform/database-failure.ts';
import { BARE_HEADERS } from './safe-headers.ts';

/** The one place where a failure gets its HTTP status. What is not named here is our fault: 500. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  'request/invalid': 400,
  'config/invalid': 400,
  'proposal/reason-missing': 400,
  'device/topic-refused': 400,
  'roster/invalid': 400,
  'workbook/invalid': 400,
  'session/required': 401,
  'session/wrong-password': 401,
  'session/code-required': 401,
  'openid/not-begun': 401,
  'second-factor/wrong-code': 401,
  'setup/wrong-code': 401,
  'kiosk/wrong-token': 401,
  'carrier/bad-signature': 401,
  'request/foreign-origin': 403,
  'access/denied': 403,
  'session/password-change-required': 403,
  'account/unknown-identity': 403,
  'account/disabled': 403,
  'openid/denied': 403,
  'site/not-found': 404,
  'sensor/not-found': 404,
  'point/not-found': 404,
  'maintenance/not-found': 404,
  'roster/not-found': 404,
  'swap/not-found': 404,
  'device/not-found': 404,
  'line/not-found': 404,
  'line/cannot': 409,
  'line/refused': 409,
  'line/away': 503,
  'callout/not-found': 404,
  'alarm/not-found': 404,
  'accident/not-found': 404,
  'accident/report-not-found': 404,
  'accident/closed': 409,
  'accident/told': 409,
  'alarm/shelf-too-long': 409,
  'alarm/second-person': 409,
  'broadcast/not-found': 404,
  'broadcast/recipient-not-found': 404,
  'broadcast/group-not-found': 404,
  'broadcast/nobody': 409,
  'broadcast/real-runs': 409,
  'broadcast/ended': 409,
  'broadcast/unaccounted': 409,
  'attempt/not-found': 404,
  'replay/not-found': 404,
  'request/not-found': 404,
  'session/not-found': 404,
  'account/not-found': 404,
  'group/not-found': 404,
  'credential/not-found': 404,
  'point/in-maintenance': 409,
  'roster/overtaken': 409,
  'handover/not-found': 404,
  'handover/open': 409,
  'handover/own': 403,
  'handover/signed': 409,
  'handover/full': 409,
  'proof/running': 409,
  'swap/not-open': 409,
  'swap/not-yours': 403,
  'roster/not-own': 403,
  'point/last-eye': 409,
  'point/level-unverified': 409,
  'point/level-stands': 409,
  'device/exists': 409,
  'installation/armed': 409,
  'installation/list-changed': 409,
  'callout/already-released': 409,
  'callout/level-stands': 409,
  'callout/not-answered': 409,
  'callout/orders-open': 409,
  'callout/not-inspected': 409,
  'order/not-found': 404,
  'phone/not-suspended': 404,
  'callout/not-released': 409,
  'proposal/no-account': 403,
  'proposal/own': 403,
  'proposal/not-own': 403,
  'proposal/not-found': 404,
  'level/not-graver': 409,
  'finding/not-found': 404,
  'photo/not-found': 404,
  'weather/bad-document': 422,
  'weather/not-found': 404,
  'patrol/not-found': 404,
  'drill/not-found': 404,
  'drill/runs': 409,
  'drill/real-stands': 409,
  'drill/nobody': 409,
  'drill/over': 409,
  'file/not-found': 404,
  'file/refused': 415,
  'finding/not-graver': 409,
  'finding/not-inspected': 409,
  'finding/no-place': 400,
  'finding/photo-refused': 415,
  'proposal/not-open': 409,
  'proposal/acted': 409,
  'proposal/overtaken': 409,
  'second-factor/set-up': 409,
  'second-factor/no-key': 409,
  'second-factor/not-set-up': 409,
  'account/exists': 409,
  'account/last-admin': 409,
  'account/own': 409,
  'account/own-grants': 409,
  'account/without-role': 409,
  'account/identity-taken': 409,
  'group/exists': 409,
  'setup/closed': 409,
  'link/over': 410,
  'request/too-large': 413,
  'request/too-many': 429,
  'session/too-many-attempts': 429,
  'openid/bad-answer': 502,
  'openid/away': 503,
  'database/away': 503,
  'database/outcome-unknown': 503,
};

interface Refusal {
  readonly status: number;
  readonly problem: Problem;
}

const refusal = (code: ErrorCode, title: string, field?: string): Refusal => ({
  status: STATUS[code] ?? 500,
  problem: { code, title, ...(field !== undefined && { field }) },
});

/** SQLSTATE of a NUL, or of half a character, where a text or JSON is stored or compared. */
const UNSTORABLE = ['22021', '22P05'];

/** What a user is told of a failure: never a stack, never the text of an unforeseen error. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof AppError && STATUS[error.code] !== undefined)
    return withFaults(refusal(error.code, error.message, error.field), error);
  // What another part of the house foresaw says of itself that it passes; the database is not what it names.
  if (!(error instanceof AppError) && isDatabaseAway(error))
    return refusal('database/away', 'the database cannot be reached');
  const { code, statusCode } = error as Partial<FastifyError>;
  if (typeof code === 'string' && UNSTORABLE.includes(code)) {
    return refusal('request/invalid', 'a text holds a character that cannot be stored');
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [fault] = error.validation;
    const field = (fault && fieldOf(fault)) ?? WHOLE[error.validationContext ?? 'body'];
    return refusal('request/invalid', fault?.message ?? 'the request is invalid', field);
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refusal('request/too-large', 'the body is too large');
  // Refusals of fastify and its plugins: a body that is not JSON, a media type, a length.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return refusal('request/invalid', 'the request cannot be read', 'body');
  }
  return { status: 500, problem: { code: 'internal', title: 'something went wrong; it has been recorded' } };
}

const withFaults = (refused: Refusal, { faults }: AppError): Refusal =>
  faults.length === 0 ? refused : { ...refused, problem: { ...refused.problem, faults: [...faults] } };

/** What is named where a part of the request is wrong as a whole. */
const WHOLE: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'url',
  headers: 'headers',
};

/** The input a fault is about, keys joined by dots; an unknown key is named itself. */
function fieldOf({ instancePath, params }: FastifySchemaValidationError): string | undefined {
  const unknownKey = Array.isArray(params['keys']) ? [String(params['keys'][0])] : [];
  const path = [...instancePath.split('/').filter((part) => part !== ''), ...unknownKey].join('.');
  return path === '' ? undefined : path;
}

/** Answers what fails before there is a route, an address that cannot be decoded, with a Problem too. */
export function answerUnroutable(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const isAddress = error.code === 'FST_ERR_BAD_URL';
  const { status, problem } = isAddress
    ? refusal('request/invalid', 'the address cannot be decoded', 'url')
    : refusalOf(error);
  void reply.code(status).headers(BARE_HEADERS).send(JSON.stringify(problem));
}

/** Answers what is no HTTP, or comes too slowly, with a Problem, and hangs up. */
export function answerUnreadable(error: ConnectionError, socket: Duplex): void {
  // Whoever is gone is told nothing.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { status, problem } = unreadable(error);
  const body = JSON.stringify(problem);
  const headers = { ...BARE_HEADERS, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'));
}

function unreadable({ code }: ConnectionError): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW')
    return { ...refusal('request/too-large', 'the headers are too large', 'headers'), status: 431 };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { ...refusal('request/invalid', 'the request came too slowly', 'request'), status: 408 };
  return refusal('request/invalid', 'the request is no HTTP', 'request');
}

/** Answers every failure and every unknown path with a Problem. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply) => {
    const { status, problem } = refusalTo(request, error);
    return reply.code(status).send(problem);
  });
}

/** What is answered to a request that failed. What we did not foresee is logged, once, here. */
export function refusalTo(request: FastifyRequest, error: unknown): Refusal {
  const refused = refusalOf(error);
  // A database that is away is told by /readyz and logged by the follower, not once a request.
  if (refused.status === 500) request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
  return refused;
}
