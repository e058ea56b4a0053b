import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/core/access.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { desksOf, storeMine } from '../gateway/marked-mines.ts';
import { signIn, testGateway } from '../gateway/test-gateway.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { testDatabase } from '../support/test-database.ts';

const PAGE = fileURLToPath(new URL('../../dist/dashboards', import.meta.url));

describe.skipIf(lacksBrowser)(
  'alarms, accident and figures in a real browser, at a desk and on a telephone',
  async () => {
    const database = await testDatabase();
    const { db, pool } = database;
    const house = await testGateway(database, { ...desksOf(db), pageFolder: PAGE });
    const folder = await mkdtemp(join(tmpdir(), 'tailwatch-alarms-'));
    let browser: Browser;
    let desk: Page;
    let telephone: Page;

    const signedIn = async (name: string, width: number, roles: readonly Role[]): Promise<Page> => {
      const grants = roles.map((role) => ({ role, siteId: null }));
      const cookie = await signIn(house, database, name, grants);
      await pool.query('update session set second_factor = true');
      const [key = '', value = ''] = cookie.split('=');
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      await context.addCookies([{ name: key, value, url: house.url }]);
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      return page;
    };
    const picture = async (page: Page, name: string) => {
      const path = join(process.env['PICTURES'] ?? folder, `${name}.png`);
      await page.screenshot({ path, fullPage: true });
      expect((await stat(path)).size).toBeGreaterThan(10_000);
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect({ name, wide }).toEqual({ name, wide: 0 });
    };
    const shows = (page: Page, text: string) => page.locator('main').filter({ hasText: text }).first().waitFor();

    beforeAll(async () => {
      house.clock.set(hostClock().now());
      browser = await openBrowser();
      await storeMine(db, 'graphite', ['+861000000011', '+861000000012', '+861000000013']);
      desk = await signedIn('li', 1440, ['operator', 'engineer']);
      telephone = await signedIn('wang', 390, ['engineer']);
    });
    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('a red alarm is acknowledged, and that it ends is said', async () => {
      await desk.goto(`${house.url}/#alarms`);
      await shows(desk, '未确认');
      await desk.getByRole('button', { name: '确认', exact: true }).click();
      await shows(desk, 'li 已确认');
      await picture(desk, 'alarms-desk');
    });

    it('shelving it waits for another person, who agrees on a telephone; then it is among the hidden', async () => {
      await desk.getByRole('button', { name: '搁置' }).first().click();
      const dialog = desk.locator('dialog[open]');
      await dialog.getByLabel('小时数').fill('2');
      await dialog.getByLabel('理由').fill('现场有人');
      await dialog.getByRole('button', { name: '搁置' }).click();
      await dialog.waitFor({ state: 'detached' }).catch(() => {});
      await telephone.goto(`${house.url}/#changes`);
      await shows(telephone, '搁置 2 小时');
      await telephone.getByRole('button', { name: '批准' }).first().click();
      const asked = telephone.locator('dialog[open]');
      await asked.getByLabel('理由').fill('已核实');
      await asked.getByRole('button', { name: '批准' }).click();
      await telephone.goto(`${house.url}/#alarms`);
      await shows(telephone, 'li, approved by wang 搁置到');
      await picture(telephone, 'alarms-telephone');
    });

    it('an accident is declared, the countdown runs, and who was told is on record', async () => {
      await desk.goto(`${house.url}/#accident`);
      await desk.getByRole('button', { name: '宣布事故' }).click();
      const form = desk.locator('dialog[open]');
      await form.getByLabel('发生了什么').fill('坝体滑塌');
      await form.getByLabel('地点').fill('2 号断面');
      await form.getByRole('button', { name: '宣布事故' }).click();
      await shows(desk, '县级应急管理局');
      await shows(desk, '还剩');
      await shows(desk, '伤亡情况尚不清楚');
      await desk.getByRole('button', { name: '已报告' }).first().click();
      const told = desk.locator('dialog[open]');
      await told.getByLabel('理由').fill('陈女士，电话');
      await told.getByRole('button', { name: '已报告' }).click();
      await shows(desk, '陈女士，电话');
      await picture(desk, 'accident-desk');
      await telephone.goto(`${house.url}/#accident`);
      await shows(telephone, '坝体滑塌');
      await picture(telephone, 'accident-telephone');
    });

    it('the figures are there', async () => {
      await desk.goto(`${house.url}/#figures`);
      await shows(desk, '报警最多的十个');
      await picture(desk, 'figures-desk');
      await telephone.goto(`${house.url}/#figures`);
      await shows(telephone, '值守人员的夜晚');
      await picture(telephone, 'figures-telephone');
    });
  },
);
