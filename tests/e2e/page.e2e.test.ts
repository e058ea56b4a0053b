import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { LEVEL_TOPIC, pageSite } from '../support/page-site.ts';
import { startSpine } from '../support/spine.ts';
import type { Spine } from '../support/spine.ts';
import { OFFICER, PRINCIPAL } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';

describe.skipIf(lacksBrowser)('the page in a real browser, before the real service', async () => {
  const { url: databaseUrl } = await testDatabase();
  let spine: Spine;
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tailwatch-page-'));
    browser = await openBrowser();
    spine = await startSpine({ databaseUrl, site: pageSite() });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(60_000);
    await spine.measure(LEVEL_TOPIC, 338.6);
    await page.goto(spine.url);
  });
  afterAll(async () => {
    await browser?.close();
    await spine?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const tile = () => page.locator('.tile');
  const shows = (text: string, where = 'body') => page.locator(where).filter({ hasText: text }).first().waitFor();
  const picture = async (name: string) => {
    const path = join(folder, `${name}.png`);
    await page.screenshot({ path });
    expect((await stat(path)).size).toBeGreaterThan(20_000);
  };

  it('refuses a wrong password in words and lets the operator in with the right one', async () => {
    await page.getByLabel('账号').fill(spine.account.name);
    await page.getByLabel('密码').fill('not this one');
    await page.getByRole('button', { name: '登录' }).click();
    await shows('账号或密码不对', '.fault');
    await page.getByLabel('密码').fill(spine.account.password);
    await page.getByRole('button', { name: '登录' }).click();
    await shows('故事尾矿库', 'h1');
    await shows('三等库', '.mast');
    await shows('头顶库', '.mast');
    await shows('电话为模拟：不会呼叫任何人', '.banners');
  });

  it('shows value, level and age, and the curve moves as readings come', async () => {
    await shows('338.60', '.tile');
    await shows('正常', '.tile');
    await shows('1 个读数', '.curve footer');
    const canvas = page.locator('.plot canvas');
    const before = await canvas.screenshot();
    for (const value of [338.62, 338.64, 338.66]) await spine.measure(LEVEL_TOPIC, value);
    await shows('338.66', '.tile');
    await shows('4 个读数', '.curve footer');
    expect((await canvas.screenshot()).equals(before)).toBe(false);
    expect(await page.locator('.plot-frame').getAttribute('aria-label')).toContain('338.66 m');
  });

  it('shows the callout of a rise, which the control room settles at yellow', async () => {
    await spine.measure(LEVEL_TOPIC, 338.82);
    await shows('黄', '.tile');
    await shows('正在叫应', '.callout');
    await shows('赵值班', '.calling');
    await spine.phones.phone(OFFICER).expectCall();
    await shows('应答后，黄级停止呼叫', '.answer');
    expect(await page.locator('.countdown .number').innerText()).toMatch(/^[12]:\d\d$/);
    await page.getByRole('button', { name: '值班台应答' }).click();
    await shows('值班室 已应答', '.run.run-yellow');
    await shows('已应答，待闭环', '.callout');
    await picture('yellow-answered');
  });

  it('says honestly that the control room cannot settle red, and who did', async () => {
    await spine.measure(LEVEL_TOPIC, 338.95);
    const officer = await spine.phones.phone(OFFICER).expectCall();
    const principal = await spine.phones.phone(PRINCIPAL).expectCall();
    await shows('李矿长', '.calling.run-red');
    await shows('响铃中', '.run-red');
    await shows('值班台应答不能停止红、橙级呼叫', '.answer');
    await page.getByRole('button', { name: '值班台应答' }).click();
    await shows('已知悉，未停止任何级别的呼叫', '.record');
    expect(await page.locator('.calling.run-red').count()).toBe(1);
    await picture('red-calling');
    await officer.thenPress('right');
    await shows('赵值班 已应答', '.run.run-orange');
    await shows('正在叫应', '.callout');
    await principal.thenPress('wrong');
    await shows('李矿长 按错键', '.log');
    await principal.thenPress('right');
    await shows('李矿长 已应答', '.run.run-red');
    await shows('已应答，待闭环', '.callout');
    expect(await page.locator('.calling').count()).toBe(0);
  });

  it('shows the stages with their clocks, takes an order on the word of one who has answered, and counts heads', async () => {
    await shows('前须报告处置', '.stages');
    await page.getByRole('button', { name: '报告处置或下达命令…' }).click();
    await page.getByLabel('撤离', { exact: true }).check();
    await page.getByLabel('由谁决定').selectOption({ label: '李矿长' });
    await page.getByLabel('应撤离人数').fill('42');
    await page.getByLabel('撤离路线').fill('北侧道路');
    const send = page.getByRole('button', { name: '下达撤离命令' });
    expect(await send.isDisabled()).toBe(true);
    await page.getByLabel('我确认下达撤离命令').check();
    await send.click();
    await shows('已响应，待闭环', '.callout');
    await shows('已到 0 人，应到 42 人', '.orders');
    await page.getByLabel('已到人数').fill('42');
    await page.getByRole('button', { name: '登记人数' }).click();
    await shows('已到 42 人，应到 42 人', '.orders');
    await picture('responding');
    await page.setViewportSize({ width: 390, height: 844 });
    await picture('responding-390');
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('switches to English, and remembers it', async () => {
    await page.getByRole('button', { name: 'English' }).click();
    await shows('Phones are simulated: nobody will be called', '.banners');
    await page.reload();
    await shows('Story pond', 'h1');
    await shows('Li answered', '.run.run-red');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await picture('english');
  });

  it('says loudly that the connection is lost, comes back by itself and has missed no event', async () => {
    await spine.gateway.kill();
    await shows('Connection to the server lost', '.banner-loud');
    await shows('cannot verify', '.tile');
    await picture('lost');
    for (const value of [338.87, 338.84, 338.78, 338.6]) await spine.measure(LEVEL_TOPIC, value);
    await spine.gateway.start();
    const lost = page.locator('.banner-loud').filter({ hasText: 'Connection to the server lost' });
    await lost.waitFor({ state: 'detached', timeout: 30_000 });
    for (const [from, to] of [
      ['red', 'orange'],
      ['orange', 'yellow'],
      ['yellow', 'blue'],
      ['blue', 'normal'],
    ]) {
      await shows(`Pond level fell from ${String(from)} to ${String(to)}`, '.log');
    }
    await eventually(async () => /normal/i.test(await tile().innerText()), { what: 'a normal tile' });
    await shows('338.60', '.tile');
  });

  it('releases the callout with a note, after a second question', async () => {
    await page.getByRole('button', { name: 'Release…' }).click();
    const confirm = page.getByRole('button', { name: 'Release', exact: true });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Note').fill('Spillway opened, beach inspected.');
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Who inspected on site').fill('Chief engineer: no seepage.');
    // It is refused, in words, until the calling process has heard too that the level is normal.
    const phase = page.locator('.callout .phase');
    await eventually(
      async () => {
        if (/^released$/i.test(await phase.innerText())) return true;
        await confirm.click({ timeout: 1_000 });
        return false;
      },
      { what: 'the release', withinMs: 60_000 },
    );
    await shows('Spillway opened', '.log');
  });

  it('signs out, and shows nothing to whoever comes next', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await shows('Control-room sign-in', 'h1');
    await page.reload();
    await shows('Control-room sign-in', 'h1');
    expect(await page.locator('.tile').count()).toBe(0);
  });
});
