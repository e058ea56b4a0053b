import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listeningBus } from '../../simulators/modbus/bus.ts';
import { Script, scriptedDevices } from '../../simulators/modbus/script.ts';
import { PROTOCOLS } from '../../src/app/acquire-lines.ts';
import { acquireWork } from '../../src/app/acquire/acquire-work.ts';
import { applySite } from '../../src/app/site-config-store.ts';
import { commandsTo } from '../../src/contract/acquire/command.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { configuredLines } from '../../src/gateway/views/lines-view.ts';
import { signIn, testGateway } from '../gateway/test-gateway.ts';
import { judges, message } from '../ingest/judging.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';

const POND = await readFile(new URL('../support/small-pond.yaml', import.meta.url), 'utf8');
const PAGE = fileURLToPath(new URL('../../dist/dashboards', import.meta.url));
const host = '127.0.0.1';

/** A pond gauge that stands at this level, as a slave of its own. */
const gauge = (port: number, level: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(level);
  const holding = { 0: bytes.readUInt16BE(0), 1: bytes.readUInt16BE(2) };
  return listeningBus('tcp', port, { devices: scriptedDevices(Script.parse({ slaves: [{ unit: 1, holding }] })) });
};

describe.skipIf(lacksBrowser)('a line in a real browser, with a Modbus slave behind it', async () => {
  const database = await testDatabase();
  const { db } = database;
  const [brokerPort, slavePort] = [await freePort(), await freePort()];
  const at = `${host}:${String(brokerPort)}`;
  const house = await testGateway(database, { pageFolder: PAGE, mqttUrl: `mqtt://tailwatch:our-password@${at}` });
  const { begin, clock } = judges(database);
  const folder = await mkdtemp(join(tmpdir(), 'tailwatch-lines-'));
  const over = new AbortController();
  const undo: (() => PromiseLike<unknown>)[] = [];
  /** What the judge asked instruments to do by itself. */
  const asked: string[] = [];
  let slave = await gauge(slavePort, 338.5);
  let page: Page;
  let browser: Browser;

  const readings = async () =>
    (await db.selectFrom('reading').select('value').orderBy('observed_at').execute()).map(({ value }) => value);
  const picture = async (name: string, width: number) => {
    await page.setViewportSize({ width, height: 900 });
    const path = join(process.env['PICTURES'] ?? folder, `${name}-${String(width)}.png`);
    await page.screenshot({ path, fullPage: true });
    expect((await stat(path)).size).toBeGreaterThan(10_000);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  };
  const card = (text: string) => page.locator('.line-card').filter({ hasText: text }).first().waitFor();

  beforeAll(async () => {
    // Polled once an hour: another reading is one that was asked for.
    const line = `
acquire:
  - name: gauge
    protocol: modbus-tcp
    host: ${host}
    port: ${String(slavePort)}
    slaves:
      - { name: pond, unit: 1, every: 3600, points: [{ sensor: pond-level, address: 0, type: float32 }] }
`;
    await applySite(db, { text: POND + line, name: 'pond.yaml', who: 'test', now: hostClock().now() });
    clock.set(hostClock().now());
    house.clock.set(hostClock().now());
    const session = await begin();
    undo.push(() => session[Symbol.asyncDispose]());
    const broker = await startEmbeddedBroker({
      host,
      port: brokerPort,
      password: 'our-password',
      acquirePassword: 'of-acquire',
      devicePassword: null,
      onMessage: (topic, payload, settle) => {
        clock.set(hostClock().now());
        house.clock.set(hostClock().now());
        void session.commit.take([message(payload.toString(), topic, clock.now())]).then(() => {
          settle();
          for (const each of session.takeMeasureCommands()) {
            asked.push(each.topic);
            broker.publish(each.topic, each.payload);
          }
        });
      },
    });
    undo.push(() => broker[Symbol.asyncDispose]());
    const work = await acquireWork({
      name: 'central',
      dataDir: folder,
      secretsDir: null,
      broker: { url: `mqtt://acquire:of-acquire@${at}`, hears: [commandsTo('central')] },
      spool: { megabytes: 16, days: 1 },
      protocols: PROTOCOLS,
      clock: hostClock(),
      log: createLogger('acquire', 'silent'),
    });
    const lines = await configuredLines(db, 'demo-pond');
    await work.follow(lines.map((each) => ({ siteId: 'demo-pond', timeZone: 'Asia/Shanghai', line: each })));
    const running = work.run(over.signal);
    undo.push(() => {
      over.abort();
      return running;
    });
    browser = await openBrowser();
    undo.push(() => browser.close());
    const [name = '', value = ''] = (await signIn(house, database)).split('=');
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.addCookies([{ name, value, url: house.url }]);
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await eventually(async () => (await readings()).length === 1, { withinMs: 60_000 });
    await page.goto(`${house.url}/#lines`);
  });
  afterAll(async () => {
    for (const each of undo.toReversed()) await each();
    await slave[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('is well, and shows what it reads as it came', async () => {
    await card('正常');
    await page.getByRole('button', { name: '原始值' }).click();
    await page.locator('dialog[open]').filter({ hasText: '0x43A9 0x4000' }).waitFor();
    await picture('line-look', 390);
    await picture('line-look', 1440);
    await page.locator('dialog[open]').getByRole('button', { name: '关闭' }).click();
    expect(await page.getByRole('button', { name: '试解码' }).count()).toBe(0);
  });

  it('measures when it is asked to, and the value is stored', async () => {
    await page.getByRole('button', { name: /立即测量/ }).click();
    await card('已测量');
    await eventually(async () => (await readings()).length === 2);
    expect(await readings()).toEqual([338.5, 338.5]);
    const audit = await db.selectFrom('audit').select('facts').where('action', '=', 'sensor/measure').execute();
    expect(audit).toMatchObject([{ facts: { sensor: 'pond-level', line: 'gauge', outcome: 'measured' } }]);
  });

  it('says in words that it died; when it comes back with orange, it is asked for more by itself, once', async () => {
    await slave[Symbol.asyncDispose]();
    await card('连不上');
    await picture('line-dead', 390);
    await picture('line-dead', 1440);
    slave = await gauge(slavePort, 338.87);
    await card('正常');
    await page.getByRole('button', { name: /立即测量/ }).click();
    await eventually(async () => (await readings()).length === 4, { withinMs: 60_000 });
    await page.getByRole('button', { name: /立即测量/ }).click();
    await eventually(async () => (await readings()).length === 5);
    expect(asked).toEqual(['tailwatch/command/demo-pond/central']);
  });
});
