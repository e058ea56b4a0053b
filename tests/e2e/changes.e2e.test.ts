import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applySite, loadSites } from '../../src/app/site-config-store.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { signIn, testGateway } from '../gateway/test-gateway.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { testDatabase } from '../support/test-database.ts';

const TEXT = await readFile(new URL('../support/small-pond.yaml', import.meta.url), 'utf8');
const PAGE = fileURLToPath(new URL('../../dist/dashboards', import.meta.url));

describe.skipIf(lacksBrowser)('changes in a real browser: one proposes, another decides', async () => {
  const database = await testDatabase();
  const { db, pool } = database;
  const house = await testGateway(database, { pageFolder: PAGE });
  const folder = await mkdtemp(join(tmpdir(), 'tailwatch-changes-'));
  let browser: Browser;
  let li: Page;
  let wang: Page;

  const signedIn = async (name: string): Promise<Page> => {
    const cookie = await signIn(house, database, name, [{ role: 'engineer', siteId: null }]);
    await pool.query('update session set second_factor = true');
    const [key = '', value = ''] = cookie.split('=');
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    await context.addCookies([{ name: key, value, url: house.url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    return page;
  };
  const picture = async (page: Page, name: string) => {
    const path = join(process.env['PICTURES'] ?? folder, `${name}.png`);
    await page.screenshot({ path, fullPage: true });
    expect((await stat(path)).size).toBeGreaterThan(10_000);
  };
  const hand = (page: Page, text: string) =>
    page
      .locator('input[type=file]')
      .setInputFiles({ name: 'pond.yaml', mimeType: 'text/yaml', buffer: Buffer.from(text) });
  const shows = (page: Page, text: string, where = 'main') =>
    page.locator(where).filter({ hasText: text }).first().waitFor();

  beforeAll(async () => {
    house.clock.set(hostClock().now());
    browser = await openBrowser();
    await applySite(db, { text: TEXT, name: 'pond.yaml', who: 'test', now: house.clock.now() });
    await pool.query(
      `insert into level_state (target, site_id, sensor_id, level, state_version, pending, config_version, changed_at)
       select 'demo-pond/rain', 'demo-pond', id, 'yellow', 3, '{}', 1, now() from sensor where code = 'rain'`,
    );
    [li, wang] = [await signedIn('li'), await signedIn('wang')];
    await li.goto(`${house.url}/#changes`);
    await wang.goto(house.url);
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('a wrong file is told with every place', async () => {
    await hand(li, TEXT.replace('unit: mm', 'unit: furlong'));
    await shows(li, 'sensors[1].unit', '.fault');
  });

  it('what a file changes is shown before it is sent, and then waits for somebody else', async () => {
    await hand(li, TEXT.replace('red: 338.89', 'red: 338.95').replace('on: 2024-05-01', 'on: 2026-05-01'));
    await shows(li, 'rules[pond-level].limits.red', '.review-loosening');
    await picture(li, 'review');
    await li.getByRole('button', { name: '提交' }).first().click();
    const dialog = li.locator('dialog[open]');
    await dialog.getByLabel('理由').fill('按五月测量结果');
    await dialog.getByRole('button', { name: '提交' }).click();
    await shows(li, '这是您提出的：须由另一人审批。', '.change');
    expect(await li.getByRole('button', { name: '批准' }).count()).toBe(0);
    await picture(li, 'own');
  });

  it('the other is told on every page, and approves', async () => {
    await wang.reload();
    await shows(wang, '1 项变更等待您审批', '.banners');
    await picture(wang, 'banner');
    await wang.getByRole('link', { name: '去审批' }).click();
    await shows(wang, '按五月测量结果', '.change');
    await picture(wang, 'decide');
    await wang.getByRole('button', { name: '批准' }).first().click();
    const dialog = wang.locator('dialog[open]');
    await dialog.getByLabel('理由').fill('与测量报告一致');
    await picture(wang, 'dialog');
    await dialog.getByRole('button', { name: '批准' }).click();
    await shows(wang, '已批准', '.change');
    expect((await loadSites(db))[0]).toMatchObject({
      version: 2,
      config: { rules: [{ limits: { red: 338.95 } }, {}, {}, {}] },
    });
  });

  it('a level that stands is proposed to be lowered', async () => {
    await li.getByRole('button', { name: '提议降级' }).click();
    const dialog = li.locator('dialog[open]');
    await dialog.getByLabel('降到').selectOption('normal');
    await dialog.getByLabel('理由').fill('雨量计被鸟窝堵塞');
    await dialog.getByRole('button', { name: '提议降级' }).click();
    await shows(li, '降水量 由黄降为正常', '.change');
    await picture(li, 'lowering');
  });

  it('nothing sticks out of a narrow phone, in both languages', async () => {
    await li.setViewportSize({ width: 360, height: 780 });
    for (const language of ['English', '中文']) {
      await li.getByRole('button', { name: language }).click();
      await li.locator('.change').first().waitFor();
      expect(await li.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      await picture(li, `narrow-${language === 'English' ? 'en' : 'zh'}`);
    }
  });
});
