import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SiteOverview } from '../../src/contract/http.ts';
import { fixtureServer } from '../dashboards/support/fixture-server.ts';
import type { FixtureServer, Scene } from '../dashboards/support/fixture-server.ts';
import { largeSite, sampleConnections, sampleWork } from '../dashboards/support/large-site.ts';
import { sampleCallout, sampleEvents } from '../dashboards/support/sample-site.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';

const scene = (changes: Partial<SiteOverview> = {}, of: Partial<Scene> = {}): Scene => ({
  signedIn: true,
  overview: () => largeSite(Date.now(), changes),
  curve: (sensorId, from, to) => ({ sensorId, from, to, stored: 1, points: [[to - 90_000, 338.8, 0]] }),
  quarantine: { dropped: 0, counts: [{ reason: 'value-null', count: 3 }], newest: [] },
  connections: () => sampleConnections(Date.now()),
  work: [sampleWork(Date.now())],
  events: sampleEvents(Date.now()),
  judge: 'well',
  up: true,
  posts: [],
  ...of,
});

describe.skipIf(lacksBrowser)('the page of a site with fifty sensors', () => {
  let browser: Browser;
  let server: FixtureServer;
  let page: Page;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterEach(async () => {
    await page.close();
    await server.close();
  });
  afterAll(() => browser?.close());

  const open = async (of: Scene, { width = 1920, height = 1080, language = 'zh', at = '' } = {}) => {
    server = await fixtureServer(of);
    page = await browser.newPage({ viewport: { width, height } });
    page.setDefaultTimeout(60_000);
    await page.addInitScript(`localStorage.setItem('tailwatch.language', '${language}')`);
    await page.goto(server.url + at);
    await page.locator('.mast').waitFor();
  };
  const tile = (name: string) => page.locator('.tile').filter({ hasText: name }).first();
  const loud = () => page.locator('.banner-loud').allInnerTexts();

  it.each([
    [1920, 1080],
    [1440, 900],
    [390, 844],
  ])('names every level that stands in sight at %i by %i, also while people are called', async (width, height) => {
    await open(scene({ callout: sampleCallout(Date.now()) }), { width, height });
    await page.locator('.chip').nth(4).waitFor();
    for (const chip of await page.locator('.chip').all()) {
      const box = await chip.boundingBox();
      expect(box === null ? Infinity : box.y + box.height).toBeLessThanOrEqual(height);
    }
    expect(await page.locator('.chip').first().innerText()).toContain('库水位');
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });

  it('shows an unverified red at once, and says that nobody is called', async () => {
    await open(scene());
    const face = tile('测点 1-2 浸润线埋深');
    const says = /红[\s\S]*未核实[\s\S]*存疑：毛刺、变化过快/;
    await eventually(async () => says.test(await face.innerText()), { what: 'the face' });
    expect(await face.getAttribute('class')).toContain('tile-red');
    expect(await page.locator('.banner-unverified').innerText()).toMatch(/测点 1-2 浸润线埋深 红[\s\S]*不会呼叫任何人/);
  });

  it('A7 says of a limit nobody approved, and of a point being set up, that no phone rings', async () => {
    await open(scene());
    await tile('24 小时降水量').waitFor();
    expect(await tile('24 小时降水量').innerText()).toMatch(/橙[\s\S]*未批准，不拨电话/);
    expect(await tile('测点 3-3 浸润线埋深').innerText()).toContain('调试');
    await tile('24 小时降水量').click();
    expect(await page.locator('.curve footer').innerText()).toContain('限值未批准');
    await tile('库水位').click();
    expect(await page.locator('.curve footer').innerText()).toContain('总工程师 2023-11-20 批准（设计报告 2023-11）');
  });

  it.each(['', '#connections', '#points'])('says NOT GUARDED loudly on the page "%s"', async (at) => {
    await open(scene({ guarded: false }), { language: 'en', at });
    await eventually(async () => (await loud()).join().includes('NOT GUARDED'), { what: 'the banner' });
  });

  it('says that nothing is recorded, since when, and of each tile that it is in memory', async () => {
    const since = Date.now() - 130_000;
    const target = { siteId: 'demo-pond', target: 'demo-pond/gnss-1-velocity', verified: true, guarded: true } as const;
    await open(
      scene(
        {},
        {
          judge: { at: Date.now(), broker: true, database: false },
          unrecorded: {
            at: Date.now(),
            since,
            targets: [{ ...target, level: 'orange', value: 11, limit: 10, observedAt: since + 5000 }],
          },
        },
      ),
    );
    await eventually(async () => (await loud()).join().includes('数据未入库：数据库断开，正在内存中判警'), {
      what: 'the banner',
    });
    await eventually(async () => /橙[\s\S]*未入库/.test(await tile('坝体 GNSS 1 速率').innerText()), {
      what: 'the tile',
    });
    expect(await tile('坝体 GNSS 2 速率').innerText()).toContain('正常');
    const { sensorId } = server.scene.overview().sensors.find(({ code }) => code === 'pond-level') ?? { sensorId: 0 };
    const at = Date.now();
    const reading = { type: 'readings', siteId: 'demo-pond', thinned: false } as const;
    server.tell({ ...reading, recorded: false, readings: [[sensorId, at, at, 339.12, 0]] });
    await eventually(async () => /339\.12/.test(await tile('库水位').innerText()), { what: 'the reading' });
    expect(await tile('库水位').innerText()).toContain('未入库');
    expect(await page.locator('.curve footer').innerText()).toContain('未入库');
    server.tell({ ...reading, readings: [[sensorId, at, at, 339.12, 0]] });
    await eventually(async () => !(await tile('库水位').innerText()).includes('未入库'), { what: 'the mark gone' });
  });

  it('tells how each source is doing, and opens the curve of a channel', async () => {
    await open(scene(), { at: '#connections' });
    const rows = page.locator('.source-row');
    await rows.first().waitFor();
    expect(await rows.nth(0).innerText()).toContain('从未收到');
    expect(await rows.nth(1).innerText()).toContain('时钟超前 3 分 5 秒');
    expect(await rows.nth(2).innerText()).toMatch(/拒收：数值为空/);
    expect(await page.locator('.line').innerText()).toContain('数据在入库');
    await page.getByRole('button', { name: '渗压计 1-3 频率' }).click();
    await page.locator('.curve h2').filter({ hasText: 'piezo-1-3-frequency · Hz' }).waitFor();
  });

  it('has refused messages read again, and says what came of it', async () => {
    await open(scene(), { at: '#connections' });
    await page.getByRole('button', { name: '重新处理' }).click();
    await page.getByRole('button', { name: '正在重新处理…' }).waitFor();
    server.scene.replay = { replayId: 7, requestedAt: 1, doneAt: 2, stored: 200, refused: 3 };
    await page.getByText('处理完成：200 条成为读数，3 条仍被拒收。').waitFor();
    expect(server.scene.posts.map(({ path }) => path)).toEqual(['/api/sites/demo-pond/quarantine/replay']);
  });

  it('A8 asks who patrols instead when a point is the last eye of its section', async () => {
    await open(scene(), { at: '#points' });
    const first = page.locator('.point').filter({ hasText: '测点 1-1' });
    await first.getByRole('button').first().click();
    server.scene.refuse = { path: '/maintenance', status: 409, body: { code: 'point/last-eye', title: 'last eye' } };
    await page.getByLabel('检修原因').fill('换电池');
    await page.getByRole('button', { name: '开始检修' }).click();
    await page.getByText('须先安排替代巡查').waitFor();
    server.scene.refuse = undefined;
    await page.getByLabel('替代巡查人').fill('王建军');
    await page.getByRole('button', { name: '开始检修' }).click();
    await eventually(() => server.scene.posts.length === 2, { what: 'the second request' });
    expect(JSON.parse(server.scene.posts[1]?.body ?? '')).toEqual({
      point: 'piezo-1-1',
      reason: '换电池',
      minutes: 60,
      substitute: { who: '王建军', everyMinutes: 60 },
    });
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
  });

  it.each([
    ['', 'zh', 360],
    ['', 'en', 390],
    ['#connections', 'en', 360],
    ['#points', 'en', 360],
    ['', 'en', 1440],
    ['#connections', 'zh', 1440],
  ] as const)('page "%s" in %s at %i pixels: nothing sticks out', async (at, language, width) => {
    // While people are called and messages were refused, what leads from page to page is at its widest.
    await open(scene({ callout: sampleCallout(Date.now()), quarantined: 34 }), { width, height: 900, language, at });
    await page.locator('.panel').first().waitFor();
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(await page.locator('body').innerText()).not.toMatch(/[{}]|undefined|NaN/);
  });
});
