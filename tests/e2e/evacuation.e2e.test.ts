import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evacuationGroupDesk } from '../../src/app/evacuation-group-desk.ts';
import type { WrittenGroup } from '../../src/contract/evacuation.ts';
import { databaseClock } from '../../src/platform/clock.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { LEVEL_TOPIC, pageSite } from '../support/page-site.ts';
import { startSpine } from '../support/spine.ts';
import type { Spine } from '../support/spine.ts';
import { testDatabase } from '../support/test-database.ts';

/** Telephones that nobody has. */
const phone = (n: number): string => `+${String(8_610_000_000_000 + n)}`;
const numbers = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => from + i);
const [SAFE, ON_THE_WAY, HELP, WRITERS, AWAY] = [
  numbers(41, 10),
  numbers(51, 5),
  numbers(56, 5),
  numbers(61, 5),
  numbers(66, 5),
];

const households = (of: readonly number[], zh: string, en: string): WrittenGroup => ({
  name: { zh, en },
  kind: 'households',
  route: '沿河东路上山',
  assembly: '小学操场',
  members: of.map((n) => ({
    name: `住户${String(n)}`,
    phones: [phone(n)],
    place: `下河村 ${String(n)} 号`,
    persons: 2,
    note: '',
    marshal: { name: '王组长', phone: phone(49) },
  })),
});

describe.skipIf(lacksBrowser)('an evacuation in a real browser, with simulated telephones', async () => {
  const { url: databaseUrl } = await testDatabase();
  let spine: Spine;
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    folder = process.env['PICTURES'] ?? (await mkdtemp(join(tmpdir(), 'tailwatch-evacuation-')));
    browser = await openBrowser();
    spine = await startSpine({
      databaseUrl,
      site: pageSite(),
      settings: { BROADCAST_CALLS_PER_SECOND: '100', BROADCAST_ROUNDS: '1' },
    });
    const desk = evacuationGroupDesk({ db: spine.database.db, clock: databaseClock() });
    await desk.write('story', 'near', households([...SAFE, ...ON_THE_WAY, ...HELP], '近处住户', 'Near'), {
      accountId: null,
      name: 'chief',
    });
    await desk.write('story', 'far', households([...WRITERS, ...AWAY], '远处住户', 'Far'), {
      accountId: null,
      name: 'chief',
    });
    await Promise.all([
      ...SAFE.map((n) => spine.phones.phone(phone(n)).answers(['1'])),
      ...ON_THE_WAY.map((n) => spine.phones.phone(phone(n)).answers(['9', '2'])),
      ...HELP.map((n) => spine.phones.phone(phone(n)).answers(['3'])),
      ...WRITERS.map((n) =>
        spine.phones
          .phone(phone(n))
          .follows({ behaviour: 'silent' }, { behaviour: 'replies', text: '「１」已到', afterMs: 0 }),
      ),
      ...AWAY.map((n) => spine.phones.phone(phone(n)).cannotBeReached()),
    ]);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    await spine.measure(LEVEL_TOPIC, 338.6);
    await page.goto(spine.url);
    await page.getByLabel('账号').fill(spine.account.name);
    await page.getByLabel('密码').fill(spine.account.password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.locator('.tile').first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await spine?.[Symbol.asyncDispose]();
    if (process.env['PICTURES'] === undefined) await rm(folder, { recursive: true, force: true });
  });

  const head = (standing: string, persons: number) =>
    page
      .locator(`.head-${standing} strong`)
      .filter({ hasText: new RegExp(`^${String(persons)}$`, 'u') })
      .waitFor();
  const picture = (name: string) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });

  it('one way from the room, two presses, and everybody stands where his telephone says', async () => {
    await page.locator('.callout .button-evacuate').click();
    await page.getByRole('button', { name: '撤离！呼叫 60 人' }).waitFor();
    await picture('evacuation-press-1440');
    await page.getByRole('button', { name: '撤离！呼叫 60 人' }).click();
    expect((await spine.phones.log()).calls).toEqual([]);
    await page.getByRole('button', { name: '再按一次：立即呼叫' }).click();
    await head('safe', 30);
    await head('en-route', 10);
    await head('refused', 10);
    await head('unreachable', 10);
    await head('at-risk', 0);
    await picture('evacuation-board-1440');
    const { calls, messages } = await spine.phones.log();
    // Who wrote before his telephone rang was not called.
    const called = calls.map(({ to }) => to);
    expect(new Set(called).size).toBe(called.length);
    expect(called).toEqual(expect.arrayContaining([...SAFE, ...ON_THE_WAY, ...HELP, ...AWAY].map(phone)));
    expect(messages.filter(({ state }) => state !== 'reply')).toHaveLength(30);
    expect([...calls, ...messages].every(({ requests }) => requests <= 1)).toBe(true);
  });

  it('who cannot be reached, or needs help, stands on the door-check list, and is marked by hand', async () => {
    await page.locator('.door-list li').nth(9).waitFor();
    expect(await page.locator('.door-list li').count()).toBe(10);
    const one = page.locator('.door-list li').filter({ hasText: '住户66' });
    await one.getByRole('button', { name: '登记' }).click();
    const dialog = page.locator('dialog');
    await dialog.getByRole('button', { name: '上门中' }).click();
    await dialog.getByLabel('谁上门').fill('王组长');
    await dialog.getByRole('button', { name: '保存' }).click();
    await head('door-check', 2);
    await one.filter({ hasText: '谁上门: 王组长' }).waitFor();
    await one.getByRole('button', { name: '登记' }).click();
    await dialog.getByRole('button', { name: '安全', exact: true }).click();
    await dialog.getByRole('button', { name: '保存' }).click();
    await head('safe', 32);
    expect(await page.locator('.door-list li').count()).toBe(9);
  });

  it('goes on after the process that calls was killed, and is read on a telephone and in English', async () => {
    const before = (await spine.phones.log()).calls.length;
    await spine.alert.kill();
    await spine.alert.start();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('.head-safe').filter({ hasText: 'safe' }).waitFor();
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await picture('evacuation-board-390');
    await page.getByRole('button', { name: '中文' }).click();
    expect((await spine.phones.log()).calls).toHaveLength(before);
  });

  it('ends by a person who says that not everybody is safe, and stands among those before', async () => {
    await page.getByRole('button', { name: '结束撤离' }).click();
    const dialog = page.locator('dialog');
    await dialog.getByLabel('结束说明').fill('险情解除，逐户核查中');
    expect(await dialog.getByRole('button', { name: '结束撤离' }).isDisabled()).toBe(true);
    await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: '结束撤离' }).click();
    await page.locator('.broadcast').filter({ hasText: '险情解除，逐户核查中' }).waitFor();
    await page.locator('.evacuation-past li').filter({ hasText: '32/60 人安全' }).waitFor();
  });
});
