import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evacuationGroupDesk } from '../../src/app/evacuation-group-desk.ts';
import { databaseClock } from '../../src/platform/clock.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { LEVEL_TOPIC, pageSite } from '../support/page-site.ts';
import { startSpine } from '../support/spine.ts';
import type { Spine } from '../support/spine.ts';
import { testDatabase } from '../support/test-database.ts';

const AT_HOME = ['+861000000041', '+861000000042'];

describe.skipIf(lacksBrowser)('an order to evacuate, in a real browser', async () => {
  const { url: databaseUrl } = await testDatabase();
  let spine: Spine;
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = process.env['PICTURES'] ?? (await mkdtemp(join(tmpdir(), 'tailwatch-ordered-')));
    browser = await openBrowser();
    spine = await startSpine({ databaseUrl, site: pageSite() });
    const desk = evacuationGroupDesk({ db: spine.database.db, clock: databaseClock() });
    const members = AT_HOME.map((phone, i) => ({
      name: `住户${String(i + 1)}`,
      phones: [phone],
      place: '下河村',
      persons: 3,
      note: '',
      marshal: null,
    }));
    const village = {
      name: { zh: '下河村', en: 'Village' },
      kind: 'village',
      route: '沿河东路上山',
      assembly: '小学操场',
    };
    await desk.write('story', 'village', { ...village, kind: 'village', members }, { accountId: null, name: 'chief' });
    await Promise.all(AT_HOME.map((phone) => spine.phones.phone(phone).answers(['1'])));
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    await page.goto(spine.url);
    await page.getByLabel('账号').fill(spine.account.name);
    await page.getByLabel('密码').fill(spine.account.password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.locator('.tile').first().waitFor();
    await spine.measure(LEVEL_TOPIC, 339.05);
    await page.locator('.callout .stages').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await spine?.[Symbol.asyncDispose]();
    if (process.env['PICTURES'] === undefined) await rm(folder, { recursive: true, force: true });
  });

  const picture = (name: string) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });

  it('stands on the panel as untold until one press tells everybody who is listed', async () => {
    await page.getByRole('button', { name: '报告处置或下达命令…' }).click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByLabel('撤离', { exact: true }).check();
    await dialog.getByLabel('我确认下达撤离命令').check();
    await dialog.getByRole('button', { name: '下达撤离命令' }).click();
    const proposal = page.locator('.ordered-evacuation');
    await proposal.filter({ hasText: '下令撤离，名单上的人还没有通知' }).waitFor();
    const press = proposal.getByRole('button', { name: '立即通知撤离：1 个名单，6 人' });
    await press.waitFor();
    await picture('ordered-1440');
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await picture('ordered-390');
    expect((await spine.phones.log()).calls.filter(({ to }) => AT_HOME.includes(to))).toEqual([]);
    await press.click();
    await page.locator('.orders').filter({ hasText: '已通知名单上的人撤离' }).waitFor();
    expect(await proposal.count()).toBe(0);
    await page.locator('.callout > .button-evacuate').filter({ hasText: '撤离正在进行' }).click();
    await page.locator('.head-safe strong').filter({ hasText: /^6$/u }).waitFor();
    const { calls } = await spine.phones.log();
    expect(
      calls
        .filter(({ to }) => AT_HOME.includes(to))
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual(AT_HOME);
  });
});
