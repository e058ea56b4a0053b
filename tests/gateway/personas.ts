import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { ROLES, TOKEN_SCOPES, accessOf, accessOfScopes } from '../../src/core/access.ts';
import type { Access, Grant, Permission, Role } from '../../src/core/access.ts';
import { DAY } from '../../src/core/time.ts';
import { SESSION_COOKIE } from '../../src/gateway/doors.ts';
import { setGrants } from '../../src/gateway/grants.ts';
import { digestOf, opaqueSecret } from '../../src/gateway/secret-words.ts';
import { sessions } from '../../src/gateway/sessions.ts';
import type { Database } from '../../src/platform/database.ts';
import { NOW } from './pond.ts';

type Db = Kysely<Database>;

/** A hash that costs nothing to compare with; nobody knows its password. */
const CHEAP_HASH = `$argon2id$v=19$m=8,t=1,p=1$${'AQEB'.repeat(5)}AQ$${'AQEB'.repeat(10)}AQEBAQ`;

/** Somebody who asks: what they may, as the core says it, and how they say who they are. */
export interface Persona {
  readonly name: string;
  readonly kind: 'person' | 'kiosk' | 'token' | 'nobody';
  readonly access: Access;
  readonly accountId: string | null;
  /** Headers of a session that no request before has used. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

interface PersonOptions {
  readonly secondFactor?: boolean;
  readonly mustChangePassword?: boolean;
}

/** A person with these roles. No password: they are let in by their session alone. */
export async function person(db: Db, name: string, grants: readonly Grant[], options: PersonOptions = {}) {
  const { secondFactor = false, mustChangePassword = false } = options;
  const id = randomUUID();
  await db
    .insertInto('account')
    .values({
      id,
      name,
      password_hash: CHEAP_HASH,
      created_at: new Date(NOW),
      must_change_password: mustChangePassword,
      disabled_at: null,
      totp_sealed: null,
      totp_confirmed_at: null,
      identity: null,
    })
    .execute();
  await setGrants(db, { accountId: id }, grants);
  const begin = { now: NOW, address: '127.0.0.1', agent: 'test', secondFactor };
  return {
    name,
    kind: 'person' as const,
    accountId: id,
    access: mustChangePassword ? new Map() : accessOf(grants, { secondFactor }),
    headers: async () => ({ cookie: `${SESSION_COOKIE}=${await sessions(db).begin({ accountId: id }, begin)}` }),
  } satisfies Persona;
}

async function credential(db: Db, kind: 'kiosk' | 'token', scopes: readonly string[], siteIds: readonly string[]) {
  const secret = `tw_${opaqueSecret()}`;
  const id = randomUUID();
  await db
    .insertInto('credential')
    .values({
      id,
      kind,
      name: `${kind} ${scopes.join(' ')}`,
      secret_hash: digestOf(secret),
      scopes: [...scopes],
      site_ids: [...siteIds],
      created_by: 'test',
      created_at: new Date(NOW),
      expires_at: kind === 'token' ? new Date(NOW + DAY) : null,
      last_used_at: new Date(NOW),
      revoked_at: null,
      revoked_by: null,
    })
    .execute();
  return { id, secret };
}

/** A screen on a wall at one site. */
async function kiosk(db: Db, siteId: string): Promise<Persona> {
  const { id } = await credential(db, 'kiosk', [], [siteId]);
  const begin = { now: NOW, address: '127.0.0.1', agent: 'wall' };
  return {
    name: 'kiosk',
    kind: 'kiosk',
    accountId: null,
    access: accessOfScopes(['site/see'], [siteId]),
    headers: async () => ({ cookie: `${SESSION_COOKIE}=${await sessions(db).begin({ kioskId: id }, begin)}` }),
  };
}

/** A program that may one thing at one site. */
async function program(db: Db, scope: Permission, siteId: string): Promise<Persona> {
  const { secret } = await credential(db, 'token', [scope], [siteId]);
  return {
    name: `token ${scope}`,
    kind: 'token',
    accountId: null,
    access: accessOfScopes([scope], [siteId]),
    headers: async () => ({ authorization: `Bearer ${secret}` }),
  };
}

const NOBODY: Persona = {
  name: 'nobody',
  kind: 'nobody',
  accountId: null,
  access: new Map(),
  headers: async () => ({}),
};

/** All there are of one site: each role, those that wait for a second factor, none, a screen, a program of each scope, nobody. */
export async function personasOf(db: Db, siteId: string): Promise<readonly Persona[]> {
  const at = (...roles: readonly Role[]): Grant[] => roles.map((role) => ({ role, siteId }));
  const named = (text: string) => `${text} at ${siteId}`;
  return [
    ...(await Promise.all(ROLES.map((role) => person(db, named(role), at(role), { secondFactor: true })))),
    await person(db, named('engineer without second factor'), at('engineer')),
    await person(db, named('admin without second factor'), at('admin')),
    await person(db, named('all roles'), at(...ROLES), { secondFactor: true }),
    await person(db, named('all roles and a password to change'), at(...ROLES), {
      secondFactor: true,
      mustChangePassword: true,
    }),
    await person(db, named('no role'), [], { secondFactor: true }),
    await person(
      db,
      'all roles everywhere',
      ROLES.map((role) => ({ role, siteId: null })),
      { secondFactor: true },
    ),
    await kiosk(db, siteId),
    ...(await Promise.all(TOKEN_SCOPES.map((scope) => program(db, scope, siteId)))),
    NOBODY,
  ];
}
