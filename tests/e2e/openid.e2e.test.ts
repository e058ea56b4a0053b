import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    page.setDefaultTimeout(15_000);
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
    await shows('故事尾矿库', 'h1');
  });
});
