import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import type { CertificateFiles } from './certificate.ts';
import { isNetwork } from './peer.ts';
import { withFilesRead } from './setting-files.ts';

const wholeNumber = (least: number, most: number, what = 'a whole number') =>
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most)
    .describe(`${what} from ${String(least)} to ${String(most)}`);

const url = (protocols: readonly string[], what: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol))
    .describe(what);

const address = z
  .string()
  .regex(/^(\[[\da-fA-F:]+\]|[^:\s]+):\d{1,5}$/)
  .transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  })
  .refine(({ port }) => port >= 1 && port <= 65_535)
  .describe('an address to listen on, such as 127.0.0.1:1883');

const ntpServers = z
  .string()
  .transform((text) => text.split(',').map((each) => /^(\[[\da-fA-F:]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(each.trim())))
  .transform((found) =>
    found.map((match) => ({ host: match?.[1]?.replace(/^\[|\]$/g, '') ?? '', port: Number(match?.[2] ?? 123) })),
  )
  .refine((servers) => servers.every(({ host, port }) => host !== '' && port >= 1 && port <= 65_535))
  .describe('time servers with commas between them, such as ntp.aliyun.com,192.168.1.1:123');

/** A secret and a person's proof travel there: never in the open, save on this machine. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (username + password + search + hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const secret = z.string().min(8).describe('at least 8 characters');

const file = z.string().min(1).describe('the path of a file in PEM');
const MAIL_ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>"]+$/;

/** Every setting with what it should be, as the sentence about a fault says it. */
const FIELDS = {
  DATABASE_URL: url(
    ['postgres:', 'postgresql:'],
    'a PostgreSQL URL, such as postgresql://user:password@host:5432/tailwatch',
  ),
  DATABASE_OWNER_URL: url(
    ['postgres:', 'postgresql:'],
    'the PostgreSQL URL of the user who owns the tables, where DATABASE_URL names one who may not change them',
  ).optional(),
  MQTT_URL: url(['mqtt:', 'mqtts:'], 'an MQTT URL, such as mqtt://user:password@host:1883').optional(),
  MQTT_CA: file.optional(),
  MQTT_CERT: file.optional(),
  MQTT_KEY: file.optional(),
  MQTT_LISTEN: address.optional(),
  MQTT_TLS_LISTEN: address.optional(),
  MQTT_PASSWORD: secret.optional(),
  MQTT_ACQUIRE_PASSWORD: secret.optional(),
  MQTT_DEVICE_PASSWORD: secret.optional(),
  ACQUIRE_MQTT_URL: url(['mqtt:', 'mqtts:'], 'an MQTT URL with the user of the acquire process').optional(),
  ACQUIRE_NAME: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
    .describe('1 to 40 of a-z, 0-9 and "-"')
    .default('central'),
  ACQUIRE_SECRETS: z.string().min(1).describe('a folder with a file for each password of a line').optional(),
  ACQUIRE_PORTS: z
    .string()
    .regex(/^[a-z0-9-]+\/[a-z0-9-]+=\d{1,5}(,[a-z0-9-]+\/[a-z0-9-]+=\d{1,5})*$/)
    .transform(
      (text) => new Map(text.split(',').map((each) => [each.replace(/=.*$/, ''), Number(each.replace(/^.*=/, ''))])),
    )
    .describe('ports of lines with commas between, such as demo-pond/pond-radar=15020')
    .default(new Map()),
  SPOOL_MEGABYTES: wholeNumber(16, 1_000_000, 'a whole number of megabytes').default(1024),
  SPOOL_DAYS: wholeNumber(1, 3_650, 'a whole number of days').default(30),
  HOST: z.string().min(1).describe('an address of this machine, such as 127.0.0.1 or 0.0.0.0').default('127.0.0.1'),
  PORT: wholeNumber(1, 65_535, 'a port').default(8080),
  PUBLIC_URL: url(
    ['http:', 'https:'],
    'the http(s) URL at which carriers reach the gateway, such as https://pond.example',
  ).optional(),
  TLS_CERT: file.optional(),
  TLS_KEY: file.optional(),
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .refine((list) => list.every(isNetwork))
    .describe('addresses or networks with commas between, such as 127.0.0.1,10.1.0.0/16')
    .default([]),
  CARRIER_URL: url(['http:', 'https:'], "the http(s) URL of the carrier's API").optional(),
  CARRIER_KEY: secret.optional(),
  CARRIERS_FILE: z.string().min(1).describe('the path of a file of carriers, such as config/carriers.yaml').optional(),
  METRICS_TOKEN: secret.optional(),
  SECRET_KEY: z.string().min(32).describe('at least 32 characters, the same for ever').optional(),
  OIDC_ISSUER: z
    .string()
    .refine(isIssuer)
    .describe('the https URL of an OpenID provider, as it names itself (http on this machine only)')
    .optional(),
  OIDC_CLIENT_ID: z.string().min(1).max(200).describe('the client id that the provider knows us by').optional(),
  OIDC_CLIENT_SECRET: secret.optional(),
  OIDC_LABEL: z.string().min(1).max(40).describe('up to 40 characters for the button').optional(),
  OIDC_SECOND_FACTOR: z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .describe('true where a second factor proved to the provider counts here too, else false')
    .default(false),
  DARK_CALLER: z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .describe('true on the one instance that calls while the database is away, else false')
    .default(false),
  DARK_LISTEN: address.optional(),
  DARK_URL: url(
    ['http:', 'https:'],
    'the http(s) URL at which carriers reach DARK_LISTEN, such as https://pond.example/dark',
  ).optional(),
  DARK_AFTER_MS: wholeNumber(500, 3_600_000, 'a whole number of milliseconds').default(60_000),
  BROADCAST_CALLS_PER_SECOND: wholeNumber(1, 1_000, 'a whole number of calls').default(5),
  BROADCAST_MESSAGES_PER_SECOND: wholeNumber(1, 1_000, 'a whole number of messages').default(20),
  BROADCAST_LINES: wholeNumber(1, 10_000, 'a whole number of calls at once').default(100),
  BROADCAST_ROUNDS: wholeNumber(1, 20, 'a whole number of rounds').default(3),
  BROADCAST_REPEAT_SECONDS: wholeNumber(5, 3_600, 'a whole number of seconds').default(60),
  BROADCAST_DOOR_SECONDS: wholeNumber(30, 7_200, 'a whole number of seconds').default(300),
  BROADCAST_ARRIVED_SECONDS: wholeNumber(60, 86_400, 'a whole number of seconds').default(900),
  HEARTBEAT_URL: url(
    ['http:', 'https:'],
    'the http(s) URL of what waits for signs of life, such as https://watchdog.example/heartbeat',
  ).optional(),
  HEARTBEAT_KEY: secret.optional(),
  HEARTBEAT_EVERY_MS: wholeNumber(500, 3_600_000, 'a whole number of milliseconds').default(10_000),
  SMTP_URL: url(['smtp:', 'smtps:'], 'an SMTP URL, such as smtps://user:password@mail.example:465').optional(),
  AUDIT_MAIL_TO: z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .refine((list) => list.every((each) => MAIL_ADDRESS.test(each)))
    .describe('mail addresses with commas between them')
    .optional(),
  AUDIT_MAIL_FROM: z.string().regex(MAIL_ADDRESS).describe('a mail address').optional(),
  DATA_DIR: z.string().min(1).describe('a folder that may be written').default('./data'),
  NTP_SERVER: ntpServers.optional(),
  BACKUP_BEFORE_MIGRATE: z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .describe('false to change the schema without a backup, else true')
    .default(true),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .describe('one of trace, debug, info, warn, error, fatal, silent')
    .default('info'),
  CLOCK_OFFSET_MS: wholeNumber(-1e13, 1e13, 'a whole number of milliseconds').default(0),
  // Each tick renews the lease: far below its term of ten seconds.
  JUDGE_TICK_MS: wholeNumber(10, 2_000, 'a whole number of milliseconds').default(1_000),
} as const;

type Name = keyof typeof FIELDS;
/** Every setting there is; docs/settings.md explains them. */
export const SETTINGS = Object.keys(FIELDS) as readonly Name[];
/** They name a file themselves. */
const PATHS: ReadonlySet<Name> = new Set<Name>(['ACQUIRE_SECRETS', 'MQTT_CA', 'TLS_CERT', 'TLS_KEY', 'CARRIERS_FILE']);
/** Their values may carry passwords: a fault never repeats them. */
const SECRET: ReadonlySet<Name> = new Set<Name>([
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'MQTT_URL',
  'MQTT_PASSWORD',
  'MQTT_ACQUIRE_PASSWORD',
  'ACQUIRE_MQTT_URL',
  'MQTT_DEVICE_PASSWORD',
  'CARRIER_URL',
  'CARRIER_KEY',
  'HEARTBEAT_URL',
  'HEARTBEAT_KEY',
  'SMTP_URL',
  'METRICS_TOKEN',
  'SECRET_KEY',
  'OIDC_CLIENT_SECRET',
]);

/** Signing in at an OpenID provider. */
export interface OpenIdSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Words on the button. */
  readonly label: string;
  /** A second factor that was proved there counts here. */
  readonly secondFactorCounts: boolean;
}

/** Calls while the database is away. */
export interface DarkSettings {
  /** The door for reports on such calls. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Where carriers reach it; without a slash at its end. */
  readonly url: string;
  /** How long the database must have been away, ms. */
  readonly afterMs: number;
}

/** Where a sign of life goes while all is well. */
export interface HeartbeatSettings {
  readonly url: string;
  /** Sent as a bearer; null: the URL alone is the secret. */
  readonly key: string | null;
  readonly everyMs: number;
}

/** Where the audit's daily roots go. */
export interface MailSettings {
  /** Of the mail server, with user and password. */
  readonly url: string;
  readonly from: string;
  readonly to: readonly string[];
}

/** How evacuation broadcasts are made. */
export interface BroadcastSettings {
  readonly pace: { readonly callsPerSecond: number; readonly messagesPerSecond: number; readonly lines: number };
  readonly plan: {
    readonly rounds: number;
    readonly repeatMs: number;
    readonly doorAfterMs: number;
    readonly arrivedAfterMs: number;
    readonly silentCallMs: number;
  };
}

/** A call that is taken and never told of again is over by then: it has rung, and was spoken to its end twice. */
const SILENT_CALL_MS = 180_000;

/** The process that asks instruments. */
export interface AcquireSettings {
  readonly name: string;
  /** Of the broker, with its own user; null: there is no broker. */
  readonly brokerUrl: string | null;
  readonly secretsDir: string | null;
  /** In place of what the site's file says, by `SITE/LINE`: the demo's instruments take the ports that are free. */
  readonly ports: ReadonlyMap<string, number>;
  readonly spool: { readonly megabytes: number; readonly days: number };
}

/** What a process is told from outside; read once, when it starts. */
export interface Settings {
  readonly databaseUrl: string;
  /** Of the owner of the tables, for migrations; null: whoever `databaseUrl` names owns them. Never handed to a process. */
  readonly databaseOwnerUrl: string | null;
  /** Of the broker, with user and password; null only for commands that need none and a judge that holds it. */
  readonly mqttUrl: string | null;
  /** Path of the certificate by which the broker of an mqtts URL is known; null: one of those that Node knows. */
  /** Paths of what we and an mqtts broker know each other by. */
  readonly mqttTrust: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };
  /** Where the judge opens the embedded broker; null while an outside broker is used. */
  readonly mqttListen: { readonly host: string; readonly port: number } | null;
  /** Where the embedded broker listens with TLS besides; null: nowhere. */
  readonly mqttTlsListen: { readonly host: string; readonly port: number } | null;
  /** Of the embedded broker's user `tailwatch`, who may everything. */
  readonly mqttPassword: string | null;
  /** Of the embedded broker's user `instruments`, who may publish samples from this machine; null: there is none. */
  readonly mqttDevicePassword: string | null;
  /** Of the embedded broker's user `acquire`; null: there is none. */
  readonly mqttAcquirePassword: string | null;
  readonly acquire: AcquireSettings;
  readonly host: string;
  readonly port: number;
  /** Serves HTTPS, and MQTT at `mqttTlsListen`; null: plain HTTP. */
  readonly tls: CertificateFiles | null;
  /** Addresses and networks that are believed about whom they pass on. */
  readonly trustedProxies: readonly string[];
  /** Where carriers reach the gateway; without a slash at its end. */
  readonly publicUrl: string;
  /** Null: no carrier, nobody can be called. */
  readonly carrierUrl: string | null;
  readonly carrierKey: string | null;
  /** Of several carriers, in the order in which they are asked; null: there is the one of `carrierUrl`. */
  readonly carriersFile: string | null;
  readonly broadcast: BroadcastSettings;
  /** Null: /metrics answers nobody. */
  readonly metricsToken: string | null;
  /** Seals second factors and signs links in messages; null: neither can be made. */
  readonly secretKey: string | null;
  /** Null: people sign in with their password alone. */
  readonly openId: OpenIdSettings | null;
  /** Null: this instance calls nobody while the database is away. */
  readonly dark: DarkSettings | null;
  /** Null: nobody outside waits for a sign of life. */
  readonly heartbeat: HeartbeatSettings | null;
  /** Null: daily roots are not mailed. */
  readonly auditMail: MailSettings | null;
  readonly dataDir: string;
  /** Whose time the host's clock is compared with. */
  readonly ntpServers: readonly { readonly host: string; readonly port: number }[];
  /** A schema is changed only once a backup is made. */
  readonly backupBeforeMigrate: boolean;
  readonly logLevel: string;
  /** Shifts every clock, in tests. */
  readonly clockOffsetMs: number;
  readonly judgeTickMs: number;
}

/** As `process.env`; what is not a setting is not looked at. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Needs {
  /** The process cannot work without a broker. */
  readonly broker: boolean;
}

/**
 * The environment with each NAME_FILE read: its content stands under NAME. For who looks into it besides the settings.
 * Throws `config/setting` as `readSettings`.
 */
export function settingFilesRead(env: Environment): Environment {
  const read = withFilesRead(env, SETTINGS, PATHS);
  if (read.faults.size > 0) throw new AppError('config/setting', [...read.faults.values()].join('\n'));
  return read.env;
}

/** Whether a variable of the environment is ours: a setting, or the file of one. */
export const isSetting = (name: string): boolean => SETTINGS.some((each) => name === each || name === `${each}_FILE`);

/**
 * Reads the settings; NAME_FILE is the path of a file that holds NAME. An empty value counts as not set.
 * Throws `config/setting` with one line for each fault, naming the setting and what it should be.
 */
export function readSettings(env: Environment, { broker }: Needs = { broker: false }): Settings {
  const read = withFilesRead(env, SETTINGS, PATHS);
  const given = Object.fromEntries(SETTINGS.map((name) => [name, read.env[name] === '' ? undefined : read.env[name]]));
  const { data, error } = z.object(FIELDS).safeParse(given);
  const wrong = (error?.issues ?? []).map(({ path }) => path[0] as Name).filter((name) => !read.faults.has(name));
  const faults = new Set([...read.faults.values(), ...wrong.map((name) => faultOf(name, given, env))]);
  const dependent = dependentFaults(given, broker, (name) => read.faults.has(name));
  if (data === undefined || faults.size + dependent.length > 0) {
    throw new AppError('config/setting', [...faults, ...dependent].join('\n'));
  }
  const tls =
    data.TLS_CERT === undefined || data.TLS_KEY === undefined ? null : { cert: data.TLS_CERT, key: data.TLS_KEY };
  const reachedAt = ({ host, port }: { host: string; port: number }): string => httpUrl(host, port, tls !== null);
  return {
    databaseUrl: data.DATABASE_URL,
    databaseOwnerUrl: data.DATABASE_OWNER_URL ?? null,
    mqttUrl: data.MQTT_URL ?? null,
    mqttTrust: { ca: data.MQTT_CA ?? null, cert: data.MQTT_CERT ?? null, key: data.MQTT_KEY ?? null },
    mqttListen: data.MQTT_LISTEN ?? null,
    mqttTlsListen: data.MQTT_TLS_LISTEN ?? null,
    mqttPassword: data.MQTT_PASSWORD ?? null,
    mqttDevicePassword: data.MQTT_DEVICE_PASSWORD ?? null,
    mqttAcquirePassword: data.MQTT_ACQUIRE_PASSWORD ?? null,
    acquire: {
      name: data.ACQUIRE_NAME,
      brokerUrl: data.ACQUIRE_MQTT_URL ?? data.MQTT_URL ?? null,
      secretsDir: data.ACQUIRE_SECRETS ?? null,
      ports: data.ACQUIRE_PORTS,
      spool: { megabytes: data.SPOOL_MEGABYTES, days: data.SPOOL_DAYS },
    },
    host: data.HOST,
    port: data.PORT,
    tls,
    trustedProxies: data.TRUSTED_PROXIES,
    publicUrl: (data.PUBLIC_URL ?? reachedAt({ host: data.HOST, port: data.PORT })).replace(/\/+$/, ''),
    carrierUrl: data.CARRIER_URL?.replace(/\/+$/, '') ?? null,
    carrierKey: data.CARRIER_KEY ?? null,
    carriersFile: data.CARRIERS_FILE ?? null,
    broadcast: {
      pace: {
        callsPerSecond: data.BROADCAST_CALLS_PER_SECOND,
        messagesPerSecond: data.BROADCAST_MESSAGES_PER_SECOND,
        lines: data.BROADCAST_LINES,
      },
      plan: {
        rounds: data.BROADCAST_ROUNDS,
        repeatMs: data.BROADCAST_REPEAT_SECONDS * 1_000,
        doorAfterMs: data.BROADCAST_DOOR_SECONDS * 1_000,
        arrivedAfterMs: data.BROADCAST_ARRIVED_SECONDS * 1_000,
        silentCallMs: SILENT_CALL_MS,
      },
    },
    metricsToken: data.METRICS_TOKEN ?? null,
    secretKey: data.SECRET_KEY ?? null,
    openId:
      data.OIDC_ISSUER !== undefined && data.OIDC_CLIENT_ID !== undefined && data.OIDC_CLIENT_SECRET !== undefined
        ? {
            issuer: data.OIDC_ISSUER,
            clientId: data.OIDC_CLIENT_ID,
            clientSecret: data.OIDC_CLIENT_SECRET,
            label: data.OIDC_LABEL ?? new URL(data.OIDC_ISSUER).host,
            secondFactorCounts: data.OIDC_SECOND_FACTOR,
          }
        : null,
    dark:
      data.DARK_CALLER && data.DARK_LISTEN !== undefined
        ? {
            listen: data.DARK_LISTEN,
            url: (data.DARK_URL ?? reachedAt(data.DARK_LISTEN)).replace(/\/+$/, ''),
            afterMs: data.DARK_AFTER_MS,
          }
        : null,
    heartbeat:
      data.HEARTBEAT_URL === undefined
        ? null
        : { url: data.HEARTBEAT_URL, key: data.HEARTBEAT_KEY ?? null, everyMs: data.HEARTBEAT_EVERY_MS },
    auditMail:
      data.SMTP_URL !== undefined && data.AUDIT_MAIL_TO !== undefined
        ? { url: data.SMTP_URL, from: data.AUDIT_MAIL_FROM ?? data.AUDIT_MAIL_TO[0] ?? '', to: data.AUDIT_MAIL_TO }
        : null,
    dataDir: data.DATA_DIR,
    ntpServers: data.NTP_SERVER ?? [],
    backupBeforeMigrate: data.BACKUP_BEFORE_MIGRATE,
    logLevel: data.LOG_LEVEL,
    clockOffsetMs: data.CLOCK_OFFSET_MS,
    judgeTickMs: data.JUDGE_TICK_MS,
  };
}

/** One setting that `start` must know before there is a database. Throws `config/setting` like `readSettings`. */
export function readSetting<N extends Name>(env: Environment, name: N): z.output<(typeof FIELDS)[N]> {
  const read = withFilesRead(env, [name], PATHS);
  for (const fault of read.faults.values()) throw new AppError('config/setting', fault);
  const value = read.env[name] === '' ? undefined : read.env[name];
  const { data, success } = FIELDS[name].safeParse(value);
  if (!success) throw new AppError('config/setting', faultOf(name, { [name]: value }, env));
  return data as z.output<(typeof FIELDS)[N]>;
}

/** `isTold`: of which a fault is told already, so that it is not missing besides. */
function dependentFaults(given: Environment, broker: boolean, isTold: (name: Name) => boolean): string[] {
  const faults: string[] = [];
  const needs = (name: Name, why: string) => {
    if (given[name] === undefined && !isTold(name))
      faults.push(`${name} is missing: it must be ${shouldBe(name)}, ${why}`);
  };
  if (given['CARRIER_URL'] !== undefined) needs('CARRIER_KEY', 'because CARRIER_URL is set');
  if (given['CARRIER_URL'] !== undefined && given['CARRIERS_FILE'] !== undefined)
    faults.push('CARRIER_URL and CARRIERS_FILE are both set: list that carrier in the file');
  if (given['OIDC_ISSUER'] !== undefined)
    for (const name of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'SECRET_KEY'] as const)
      needs(name, 'because OIDC_ISSUER is set');
  if (given['OIDC_CLIENT_ID'] !== undefined) needs('OIDC_ISSUER', 'because OIDC_CLIENT_ID is set');
  if (given['AUDIT_MAIL_TO'] !== undefined) needs('SMTP_URL', 'because AUDIT_MAIL_TO is set');
  if (given['SMTP_URL'] !== undefined) needs('AUDIT_MAIL_TO', 'because SMTP_URL is set');
  if (given['DARK_CALLER'] === 'true') needs('DARK_LISTEN', 'because DARK_CALLER is true');
  if (given['TLS_KEY'] !== undefined) needs('TLS_CERT', 'because TLS_KEY is set');
  if (given['TLS_CERT'] !== undefined) {
    needs('TLS_KEY', 'because TLS_CERT is set');
    for (const name of ['PUBLIC_URL', 'DARK_URL'] as const)
      if (given[name]?.startsWith('http:') === true)
        faults.push(`${name} must begin with https:, because TLS_CERT is set`);
  }
  if (given['MQTT_TLS_LISTEN'] !== undefined) {
    needs('TLS_CERT', 'because MQTT_TLS_LISTEN is set');
    if (broker) needs('MQTT_LISTEN', 'because MQTT_TLS_LISTEN is set: our own processes reach the broker there');
  }
  if (given['MQTT_LISTEN'] !== undefined) {
    needs('MQTT_PASSWORD', 'because MQTT_LISTEN is set');
  } else if (broker) needs('MQTT_URL', 'or MQTT_LISTEN must say where the judge opens its own broker');
  return faults;
}

/** Repeats no secret, and nothing of a file: another one may have been named than was meant. */
function faultOf(name: Name, given: Environment, env: Environment): string {
  const value = given[name];
  if (value === undefined) return `${name} is missing: it must be ${shouldBe(name)}`;
  if (env[`${name}_FILE`]) return `${name} must be ${shouldBe(name)}; what ${name}_FILE holds is not`;
  return `${name} must be ${shouldBe(name)}${SECRET.has(name) ? '' : `, not ${JSON.stringify(value)}`}`;
}

/** Descriptions survive on the inner schema only where a default or optional wraps it. */
function shouldBe(name: Name): string {
  const field: z.ZodType = FIELDS[name];
  const inner = field instanceof z.ZodOptional || field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field;
  return field.description ?? inner.description ?? 'set';
}

/** Where a server that listens on `host` is reached from this machine. */
export function httpUrl(host: string, port: number, isSecure = false): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${isSecure ? 'https' : 'http'}://${reached.includes(':') ? `[${reached}]` : reached}:${String(port)}`;
}
