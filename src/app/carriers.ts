import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Medium } from '../../alerting/policy.ts';
import { NO_LIMITS } from '../../alerting/budget/limit.ts';
import type { Limits } from '../../alerting/budget/limit.ts';
import type { PlannedCarrier } from '../../alerting/budget/plan.ts';
import { aliyunSms } from '../../alerting/channels/aliyun/aliyun-sms.ts';
import { aliyunVoice } from '../../alerting/channels/aliyun/aliyun-voice.ts';
import { aliyunWebhook } from '../../alerting/channels/aliyun/aliyun-webhook.ts';
import type { Carrier } from '../../alerting/channels/carrier.ts';
import { CarriersConfig } from '../../alerting/channels/carriers-config.ts';
import type { CarrierConfig } from '../../alerting/channels/carriers-config.ts';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { mailCarrier } from '../../alerting/channels/mail-carrier.ts';
import type { NamedCarrier } from '../../alerting/channels/named-carrier.ts';
import type { Templates } from '../../alerting/channels/templates.ts';
import { CALL_PURPOSES, TEXT_PURPOSES } from '../../alerting/slots.ts';
import { secretPath } from '../../alerting/channels/secret-path.ts';
import { sirenCarrier } from '../../alerting/channels/siren-carrier.ts';
import { tencentSms } from '../../alerting/channels/tencent/tencent-sms.ts';
import { tencentVoice } from '../../alerting/channels/tencent/tencent-voice.ts';
import { tencentWebhook } from '../../alerting/channels/tencent/tencent-webhook.ts';
import { twilioCarrier } from '../../alerting/channels/twilio/twilio-carrier.ts';
import { twilioWebhook } from '../../alerting/channels/twilio/twilio-webhook.ts';
import type { Webhook } from '../../alerting/channels/webhook.ts';
import { AppError } from '../core/errors.ts';
import type { Purpose } from '../core/purpose.ts';
import { SECOND } from '../core/time.ts';
import type { Clock } from '../core/time.ts';
import { secretFrom } from '../platform/setting-files.ts';
import type { Environment, Settings } from '../platform/settings.ts';

/** Those whose calls this installation can make. */
export interface Carriage {
  /** In the order in which they are asked; none: nobody can be called. */
  readonly carriers: readonly NamedCarrier[];
  /** By name: what their vendors report to our doors. */
  readonly webhooks: ReadonlyMap<string, Webhook>;
  /** Addresses that have to be given to vendors by hand, by name. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Keys of those that speak our own API, by name. */
  readonly keys: ReadonlyMap<string, string>;
  /** Names of those that are asked for what became of their calls. */
  readonly polled: ReadonlySet<string>;
}

/** The one carrier of CARRIER_URL. */
const PLAIN = 'http';

interface Surroundings {
  readonly clock: Clock;
  /** Where carriers reach us, without a slash at its end. */
  readonly publicUrl: string;
  readonly env: Environment;
}

type Given = Pick<Settings, 'carrierUrl' | 'carrierKey' | 'carriersFile'>;

/** The carriers of CARRIERS_FILE, or the one of CARRIER_URL. Opens no connection. Throws `config/setting` with every fault. */
export function carriage({ carrierUrl, carrierKey, carriersFile }: Given, around: Surroundings): Carriage {
  if (carriersFile !== null) return assembled(readCarriersFile(carriersFile), around);
  if (carrierUrl === null || carrierKey === null) return assembled([], around);
  const { publicUrl } = around;
  return {
    carriers: [
      {
        name: PLAIN,
        kind: 'http',
        media: ['voice', 'sms'],
        keepsKeys: true,
        converses: true,
        silentAfterMs: 20 * SECOND,
        limits: NO_LIMITS,
        noTemplate: [],
        carrier: httpCarrier({ url: carrierUrl, key: carrierKey, publicUrl }),
      },
    ],
    webhooks: new Map(),
    addresses: new Map(),
    keys: new Map([[PLAIN, carrierKey]]),
    polled: new Set(),
  };
}

/** What ladders are planned against; it needs no secrets. Throws `config/setting` as `carriage`. */
export const plannedCarriers = ({ carriersFile }: Pick<Settings, 'carriersFile'>): readonly PlannedCarrier[] =>
  carriersFile === null
    ? []
    : readCarriersFile(carriersFile).map((config) => ({
        name: config.name,
        media: mediaOf(config),
        limits: limitsOf(config),
      }));

const MEDIA_OF: Readonly<Record<Exclude<CarrierConfig['kind'], 'http' | 'twilio'>, Medium>> = {
  'aliyun-voice': 'voice',
  'aliyun-sms': 'sms',
  'tencent-voice': 'voice',
  'tencent-sms': 'sms',
  'mail': 'mail',
  'siren': 'siren',
};
const mediaOf = (config: CarrierConfig): readonly Medium[] =>
  config.kind === 'http' || config.kind === 'twilio' ? config.media : [MEDIA_OF[config.kind]];

const limitsOf = ({ limits, keptForRed }: CarrierConfig): Limits => ({
  perNumber: limits.map(({ most, perSeconds }) => ({ most, withinMs: perSeconds * SECOND })),
  keptForRed,
});

/** What this carrier cannot say, for want of an approved template. */
const noTemplateOf = (config: CarrierConfig): readonly Purpose[] => {
  if (!('templates' in config)) return [];
  const templates: Templates<unknown> = config.templates;
  const all: readonly Purpose[] = MEDIA_OF[config.kind] === 'sms' ? TEXT_PURPOSES : CALL_PURPOSES;
  return all.filter((purpose) => templates[purpose] === undefined);
};

/** Throws `config/setting` with one line for each fault, naming where in the file it is. */
function readCarriersFile(file: string): readonly CarrierConfig[] {
  const refuse = (why: string): AppError => new AppError('config/setting', `CARRIERS_FILE ${file}: ${why}`);
  let text: unknown;
  try {
    text = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  const { data, error } = CarriersConfig.safeParse(text);
  if (data === undefined) throw refuse(z.prettifyError(error));
  return data.carriers;
}

interface Part {
  readonly carrier: Carrier;
  readonly keepsKeys: boolean;
  readonly converses?: boolean;
  readonly webhook?: Webhook;
  /** The vendor is told it by hand, not in each request. */
  readonly address?: string;
  readonly key?: string;
  readonly isPolled?: boolean;
}

function assembled(configs: readonly CarrierConfig[], around: Surroundings): Carriage {
  const parts = configs.map((config) => ({ config, part: partOf(config, around) }));
  const named = <T>(pick: (part: Part) => T | undefined): ReadonlyMap<string, T> =>
    new Map(
      parts.flatMap(({ config, part }) => {
        const found = pick(part);
        return found === undefined ? [] : [[config.name, found] as const];
      }),
    );
  return {
    carriers: parts.map(({ config, part }) => ({
      name: config.name,
      kind: config.kind,
      media: mediaOf(config),
      keepsKeys: part.keepsKeys,
      converses: part.converses === true,
      silentAfterMs: config.silentAfterSeconds * SECOND,
      limits: limitsOf(config),
      noTemplate: noTemplateOf(config),
      carrier: part.carrier,
    })),
    webhooks: named(({ webhook }) => webhook),
    addresses: named(({ address }) => address),
    keys: named(({ key }) => key),
    polled: new Set(parts.filter(({ part }) => part.isPolled).map(({ config }) => config.name)),
  };
}

function partOf(config: CarrierConfig, { clock, publicUrl, env }: Surroundings): Part {
  const secret = (from: string): string => secretFrom(from, env, `carrier ${config.name}`);
  const base = `${publicUrl}/carrier/vendors/${config.name}`;
  switch (config.kind) {
    case 'http': {
      const key = secret(config.key);
      const carrier = httpCarrier({ url: config.url, key, publicUrl, name: config.name });
      return { carrier, keepsKeys: true, converses: true, key };
    }
    case 'twilio': {
      const { from, language, voice, detectsMachines, url } = config;
      const account = { accountSid: secret(config.accountSid), authToken: secret(config.authToken) };
      const spoken = { language, voice };
      const webhook = config.reports === 'webhook' ? base : null;
      return {
        carrier: twilioCarrier({ ...account, from, webhook, voice: spoken, detectsMachines, url }),
        keepsKeys: false,
        converses: webhook !== null,
        isPolled: webhook === null,
        ...(webhook !== null && {
          webhook: twilioWebhook({ base, authToken: account.authToken, voice: spoken }),
          address: `${base}/messages`,
        }),
      };
    }
    case 'aliyun-voice':
    case 'aliyun-sms': {
      const account = {
        clock,
        accessKeyId: secret(config.accessKeyId),
        accessKeySecret: secret(config.accessKeySecret),
      };
      return {
        carrier:
          config.kind === 'aliyun-sms'
            ? aliyunSms({ ...config, ...account })
            : aliyunVoice({ ...config, ...account, wrongKeyTemplate: config.wrongKeyTemplate ?? null }),
        keepsKeys: false,
        isPolled: config.reports === 'poll',
        ...(config.reports === 'webhook' && told(base, account.accessKeySecret, aliyunWebhook)),
      };
    }
    case 'tencent-voice':
    case 'tencent-sms': {
      const account = { clock, secretId: secret(config.secretId), secretKey: secret(config.secretKey) };
      const isPolled = config.kind === 'tencent-sms' && config.reports === 'poll';
      return {
        carrier:
          config.kind === 'tencent-sms'
            ? tencentSms({ ...config, ...account })
            : tencentVoice({ ...config, ...account }),
        keepsKeys: false,
        isPolled,
        ...(!isPolled && told(base, account.secretKey, tencentWebhook)),
      };
    }
    case 'mail':
      return {
        carrier: mailCarrier({ url: secret(config.server), from: config.from }),
        keepsKeys: false,
      };
    case 'siren':
      // Switched on twice it sounds as once.
      return { carrier: sirenCarrier(config), keepsKeys: true };
  }
}

const told = (base: string, secret: string, webhook: (of: { secret: string }) => Webhook) => ({
  webhook: webhook({ secret }),
  address: `${base}/${secretPath(secret)}`,
});
