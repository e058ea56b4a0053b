import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { LEVEL_TOPIC, pageSite } from '../support/page-site.ts';
import { startSpine } from '../support/spine.ts';
import type { Spine } from '../support/spine.ts';
import { OFFICER, PRINCIPAL } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';

/** Half a second of silence, as a recorder of calls would give it. */
const WAV = Buffer.concat([
  Buffer.from(
    'RIFF\xc4\x0f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\xa0\x0f\0\0',
    'latin1',
  ),
  Buffer.alloc(4000, 0x80),
]);
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe.skipIf(lacksBrowser)('a drill in a real browser, with simulated telephones', async () => {
  const { url: databaseUrl } = await testDatabase();
  let spine: Spine;
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = process.env['PICTURES'] ?? (await mkdtemp(join(tmpdir(), 'tailwatch-drill-')));
    browser = await openBrowser();
    spine = await startSpine({ databaseUrl, site: pageSite() });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(30_000);
    await spine.phones.phone(OFFICER).answers(['right']);
    await spine.measure(LEVEL_TOPIC, 338.6);
    await page.goto(`${spine.url}#drill`);
    await page.getByLabel('账号').fill(spine.account.name);
    await page.getByLabel('密码').fill(spine.account.password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { name: '叫应演练' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await spine?.[Symbol.asyncDispose]();
    if (process.env['PICTURES'] === undefined) await rm(folder, { recursive: true, force: true });
  });

  const picture = (name: string) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  const principal = () => spine.phones.phone(PRINCIPAL);
  const begin = async (scenario: string) => {
    await page.getByLabel('情景说明（会在电话里读出）').fill(scenario);
    await page.getByRole('button', { name: '立即开始演练' }).click();
    await page.getByRole('button', { name: '再按一次：按红色预警真实呼叫' }).click();
    await page.locator('.drill-running').waitFor();
  };

  it('is pressed twice, rings with its word, is answered by digit and key, and is closed as what is real is', async () => {
    await picture('drill-start-1440');
    await begin('三号断面管涌');
    const call = await principal().expectCall({ withinMs: 60_000 });
    expect((await call.look()).say).toMatch(
      /^演练 DRILL。故事尾矿库，红色预警叫应。三号断面管涌（红色）。.*这是演练。$/u,
    );
    await call.thenPress('right');
    await call.thenHears(/^演练 DRILL。已确认，红色，三号断面管涌。/u);
    await call.thenPress('1');
    await call.thenHears(/^演练 DRILL。已记录，由您处置。/u);
    await call.thenHangUp();
    await page.getByText('演练正在进行：三号断面管涌').waitFor();
    await picture('drill-running-1440');
    await page.getByRole('link', { name: '到值班台查看和操作' }).click();
    await page.locator('.callout h2 .tag').filter({ hasText: '演练' }).waitFor();
    await picture('drill-room-1440');
    await page.getByRole('button', { name: '闭环…' }).click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByLabel('谁做了现场检查，检查结果').fill('赵值班：演练，现场无异常');
    await dialog.getByLabel('处置说明').fill('演练顺利');
    await dialog.getByRole('button', { name: '确认闭环' }).click();
    await page.goto(`${spine.url}#drill`);
    await page.locator('.drill-ended').filter({ hasText: '闭环' }).waitFor();
    await page.getByText('上次完成').waitFor();
  });

  it('has its report one click away, with sound and a photo that are played and shown there', async () => {
    await page.getByRole('button', { name: '报告' }).click();
    await page.locator('.callout-report').getByText('李矿长').first().waitFor();
    for (const [name, buffer] of [
      ['通话录音.wav', WAV],
      ['现场.png', PNG],
    ] as const) {
      await page.getByLabel('选择文件').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
      await page.getByRole('button', { name: '添加' }).click();
      await page.locator('.report-files li').filter({ hasText: name }).waitFor();
    }
    await expect
      .poll(() => page.evaluate<number>("document.querySelector('.report-files audio').duration"))
      .toBeCloseTo(0.5, 1);
    await picture('drill-report-1440');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Drills', exact: true }).waitFor();
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await picture('drill-report-390');
    await page.getByRole('button', { name: '中文' }).click();
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('is cut off by a real red: the line is freed, the real call says that it is none, and everybody is told', async () => {
    await begin('四号断面裂缝');
    const drilled = await principal().expectCall({ withinMs: 60_000 });
    await drilled.thenPickUp();
    await spine.alert.kill();
    await spine.alert.start();
    await spine.measure(LEVEL_TOPIC, 338.95);
    const real = await principal().expectCall({ withinMs: 60_000 });
    expect((await real.look()).say).toMatch(/^这不是演练。故事尾矿库，红色预警叫应。/u);
    await drilled.thenEnds();
    await real.thenPress('right');
    await real.thenHears(/^已确认，红色，库水位。/u);
    const written = await principal().expectSms({ withinMs: 60_000 });
    expect(written.text).toMatch(/^(这不是演练！|演练 DRILL。)/u);
    await expect
      .poll(
        async () =>
          (await spine.phones.log()).messages.filter(
            ({ to, text }) => to === PRINCIPAL && text.startsWith('这不是演练！'),
          ).length,
      )
      .toBe(1);
    await page.locator('.drill-ended').filter({ hasText: '真实情况中止' }).waitFor();
    await picture('drill-overtaken-1440');
  });
});
