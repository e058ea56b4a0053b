import { z } from 'zod';
import { PERMISSIONS, ROLES } from '../core/access.ts';
import { At, Line } from './shape.ts';

/** A secret that somebody types. */
const Typed = z.string().min(1).max(200);
/** A password that somebody chooses. */
const NewPassword = z
  .string()
  .min(12, 'must have at least 12 characters')
  .max(200)
  .describe('At least 12 characters; kept as an argon2id hash.');

/** Who acts without being somebody, as the audit has it. */
const NOBODY = ['nobody', 'alert', 'command line'];

/**
 * Stands in the audit for whoever did something: it looks like nobody else's, like no process, and like no two people
 * ("li, approved by wang").
 */
export const AccountName = Line(80)
  .trim()
  .min(1)
  .regex(/^[^:,，：]*$/u, 'must hold no colon and no comma')
  .regex(/^[^\p{Cf}\p{Zl}\p{Zp}]*$/u, 'must hold no invisible characters')
  .refine(
    (name) => !NOBODY.includes(name.normalize('NFKC').toLowerCase()),
    'is what the audit calls a part of the service',
  );

export const SignIn = z.strictObject({
  name: Line(80),
  password: Typed,
  code: z
    .string()
    .max(40)
    .optional()
    .describe('Six digits of the second factor, or a recovery code; asked for with session/code-required.'),
});

export const Grant = z.strictObject({
  role: z.enum(ROLES),
  siteId: z.string().min(1).max(40).nullable().describe('null: every site, also those to come.'),
});

/** Who is signed in, and what they may: the page shows no button that would be refused. */
export const SessionView = z.object({
  name: z.string(),
  kind: z.enum(['person', 'kiosk', 'token']),
  mustChangePassword: z.boolean().describe('Nothing else is taken until a password of their own is chosen.'),
  secondFactor: z.boolean().describe('Proved in this session.'),
  secondFactorSetUp: z.boolean(),
  waitingRoles: z.array(z.enum(ROLES)).describe('Held, and not counting until a second factor is proved.'),
  grants: z.array(Grant),
  permissions: z.partialRecord(z.enum(PERMISSIONS), z.union([z.literal('all'), z.array(z.string())])),
});
export type SessionView = z.infer<typeof SessionView>;

/** How one can sign in here. */
export const SignInWays = z.object({
  password: z.literal(true),
  oidc: z
    .object({ label: z.string().describe('Words on the button.'), start: z.url().describe('Where the button leads.') })
    .nullable()
    .describe('The OpenID provider; null: none is set up.'),
});
export type SignInWays = z.infer<typeof SignInWays>;

export const IdentityView = z.object({
  identity: z.string().describe('`<issuer> <subject>`, to be linked to an account by an administrator.'),
});

export const ChangePassword = z.strictObject({ password: Typed.describe('The present one.'), next: NewPassword });
export const WithPassword = z.strictObject({ password: Typed.describe('The present one.') });
export const WithCode = z.strictObject({ code: z.string().min(1).max(40) });

export const EnrolmentView = z.object({
  uri: z.string().describe('otpauth:// URI, to be drawn as a code that a telephone reads.'),
  key: z.string().describe('The same secret, to be typed.'),
});
export const RecoveryCodes = z.object({
  recoveryCodes: z.array(z.string()).describe('Each opens the door once in place of a code; shown only now.'),
});

/** A session of one account. */
export const OpenSession = z.object({
  sessionId: z.uuid(),
  current: z.boolean(),
  beganAt: At,
  seenAt: At.nullable().describe('To within ten minutes.'),
  expiresAt: At,
  address: z.string(),
  agent: z.string(),
  secondFactor: z.boolean(),
});
export type OpenSession = z.infer<typeof OpenSession>;

export const SetupView = z.object({ open: z.boolean().describe('Nobody administers: the first-run wizard is open.') });
export const SetUp = z.strictObject({
  code: z.string().min(1).max(60).describe('As printed where the service was started.'),
  name: AccountName,
  password: NewPassword,
});
