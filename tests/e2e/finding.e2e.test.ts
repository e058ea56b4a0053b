import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { LEVEL_TOPIC, pageSite } from '../support/page-site.ts';
import { startSpine } from '../support/spine.ts';
import type { Spine } from '../support/spine.ts';
import { testDatabase } from '../support/test-database.ts';

/** A picture of one pixel, as a phone would send one. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe.skipIf(lacksBrowser)('a finding from a phone, with simulated telephones', async () => {
  const { url: databaseUrl } = await testDatabase();
  let spine: Spine;
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = process.env['PICTURES'] ?? (await mkdtemp(join(tmpdir(), 'tailwatch-finding-')));
    browser = await openBrowser();
    spine = await startSpine({ databaseUrl, site: pageSite() });
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.setDefaultTimeout(60_000);
    await spine.measure(LEVEL_TOPIC, 338.6);
    await page.goto(`${spine.url}#rounds`);
    await page.getByLabel('账号').fill(spine.account.name);
    await page.getByLabel('密码').fill(spine.account.password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.locator('.report-form').first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await spine?.[Symbol.asyncDispose]();
    if (process.env['PICTURES'] === undefined) await rm(folder, { recursive: true, force: true });
  });

  it('at orange makes a telephone ring that says what was found, and is on the wall with its photo', async () => {
    await page.getByLabel('管涌').check();
    await page.getByLabel('橙色预警').check();
    await page.getByLabel('位置说明').fill('三号坝段下游坡脚');
    await page.getByLabel('照片').setInputFiles({ name: 'seep.png', mimeType: 'image/png', buffer: PNG });
    await page.screenshot({ path: join(folder, 'finding-report-390.png'), fullPage: true });
    await page.getByRole('button', { name: '上报橙色预警，立即叫应' }).click();
    await page.getByText('已上报。').waitFor();
    const calls = async () => (await spine.phones.log()).calls;
    await expect
      .poll(async () => (await calls()).map(({ say }) => say).join('\n'), { timeout: 60_000 })
      .toContain('人工巡查发现管涌，三号坝段下游坡脚');
    expect((await calls())[0]?.say).toContain('橙色预警叫应');
    await page.locator('.finding img').first().waitFor();
    await page.screenshot({ path: join(folder, 'findings-390.png'), fullPage: true });
    // No page is wider than the phone.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.screenshot({ path: join(folder, 'findings-1440.png'), fullPage: true });
    await page.goto(`${spine.url}#`);
    await page.locator('.reports .report').filter({ hasText: '管涌' }).waitFor();
    await page.screenshot({ path: join(folder, 'finding-wall-1440.png'), fullPage: true });
  });
});
