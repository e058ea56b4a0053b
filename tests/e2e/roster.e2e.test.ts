import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostClock } from '../../src/platform/clock.ts';
import { localDate } from '../../src/core/zone.ts';
import { storePond } from '../gateway/pond.ts';
import { signIn, testGateway } from '../gateway/test-gateway.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { testDatabase } from '../support/test-database.ts';

const PAGE = fileURLToPath(new URL('../../dist/dashboards', import.meta.url));

describe.skipIf(lacksBrowser)('the roster in a real browser', async () => {
  const database = await testDatabase();
  const { db, pool } = database;
  const house = await testGateway(database, { pageFolder: PAGE });
  const folder = await mkdtemp(join(tmpdir(), 'tailwatch-roster-'));
  let browser: Browser;
  let engineer: Page;
  let operator: Page;

  const signedIn = async (name: string, role: 'engineer' | 'operator', width: number): Promise<Page> => {
    const cookie = await signIn(house, database, name, [{ role, siteId: null }]);
    await pool.query('update session set second_factor = true');
    const [key = '', value = ''] = cookie.split('=');
    const context = await browser.newContext({ viewport: { width, height: 900 }, acceptDownloads: true });
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
  const shows = (page: Page, text: string, where = 'main') =>
    page.locator(where).filter({ hasText: text }).first().waitFor();
  const today = () => localDate(house.clock.now(), 'Asia/Shanghai');

  beforeAll(async () => {
    house.clock.set(hostClock().now());
    browser = await openBrowser();
    await storePond(db);
    [engineer, operator] = [await signedIn('li', 'engineer', 1440), await signedIn('wang', 'operator', 390)];
    await engineer.goto(`${house.url}/#roster`);
    await operator.goto(`${house.url}/#roster`);
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('without a plan everybody counts as on duty, and it says so', async () => {
    await shows(engineer, '未排班：此职责的全部人员都算在岗', '.roster-now');
  });

  it('a rotation is written down by names, and a gap in it nags on every page', async () => {
    await engineer.getByRole('button', { name: '新增轮值' }).click();
    const form = engineer.locator('dialog[open]');
    await form.getByLabel('编号').fill('officers');
    await form.getByLabel('名称').fill('带班领导轮值');
    await form.getByLabel('职责').selectOption('duty-officer');
    await form.getByLabel('下班时间').fill('20:00');
    await form.getByLabel('首日').fill(today());
    await form.locator('textarea[name=turns]').fill('值班\n矿长');
    await picture(engineer, 'form');
    await form.getByRole('button', { name: '保存' }).click();
    await shows(engineer, '带班领导轮值', '.change-head');
    await shows(engineer, '没有排班', '.change-overdue');
    await engineer.goto(`${house.url}/#points`);
    await engineer.reload();
    await shows(engineer, '空档', '.banners');
    await engineer.goto(`${house.url}/#roster`);
    await shows(engineer, '没有排班', '.change-overdue');
    await picture(engineer, 'roster');
  });

  it('an operator sees it on a phone, and may change nothing but what concerns them', async () => {
    await operator.reload();
    await shows(operator, '带班领导轮值', '.change-head');
    expect(await operator.getByRole('button', { name: '修改' }).count()).toBe(0);
    const width = await operator.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(390);
    await picture(operator, 'phone');
  });

  it('a workbook that is wrong is refused with its cell, and one that was exported is taken', async () => {
    const link = engineer.getByRole('link', { name: '导出 Excel' });
    const [download] = await Promise.all([engineer.waitForEvent('download'), link.click()]);
    const path = join(folder, 'roster.xlsx');
    await download.saveAs(path);
    const wrong = join(folder, 'wrong.xlsx');
    await writeFile(wrong, 'no workbook');
    await engineer.getByRole('button', { name: '导入 Excel' }).click();
    const form = engineer.locator('dialog[open]');
    await form.locator('input[type=file]').setInputFiles(wrong);
    await form.getByRole('button', { name: '保存' }).click();
    await shows(engineer, '不是可用的 Excel 工作簿', 'dialog[open]');
    await form.locator('input[type=file]').setInputFiles(path);
    await form.getByRole('button', { name: '保存' }).click();
    await form.waitFor({ state: 'detached' });
    const { version } = await db
      .selectFrom('duty_roster')
      .select((eb) => eb.fn.max('version').as('version'))
      .executeTakeFirstOrThrow();
    expect(version).toBe(2);
  });

  it('a shift is handed over on the telephone of who leaves and the screen of who comes', async () => {
    await operator.getByRole('button', { name: '开始交接班' }).click();
    await operator.getByRole('button', { name: '交班签字' }).click();
    await shows(operator, '等待接班人签字', '.change-head');
    await operator.getByRole('button', { name: '接班签字' }).click();
    await shows(operator, '须由接班人登录后签', '.fault');
    await engineer.reload();
    await engineer.getByRole('button', { name: '接班签字' }).click();
    await shows(engineer, '双方已签', '.change-head');
    await picture(engineer, 'handed-over');
  });

  it('a number that was never proved says so, and is called when somebody asks', async () => {
    await shows(engineer, '从未证实', 'table');
    await engineer.getByRole('button', { name: '现在拨打' }).first().click();
    await shows(engineer, '正在拨打', 'table');
    expect(await db.selectFrom('proof_call').select(['reason', 'asked_by']).execute()).toEqual([
      { reason: 'asked', asked_by: 'li' },
    ]);
  });
});
