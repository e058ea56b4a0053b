import { z } from 'zod';
import { CALL_PURPOSES, TEMPLATE_SLOTS, TEXT_PURPOSES } from '../slots.ts';
import type { Purpose } from '../../src/core/purpose.ts';

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be small letters, digits and hyphens')
  .describe('Stands in records, addresses and on pages; never given to another.');
const Secret = z
  .string()
  .regex(
    /^(?:env:[A-Z][A-Z0-9_]*|file:\/.+)$/,
    'must be env:NAME (also NAME_FILE) or file:/path: a secret never stands here',
  )
  .describe('Where it is found: env:NAME (NAME, or the file that NAME_FILE names) or file:/path.');
const Address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/u, ''));
const Phone = z.string().regex(/^\+\d{7,15}$/, 'must be +, country code and number');
const SlotLength = z
  .number()
  .int()
  // 这不是演练 and where it was cut.
  .min(6)
  .max(100)
  .default(20)
  .describe('Characters that one variable of a template may have; 20 by default: ask your vendor, it changes.');

const Limit = z.strictObject({
  most: z.number().int().positive().describe('So many calls or messages to one number…'),
  perSeconds: z.number().int().positive().describe('…within any span of so many seconds.'),
});

const common = (silentAfterSeconds: number, limits: z.input<typeof Limit>[] = []) => ({
  name: Name,
  silentAfterSeconds: z
    .number()
    .positive()
    .max(3_600)
    .default(silentAfterSeconds)
    .describe('Accepted, and no sign of life for so long: the next carrier of its medium is asked.'),
  limits: z
    .array(Limit)
    .default(limits)
    .describe(
      'What this carrier lets through to one number. Defaults are what vendors published in 2026: check yours.',
    ),
  keptForRed: z
    .number()
    .min(0)
    .max(1)
    .default(0.4)
    .describe('Share of each limit that only red may use. Red is never held by a limit.'),
});
const reports = z
  .enum(['webhook', 'poll'])
  .default('webhook')
  .describe('webhook: it reports to PUBLIC_URL; poll: it reaches nothing of ours, and is asked every few seconds.');

/** 语音通知流控: 1 a minute, 5 an hour, 20 a day to one number (help.aliyun.com, document 114036, as read in 2026). */
const ALIYUN_VOICE = [
  { most: 1, perSeconds: 60 },
  { most: 5, perSeconds: 3_600 },
  { most: 20, perSeconds: 86_400 },
];

const media = <const M extends readonly [string, ...string[]]>(all: M) =>
  z
    .array(z.enum(all))
    .min(1)
    .default([...all] as never)
    .describe(`Of ${all.join(', ')}: what it is asked for.`);

type ByPurpose<P extends Purpose, T extends z.ZodType> = { [K in P]: K extends 'call' ? T : z.ZodOptional<T> };

/** One template for each thing that is said; a callout cannot do without its own. */
const templates = <P extends Purpose, T extends z.ZodType>(
  purposes: readonly P[],
  template: (purpose: P) => T,
): z.ZodObject<ByPurpose<P, T>, z.core.$strict> =>
  z.strictObject(
    Object.fromEntries(
      purposes.map((purpose) => [purpose, purpose === 'call' ? template(purpose) : template(purpose).optional()]),
    ) as ByPurpose<P, T>,
  );
const byName = (purpose: Purpose): string =>
  `approved, with ${TEMPLATE_SLOTS[purpose].map((slot) => `\${${slot}}`).join(', ')}.`;
const byOrder = (purpose: Purpose): string =>
  `Approved, with ${TEMPLATE_SLOTS[purpose].map((slot, i) => `{${String(i + 1)}} ${slot}`).join(', ')}.`;
const numbered = (purpose: Purpose) => z.string().min(1).describe(byOrder(purpose));

const balanceUrl = Address.optional().describe('Where the account is billed, if elsewhere.');

const aliyun = {
  accessKeyId: Secret,
  accessKeySecret: Secret,
  reports,
  slotLength: SlotLength,
  url: Address.optional(),
  balanceUrl,
};

const Carrier = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http').describe('A bridge that speaks docs/carrier-api.md.'),
    ...common(20),
    media: media(['voice', 'sms']),
    url: Address,
    key: Secret,
  }),
  z.strictObject({
    kind: z.literal('twilio'),
    ...common(20),
    media: media(['voice', 'sms']),
    accountSid: Secret,
    authToken: Secret,
    from: Phone.describe('Our number there.'),
    reports,
    language: z.string().default('cmn-CN').describe('In which it speaks.'),
    voice: z.string().default('Polly.Zhiyu').describe('Whose voice that is.'),
    detectsMachines: z
      .boolean()
      .default(false)
      .describe('A machine that takes a call is left at once; now and then a person is taken for one.'),
    url: Address.optional(),
  }),
  z.strictObject({
    kind: z.literal('aliyun-voice'),
    ...common(30, ALIYUN_VOICE),
    ...aliyun,
    showNumber: z.string().min(3).describe('The number that was bought.'),
    templates: templates(CALL_PURPOSES, (purpose) =>
      z.strictObject({
        said: z
          .string()
          .min(1)
          .describe(`TTS_…, ${byName(purpose)}`),
        afterKey: z
          .string()
          .min(1)
          .describe('TTS_…, said after the key: of a call with ${level}, ${place}, of an evacuation with ${word}.'),
      }),
    ),
    wrongKeyTemplate: z.string().optional().describe('TTS_…, approved, without variables: said after another key.'),
  }),
  z.strictObject({
    kind: z.literal('aliyun-sms'),
    ...common(60),
    ...aliyun,
    signName: z.string().min(1),
    templates: templates(TEXT_PURPOSES, (purpose) =>
      z
        .string()
        .min(1)
        .describe(`SMS_…, ${byName(purpose)}`),
    ),
  }),
  z.strictObject({
    kind: z.literal('tencent-voice'),
    ...common(90),
    secretId: Secret,
    secretKey: Secret,
    region: z.string().default('ap-guangzhou'),
    slotLength: SlotLength,
    appId: z.string().min(1).describe('VoiceSdkAppid.'),
    templates: templates(CALL_PURPOSES, numbered),
    url: Address.optional(),
    balanceUrl,
  }),
  z.strictObject({
    kind: z.literal('tencent-sms'),
    ...common(60),
    secretId: Secret,
    secretKey: Secret,
    region: z.string().default('ap-guangzhou'),
    reports,
    slotLength: SlotLength,
    appId: z.string().min(1).describe('SmsSdkAppId.'),
    signName: z.string().min(1),
    templates: templates(TEXT_PURPOSES, numbered),
    url: Address.optional(),
    balanceUrl,
  }),
  z.strictObject({
    kind: z.literal('mail'),
    ...common(60),
    server: Secret.describe('Of the SMTP URL with user and password.'),
    from: z.string().regex(/^[^\s@,;<>"]+@[^\s@,;<>"]+$/, 'must be a mail address'),
  }),
  z.strictObject({
    kind: z.literal('siren').describe('A siren or loudspeaker behind a coil of a Modbus TCP slave.'),
    ...common(60),
    siren: Name.describe('By which contacts name it.'),
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535).default(502),
    unit: z.number().int().min(0).max(255).default(1),
    coil: z.number().int().min(0).max(65_535),
  }),
]);
export type CarrierConfig = z.infer<typeof Carrier>;

/** The file of CARRIERS_FILE: who calls, in the order in which they are asked. Of each medium the first is the primary. */
export const CarriersConfig = z.strictObject({
  carriers: z
    .array(Carrier)
    .min(1)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'each name must be given once'),
});
