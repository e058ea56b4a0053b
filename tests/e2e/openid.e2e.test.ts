import { TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setGrants } from '../../src/gateway/grants.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { startProvider } from '../support/openid-provider.ts';
import type { TestProvider } from '../support/openid-provider.ts';
import { pageSite } from '../support/page-site.ts';
import { startSpine } from '../support/spine.ts';
import type { Spine } from '../support/spine.ts';
import { testDatabase } from '../support/test-database.ts';

describe.skipIf(lacksBrowser)('signing in at a real OpenID provider, in a real browser, on another site', async () => {
  const { url: databaseUrl } = await testDatabase();
  let provider: TestProvider;
  let spine: Spine;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const port = String(await freePort());
    provider = await startProvider(`http://127.0.0.1:${port}/api/oidc/callback`);
    browser = await openBrowser();
    spine = await startSpine({
      databaseUrl,
      site: pageSite(),
      settings: {
        PORT: port,
        SECRET_KEY: 'a key of the test, long enough to seal with',
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: provider.clientId,
        OIDC_CLIENT_SECRET: provider.clientSecret,
        OIDC_LABEL: '集团',
      },
    });
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(spine.url);
  });
  afterAll(async () => {
    await browser?.close();
    await spine?.[Symbol.asyncDispose]();
    await provider?.[Symbol.asyncDispose]();
  });

  const shows = (text: string, where = 'body') => page.locator(where).filter({ hasText: text }).first().waitFor();
  const press = async () => {
    await page.getByRole('link', { name: '统一身份登录（集团）' }).click();
    await page.getByLabel('Login').waitFor();
    expect(new URL(page.url()).origin).toBe(provider.issuer);
  };
  const logIn = async (login: string) => {
    await press();
    await page.getByLabel('Login').fill(login);
    await page.getByRole('button', { name: 'Continue' }).click();
  };

  it('shows who turned back what happened, once', async () => {
    await logIn('');
    await shows('统一身份系统未放行', '.fault');
    expect(page.url()).toBe(`${spine.url}/`);
    await page.reload();
    await page.getByRole('link', { name: '统一身份登录（集团）' }).waitFor();
    expect(await page.getByText('统一身份系统未放行').count()).toBe(0);
  });

  it('tells whom no account knows what to tell an administrator, and lets them in once they are linked', async () => {
    await logIn('duty-officer');
    await shows('没有对应的账号', '.fault');
    const identity = await page.locator('.identity code').innerText();
    expect(identity).toBe(`${provider.issuer} duty-officer`);
    expect(page.url()).toBe(`${spine.url}/`);
    await spine.database.db.updateTable('account').set({ identity }).where('name', '=', spine.account.name).execute();
    await logIn('duty-officer');
    await shows('故事尾矿库', 'h1');
    const cookies = await page.context().cookies(spine.url);
    expect(cookies).toMatchObject([{ name: 'tailwatch_session', sameSite: 'Strict', httpOnly: true }]);
    await page.reload();
    await shows('故事尾矿库', 'h1');
  });

  it('asks for our own second factor after signing in there; then the roles that wait for it count', async () => {
    const { db } = spine.database;
    const { id } = await db
      .selectFrom('account')
      .select('id')
      .where('name', '=', spine.account.name)
      .executeTakeFirstOrThrow();
    await setGrants(db, { accountId: id }, [{ role: 'engineer', siteId: null }]);
    await page.goto(`${spine.url}/#account`);
    await page.getByRole('button', { name: '设置双重验证' }).click();
    await page.locator('#second-factor').getByLabel('密码').fill(spine.account.password);
    await page.getByRole('button', { name: '下一步' }).click();
    const key = (await page.locator('.key').innerText()).replaceAll(/\s/g, '');
    await page.getByLabel('六位验证码').fill(new TOTP({ secret: key }).generate());
    await page.getByRole('button', { name: '启用' }).click();
    // Not before these are shown has the answer come, whose new cookie would otherwise come after the clearing below.
    await page.locator('.recovery-codes').waitFor();

    await page.context().clearCookies();
    await page.goto(spine.url);
    await logIn('duty-officer');
    await shows('双重验证', 'h1');
    await page.getByLabel('六位验证码').fill('000000');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.locator('.fault').filter({ hasText: /./ }).waitFor();
    // A code is taken once: this is the one after that of the enrolment.
    const next = new TOTP({ secret: key }).generate({ timestamp: Date.now() + 30_000 });
    await page.getByLabel('六位验证码').fill(next);
    await page.getByRole('button', { name: '下一步' }).click();
    await shows('故事尾矿库', 'h1');
    expect(await db.selectFrom('session').select('second_factor').execute()).toContainEqual({ second_factor: true });
  });

  it('says that the provider is away, and takes the password all the same', async () => {
    await page.context().clearCookies();
    await page.reload();
    await provider.away();
    await page.getByRole('link', { name: '统一身份登录（集团）' }).click();
    await shows('统一身份系统连不上', '.fault');
    expect(page.url()).toBe(`${spine.url}/`);
    await page.getByLabel('账号').fill(spine.account.name);
    await page.getByLabel('密码').fill(spine.account.password);
    await page.getByRole('button', { name: '登录', exact: true }).click();
    // The second factor that was set up above is asked for: the provider is not needed.
    await page.getByLabel('六位验证码').waitFor();
  });
});
