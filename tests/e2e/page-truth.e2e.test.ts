import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SiteOverview } from '../../src/contract/http.ts';
import { fixtureServer } from '../dashboards/support/fixture-server.ts';
import type { FixtureServer, Scene } from '../dashboards/support/fixture-server.ts';
import { sampleCallout, sampleEvents, sampleSite } from '../dashboards/support/sample-site.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';

const scene = (changes: Partial<SiteOverview> = {}): Scene => ({
  signedIn: true,
  overview: () => sampleSite(Date.now(), changes),
  curve: (sensorId, from, to) => ({
    sensorId,
    from,
    to,
    stored: 2,
    points: [
      [to - 90_000, 338.8, 0],
      [to - 85_000, 338.9, 1],
    ],
  }),
  quarantine: {
    dropped: 0,
    counts: [{ reason: 'value-null', count: 3 }],
    newest: [
      {
        id: 1,
        receivedAt: Date.now(),
        siteId: null,
        topic: 'a/b',
        reason: 'value-null',
        detail: '$.value is null',
        replayedAt: null,
        payload: '<b>{"value":null}</b>',
      },
    ],
  },
  events: sampleEvents(Date.now()),
  judge: 'well',
  up: true,
  posts: [],
});

describe.skipIf(lacksBrowser)('what the page says when not all is well', () => {
  let browser: Browser;
  let server: FixtureServer;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterEach(async () => {
    await page.close();
    await server.close();
  });
  afterAll(() => browser?.close());

  const open = async (of: Scene, width = 1280, language = 'zh') => {
    complaints.length = 0;
    server = await fixtureServer(of);
    page = await browser.newPage({ viewport: { width, height: 800 } });
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.addInitScript(`localStorage.setItem('tailwatch.language', '${language}')`);
    await page.goto(server.url);
    await page.locator('.tile').first().waitFor();
  };
  const loud = () => page.locator('.banner-loud').allInnerTexts();
  const faces = () => page.locator('.tile-face').allInnerTexts();

  it('nobody can be called: without a carrier, and with one that is unreachable', async () => {
    await open(scene({ carrier: null }));
    expect(await loud()).toEqual([expect.stringContaining('没有配置电话线路：无法呼叫任何人')]);
    server.scene.overview = () =>
      sampleSite(Date.now(), { carrier: { simulated: true, reachable: false, detail: 'refused', page: null } });
    await page.reload();
    await eventually(async () => (await loud()).join().includes('电话线路不通：现在无法呼叫任何人'), {
      what: 'the banner',
    });
    expect(await page.locator('.banner-standing').innerText()).toContain('电话为模拟：不会呼叫任何人');
  });

  it.each([
    ['is silent', null, '听不到判警程序'],
    ['has lost its database', { at: 0, broker: true, database: false }, '数据库写不进去'],
    ['has lost its broker', { at: 0, broker: false, database: true }, '数据总线断开'],
  ] as const)('not recorded: the judge %s, and no sensor looks normal', async (_, judge, words) => {
    await open({ ...scene(), judge });
    await eventually(async () => (await loud()).join().includes(words), { what: 'the banner' });
    for (const face of await faces()) expect(face).toContain('无法核实');
    expect(await page.locator('.tile').last().getAttribute('class')).toContain('tile-unknown');
  });

  it('a sensor that is blind, one without data and one without limits never look normal; a red one stays red', async () => {
    const sample = sampleSite();
    const sensors = sample.sensors.map((sensor, i) => {
      if (i === 0) return { ...sensor, visibility: 'blind' as const };
      return i === 3 ? { ...sensor, newest: null } : sensor;
    });
    await open({
      ...scene(),
      overview: () => ({
        ...sampleSite(Date.now()),
        sensors: sensors.map((sensor, i) =>
          i === 0 || i === 3 ? sensor : (sampleSite(Date.now()).sensors[i] ?? sensor),
        ),
        rules: sample.rules.filter(({ sensorId }) => sensorId !== 2),
      }),
    });
    await eventually(async () => (await faces()).join('|').replaceAll('\n', ' ') === '红 失联|蓝|无数据|未设限值', {
      what: 'the faces of the tiles',
    });
    expect(await page.locator('.tile-normal').count()).toBe(0);
  });

  it('nothing has ever been heard: the headline says unknown, hatched, and never normal', async () => {
    const mute = (): SiteOverview => {
      const sample = sampleSite(Date.now(), { level: 'normal' });
      return {
        ...sample,
        sensors: sample.sensors.map((sensor) => ({ ...sensor, newest: null, visibility: 'blind' as const })),
        rules: sample.rules.map((rule) => ({ ...rule, level: 'normal' as const })),
      };
    };
    await open({ ...scene(), overview: mute });
    await eventually(async () => (await page.title()).startsWith('级别未知'), { what: 'the title' });
    expect(await page.locator('.mast-level .badge-unknown').innerText()).toBe('级别未知：没有数据');
    expect((await page.locator('body').innerText()).includes('正常')).toBe(false);
    server.scene.overview = () => ({ ...mute(), sensors: sampleSite(Date.now()).sensors });
    await page.reload();
    await eventually(async () => (await page.locator('.mast-level .badge-normal').count()) === 1, { what: 'normal' });
    server.scene.up = false;
    server.cut();
    await eventually(async () => (await page.locator('.mast-level').innerText()).includes('最后已知：正常'), {
      what: 'last known',
    });
    expect(await page.locator('.mast-level .badge-unknown').count()).toBe(1);
  });

  it('the process that calls is silent: no countdown is shown as live', async () => {
    await open({ ...scene({ callout: sampleCallout(Date.now()) }), calling: false });
    await eventually(async () => (await loud()).join().includes('叫应进程无响应：电话不会拨出'), {
      what: 'the banner',
    });
    expect(await page.locator('.countdown').count()).toBe(0);
    expect(await page.locator('.calling').first().innerText()).toContain('未在拨出');
    expect(await page.locator('.calling').first().innerText()).not.toContain('现在呼叫');
    expect(await page.locator('.banner-link').getAttribute('href')).toBe('http://127.0.0.1:4600/');
  });

  it('an ended session, loudly, instead of a picture that stands still', async () => {
    await open(scene());
    server.scene.signedIn = false;
    server.cut();
    await page.locator('.sign-in-ended').waitFor();
    expect(await page.locator('.tile').count()).toBe(0);
  });

  it('what was refused, as text and never as markup', async () => {
    await open(scene());
    await page.getByRole('link', { name: '监测 拒收 3' }).click();
    await page.locator('.refused-list').waitFor();
    expect(await page.locator('.refused-list pre').innerText()).toBe('<b>{"value":null}</b>');
    expect(await page.locator('.refused-counts').innerText()).toContain('数值为空');
    expect(await page.locator('.refused-list').innerText()).toContain('没有测到，不能当作零');
    expect(await page.locator('.refused-list .technical').innerText()).toBe('技术细节：$.value is null');
  });

  it('fits a desk of 1440 by 900: eight events and more, and a ladder in sight', async () => {
    await open(scene({ callout: sampleCallout(Date.now()) }));
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.locator('.log li').nth(8).waitFor({ state: 'attached' });
    const bottomOf = async (where: string, index = 0) => {
      const box = await page.locator(where).nth(index).boundingBox();
      return box === null ? Infinity : box.y + box.height;
    };
    // The curve takes its new size a moment after the window.
    const endsAbove = (where: string, edge: () => Promise<number>, index = 0) =>
      eventually(async () => (await bottomOf(where, index)) <= (await edge()), { what: `${where} in sight` });
    await endsAbove('.log li', () => bottomOf('.log ol'), 7);
    await endsAbove('.log', async () => 900);
    await endsAbove('.run', async () => 900);
  });

  it.each([
    ['zh', 360],
    ['en', 360],
    ['zh', 1280],
    ['en', 1920],
  ] as const)(
    'in %s at %i pixels: nothing sticks out, and nothing breaks the content policy',
    async (language, width) => {
      await open({ ...scene({ callout: sampleCallout(Date.now()) }) }, width, language);
      await page.locator('.plot canvas').waitFor();
      expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect(await page.locator('.callout').innerText()).not.toMatch(/[{}]|undefined|NaN/);
      for (const button of await page.getByRole('button').all()) expect((await button.innerText()).trim()).not.toBe('');
      expect(complaints).toEqual([]);
    },
  );
});
