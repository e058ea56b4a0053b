import { z } from 'zod';
import { TOKEN_SCOPES } from '../core/access.ts';
import { AccountName, Grant } from './session.ts';
import { At, Line } from './shape.ts';

const Ids = z.array(z.uuid()).max(1_000);
const Grants = z.array(Grant).max(500);
const Identity = Line(300).trim().min(1);

/** An account, to who administers every site at which it holds a role. */
const AccountView = z.object({
  accountId: z.uuid(),
  name: z.string(),
  own: z.boolean().describe('Of whoever asks: nobody changes their own account here.'),
  grants: z.array(Grant).describe('Its own; those of its groups stand there.'),
  groupIds: z.array(z.uuid()),
  mustChangePassword: z.boolean(),
  secondFactor: z.boolean().describe('Set up, and asked for.'),
  disabledAt: At.nullable().describe('When it was shut out; null: it may sign in.'),
  identity: z.string().nullable().describe('Who it is at the OpenID provider.'),
  lastSeenAt: At.nullable().describe('To within ten minutes; null: not in the last 90 days.'),
  sessions: z.number().describe('That are open.'),
});

/** People who hold the same roles. */
const GroupView = z.object({
  groupId: z.uuid(),
  name: z.string(),
  grants: z.array(Grant),
  memberIds: z.array(z.uuid()),
  foreignMembers: z
    .number()
    .describe(
      'Members who also hold roles at sites that whoever asks does not administer. Above 0 it cannot be changed.',
    ),
});

export const PeopleView = z.object({ accounts: z.array(AccountView), groups: z.array(GroupView) });
export type PeopleView = z.infer<typeof PeopleView>;

export const NewPerson = z.strictObject({ name: AccountName, grants: Grants, groupIds: Ids });
export type NewPerson = z.infer<typeof NewPerson>;
export const MadePerson = z.object({
  accountId: z.uuid(),
  password: z.string().describe('The first one, kept nowhere: shown only now, to be changed at the first sign-in.'),
});
export const FirstPassword = MadePerson.pick({ password: true });
export const RolesOfPerson = z.strictObject({ grants: Grants, groupIds: Ids });
export type RolesOfPerson = z.infer<typeof RolesOfPerson>;
export const IdentityOfPerson = z.strictObject({
  identity: Identity.nullable().describe('Who it is at the OpenID provider; null: nobody.'),
});

export const NewGroup = z.strictObject({ name: Line(80).trim().min(1), grants: Grants.min(1) });
export type NewGroup = z.infer<typeof NewGroup>;
export const MadeGroup = z.object({ groupId: z.uuid() });
export const ChangedGroup = NewGroup.extend({ memberIds: Ids });
export type ChangedGroup = z.infer<typeof ChangedGroup>;

const CREDENTIAL_KINDS = ['kiosk', 'token'] as const;
const SiteIds = z
  .array(z.string().min(1).max(40))
  .min(1)
  .max(500)
  .nullable()
  .describe('null: every site, also those to come.');

/** What opens a door without a person: a screen on a wall, or a program. */
export const CredentialView = z.object({
  credentialId: z.uuid(),
  kind: z.enum(CREDENTIAL_KINDS),
  name: z.string(),
  scopes: z.array(z.string()).describe('Of a token; a kiosk sees.'),
  siteIds: z.array(z.string()).nullable(),
  createdBy: z.string(),
  createdAt: At,
  expiresAt: At.nullable().describe('null: it ends when it is revoked.'),
  lastUsedAt: At.nullable().describe('To within ten minutes.'),
  revokedAt: At.nullable(),
  revokedBy: z.string().nullable(),
});
export type CredentialView = z.infer<typeof CredentialView>;

const Days = z.number().int().min(1).max(366);
export const NewCredential = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('kiosk'),
    name: Line(80).trim().min(1),
    siteIds: SiteIds,
    days: Days.nullable().describe('null: it ends when it is revoked.'),
  }),
  z.strictObject({
    kind: z.literal('token'),
    name: Line(80).trim().min(1),
    siteIds: SiteIds,
    scopes: z.array(z.enum(TOKEN_SCOPES)).min(1).max(TOKEN_SCOPES.length),
    days: Days,
  }),
]);
export type NewCredential = z.infer<typeof NewCredential>;
export const MadeCredential = z.object({
  credentialId: z.uuid(),
  secret: z.string().describe('Kept nowhere: shown only now.'),
});

export const KioskSignIn = z.strictObject({ token: z.string().min(1).max(200) });
