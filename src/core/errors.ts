/** Stable identifiers: logs, metrics and HTTP bodies carry these, so never rename one. */
export type ErrorCode =
  | 'config/invalid'
  | 'config/setting'
  | 'database/newer-schema'
  | 'database/older-schema'
  | 'database/outcome-unknown'
  | 'database/not-started'
  | 'database/away'
  | 'database/in-use'
  | 'backup/unusable'
  | 'backup/failed'
  | 'process/not-started'
  | 'engine/lease-lost'
  | 'adapter/not-connected'
  | 'line/away'
  | 'line/cannot'
  | 'line/not-found'
  | 'line/refused'
  | 'site/not-found'
  | 'sensor/not-found'
  | 'point/not-found'
  | 'point/in-maintenance'
  | 'point/last-eye'
  | 'point/level-unverified'
  | 'point/level-stands'
  | 'maintenance/not-found'
  | 'roster/invalid'
  | 'workbook/invalid'
  | 'roster/not-found'
  | 'roster/not-own'
  | 'handover/not-found'
  | 'handover/open'
  | 'handover/own'
  | 'handover/signed'
  | 'handover/full'
  | 'proof/running'
  | 'roster/overtaken'
  | 'swap/not-found'
  | 'swap/not-open'
  | 'swap/not-yours'
  | 'device/exists'
  | 'device/not-found'
  | 'device/topic-refused'
  | 'callout/not-found'
  | 'callout/already-released'
  | 'callout/level-stands'
  | 'callout/not-answered'
  | 'callout/orders-open'
  | 'callout/not-inspected'
  | 'order/not-found'
  | 'phone/not-suspended'
  | 'callout/not-released'
  | 'attempt/not-found'
  | 'link/over'
  | 'replay/not-found'
  | 'alarm/not-found'
  | 'accident/not-found'
  | 'accident/closed'
  | 'accident/told'
  | 'accident/report-not-found'
  | 'alarm/second-person'
  | 'alarm/shelf-too-long'
  | 'broadcast/not-found'
  | 'broadcast/recipient-not-found'
  | 'broadcast/group-not-found'
  | 'broadcast/nobody'
  | 'broadcast/real-runs'
  | 'broadcast/ended'
  | 'broadcast/unaccounted'
  | 'level/not-graver'
  | 'finding/not-found'
  | 'finding/not-graver'
  | 'finding/not-inspected'
  | 'finding/no-place'
  | 'finding/photo-refused'
  | 'photo/not-found'
  | 'weather/bad-document'
  | 'weather/not-found'
  | 'patrol/not-found'
  | 'drill/not-found'
  | 'drill/runs'
  | 'drill/real-stands'
  | 'drill/nobody'
  | 'drill/over'
  | 'file/not-found'
  | 'file/refused'
  | 'mail/not-sent'
  | 'installation/armed'
  | 'installation/list-changed'
  | 'carrier/refused'
  | 'carrier/unreachable'
  | 'carrier/bad-signature'
  | 'session/required'
  | 'session/wrong-password'
  | 'session/code-required'
  | 'session/password-change-required'
  | 'session/too-many-attempts'
  | 'session/not-found'
  | 'second-factor/wrong-code'
  | 'second-factor/set-up'
  | 'second-factor/no-key'
  | 'second-factor/not-set-up'
  | 'openid/away'
  | 'openid/bad-answer'
  | 'openid/denied'
  | 'openid/not-begun'
  | 'access/denied'
  | 'account/exists'
  | 'proposal/not-found'
  | 'proposal/reason-missing'
  | 'proposal/not-open'
  | 'proposal/own'
  | 'proposal/no-account'
  | 'proposal/not-own'
  | 'proposal/acted'
  | 'proposal/overtaken'
  | 'account/not-found'
  | 'account/last-admin'
  | 'account/own'
  | 'account/own-grants'
  | 'account/without-role'
  | 'account/identity-taken'
  | 'kiosk/wrong-token'
  | 'account/unknown-identity'
  | 'account/disabled'
  | 'group/exists'
  | 'group/not-found'
  | 'credential/not-found'
  | 'setup/closed'
  | 'setup/wrong-code'
  | 'request/invalid'
  | 'request/not-found'
  | 'request/too-large'
  | 'request/too-many'
  | 'request/foreign-origin';

/** What is wrong at one place of a text. */
export interface TextFault {
  readonly line: number;
  readonly column: number;
  /** `rules[0].limits.red`; empty for the text as a whole. */
  readonly path: string;
  readonly message: string;
}

interface AppErrorOptions {
  readonly cause?: unknown;
  /** True when the same call may succeed later with nothing changed on our side. */
  readonly retryable?: boolean;
  /** Facts for the log line. Never credentials, never a telephone number. */
  readonly facts?: Readonly<Record<string, string | number>>;
  /** Everything that is wrong with a text, in its order. */
  readonly faults?: readonly TextFault[];
  /** The input it is about, as its sender wrote it: keys joined by dots. */
  readonly field?: string;
}

/** A failure the program foresees. Anything else that is thrown is a bug and ends the process. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly faults: readonly TextFault[];
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.facts = options.facts ?? {};
    this.faults = options.faults ?? [];
    this.field = options.field;
  }
}

export const hasCode = (error: unknown, code: ErrorCode): error is AppError =>
  error instanceof AppError && error.code === code;
