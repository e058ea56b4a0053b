import { randomUUID } from 'node:crypto';
import { afterAll, expect } from 'vitest';
import type { Grant } from '../../src/core/access.ts';
import { hashed, setPassword } from '../../src/gateway/accounts.ts';
import { setGrants } from '../../src/gateway/grants.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { startProvider } from '../support/openid-provider.ts';
import type { TestDatabase } from '../support/test-database.ts';
import type { Arrival, Wanderer } from '../support/wanderer.ts';
import { testGateway } from './test-gateway.ts';

/** One role that needs a second factor, and one that needs none. */
const ENGINEER: readonly Grant[] = [
  { role: 'operator', siteId: null },
  { role: 'engineer', siteId: null },
];

/** A gateway with a real OpenID provider beside it, and what a person does between the two. */
export async function openIdHouse(database: TestDatabase) {
  const { db } = database;
  const port = await freePort();
  const home = `http://127.0.0.1:${String(port)}`;
  const there = await startProvider(`${home}/api/oidc/callback`);
  afterAll(() => there[Symbol.asyncDispose]());
  const openId = { ...there, label: '矿山统一身份', secondFactorCounts: false };
  const { app, clock } = await testGateway(database, { port, publicUrl: new URL(home), openId });

  /** An account of who is called `name` there; most need no password, which takes its time to hash. */
  async function linked(name: string, password: string | null = null): Promise<string> {
    const { id } = await db
      .insertInto('account')
      .values({
        id: randomUUID(),
        name,
        identity: `${there.issuer} ${name}`,
        password_hash: null,
        created_at: new Date(clock.now()),
        disabled_at: null,
        totp_sealed: null,
        totp_confirmed_at: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await setGrants(db, { accountId: id }, ENGINEER);
    if (password !== null) await setPassword(db, id, await hashed(password));
    return id;
  }

  const isBack = (url: URL): boolean => url.pathname === '/api/oidc/callback';
  /** Presses the button and stands before the provider's login page. */
  const press = (browser: Wanderer): Promise<Arrival> => browser.get(`${home}/api/oidc/start`);
  /** Logs in there, and stops where the provider sends the browser back. */
  const logIn = async (browser: Wanderer, login: string): Promise<URL> => {
    const { url } = await press(browser);
    expect(url.origin).toBe(there.issuer);
    return (await browser.post(url.href, { login }, isBack)).url;
  };
  /** All the way. */
  const signIn = async (browser: Wanderer, login: string): Promise<Arrival> =>
    browser.get((await logIn(browser, login)).href);
  const sessionOf = async (browser: Wanderer) => {
    const cookie = `tailwatch_session=${browser.cookie('127.0.0.1', 'tailwatch_session') ?? ''}`;
    return (await app.inject({ url: '/api/session', headers: { cookie } })).json<Record<string, unknown>>();
  };
  /** What stands behind `#` is the code of the refusal. */
  const refusal = ({ url }: Arrival): string => `${url.origin === home ? url.pathname : url.href}${url.hash}`;
  const lastAudit = async () => {
    const row = await db.selectFrom('audit').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow();
    return { who: row.who, action: row.action, facts: row.facts };
  };

  return { app, clock, home, there, openId, linked, isBack, press, logIn, signIn, sessionOf, refusal, lastAudit };
}
