import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SiteOverview } from '../../src/contract/http.ts';
import { fixtureServer } from '../dashboards/support/fixture-server.ts';
import type { FixtureServer, Scene } from '../dashboards/support/fixture-server.ts';
import { sampleCallout, sampleSite } from '../dashboards/support/sample-site.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';

const scene = (changes: Partial<SiteOverview> = {}, of: Partial<Scene> = {}): Scene => ({
  signedIn: true,
  overview: () => sampleSite(Date.now(), changes),
  curve: (sensorId, from, to) => ({ sensorId, from, to, stored: 0, points: [] }),
  quarantine: { dropped: 0, counts: [], newest: [] },
  events: [],
  judge: 'well',
  up: true,
  posts: [],
  sounds: [],
  ...of,
});

/** Counts the notes that the page starts. */
const COUNT_NOTES = `
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    const { dataset } = document.documentElement;
    dataset.notes = String(Number(dataset.notes ?? 0) + 1);
    start.call(this, when);
  };
`;

describe.skipIf(lacksBrowser)('what can be heard of the page', () => {
  let browser: Browser;
  let server: FixtureServer;
  let page: Page;

  beforeAll(async () => {
    // What a browser does that has never been used; one that has makes exceptions of its own.
    browser = await openBrowser(['--autoplay-policy=document-user-activation-required']);
  });
  afterEach(async () => {
    await page.close();
    await server.close();
  });
  afterAll(() => browser?.close());

  const open = async (of: Scene, { at = '', on = browser } = {}) => {
    server = await fixtureServer(of);
    page = await on.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(60_000);
    await page.addInitScript(COUNT_NOTES);
    await page.goto(server.url + at);
    await page.locator('.tile').first().waitFor();
  };
  const notes = async () => Number((await page.locator('html').getAttribute('data-notes')) ?? 0);
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  it('says that the browser blocks it, is heard after one click, and tells the server both', async () => {
    await open(scene());
    await button('点此开声音').click();
    await button('声音已开，点击关闭').waitFor();
    await eventually(() => server.scene.sounds?.join() === 'blocked,on', { what: 'what the server is told' });
    expect(await notes()).toBe(0);
    await button('声音已开，点击关闭').click();
    await button('声音已关').waitFor();
    await page.reload();
    await button('声音已关').waitFor();
    await eventually(() => server.scene.sounds?.at(-1) === 'off', { what: 'that it is off' });
  });

  it('E34 sounds again and again while people are called, also after the tab was loaded again, until one click silences it, which answers nobody', async () => {
    await open(scene({ callout: sampleCallout(Date.now()) }));
    await page.locator('.mast').click();
    await eventually(async () => (await notes()) >= 16, { what: 'two patterns' });
    await button('静音两分钟（不是应答）').click();
    await page.locator('.sound-silent').filter({ hasText: '已静音 1:' }).waitFor();
    const before = await notes();
    server.tell({ type: 'pulse', now: Date.now(), judge: null, alert: true });
    expect(server.scene.posts).toEqual([]);
    await page.locator('.sound-silent').click();
    await eventually(async () => (await notes()) > before, { what: 'sound again' });
    // A silence ends with its tab: what nobody has answered is heard anew.
    await page.reload();
    await page.locator('.mast').click();
    await eventually(async () => (await notes()) >= 16, { what: 'two patterns after the tab was loaded again' });
  });

  it('a screen on a wall is heard from its start where the browser was told so, and shows no button that would be refused', async () => {
    await using wall = await openBrowser(['--autoplay-policy=no-user-gesture-required']);
    await open(scene({ callout: sampleCallout(Date.now()) }, { signedIn: false }), { at: '#kiosk=right', on: wall });
    expect(new URL(page.url()).hash).toBe('');
    await eventually(async () => (await notes()) > 0, { what: 'sound without a click' });
    expect(server.scene.sounds).toEqual(['on']);
    expect(await page.getByRole('button', { name: '退出' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: '值班台应答' }).count()).toBe(0);
    expect(await page.locator('.may-not').innerText()).toContain('这块屏只供查看');
    server.scene.up = false;
    server.cut();
    await page.locator('.banner-loud').filter({ hasText: '与服务器的连接已断开' }).waitFor();
    expect(await page.locator('.sign-in').count()).toBe(0);
    server.scene.up = true;
    server.scene.signedIn = false;
    await page.locator('.revoked h1').filter({ hasText: '这块屏已被停用' }).waitFor({ timeout: 40_000 });
    expect(await page.locator('.sign-in').count()).toBe(0);
  });
});
