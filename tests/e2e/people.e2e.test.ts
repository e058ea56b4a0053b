import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, plus } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { createAccount } from '../../src/gateway/accounts.ts';
import { drawSetupCode } from '../../src/gateway/setup.ts';
import { POLICY, storePond } from '../gateway/pond.ts';
import { testGateway } from '../gateway/test-gateway.ts';
import { lacksBrowser, openBrowser } from '../support/browser.ts';
import { testDatabase } from '../support/test-database.ts';

const PAGE = fileURLToPath(new URL('../../dist/dashboards', import.meta.url));
const PASSWORD = 'the pond was built in 1987';

describe.skipIf(lacksBrowser)('people at a real browser, before the real gateway', async () => {
  const database = await testDatabase();
  const { db } = database;
  await storePond(db, 'pond');
  await storePond(db, 'other-mine');
  const house = await testGateway(database, { pageFolder: PAGE });
  let browser: Browser;
  let page: Page;
  let key: string;
  let recoveryCodes: readonly string[];

  beforeAll(async () => {
    browser = await openBrowser();
    page = await freshPage();
  });
  afterAll(() => browser?.close());

  /** A browser that was never here before. */
  const freshPage = async (): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const opened = await context.newPage();
    opened.setDefaultTimeout(60_000);
    return opened;
  };
  const shows = (text: string, where = 'body', on = page) =>
    on.locator(where).filter({ hasText: text }).first().waitFor();
  const press = (name: string, on = page) => on.getByRole('button', { name, exact: true }).click();
  /** The digits that the telephone shows; each is taken once, so that time goes on to the next. */
  const nextCode = (): string => {
    house.clock.advance(MINUTE);
    return new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: house.clock.now() });
  };
  const signIn = async (name: string, password: string, on = page) => {
    await on.getByLabel('账号', { exact: true }).fill(name);
    await on.getByLabel('密码', { exact: true }).fill(password);
    await press('登录', on);
  };

  it('opens the wizard with the link that was printed, whose code leaves the address at once', async () => {
    await page.goto(house.url);
    await shows('还没有管理员', '.front-box');
    await shows('npm run -s tailwatch -- setup', '.front-box');
    const code = await drawSetupCode(db, house.clock.now());
    await page.goto(`${house.url}/#setup=${String(code)}`);
    await shows('首次设置', 'h1');
    expect(new URL(page.url()).hash).toBe('');
    expect(await page.getByLabel('初始码').count()).toBe(0);
  });

  it('says in words what is wrong with a password before it makes the first administrator', async () => {
    await page.getByLabel('管理员账号名').fill('张主任');
    await page.getByLabel('新密码', { exact: true }).fill('short');
    await page.getByLabel('再输一次新密码').fill('short');
    await press('建立管理员');
    await shows('至少 12 个字符', '.fault');
    await page.getByLabel('新密码', { exact: true }).fill(PASSWORD);
    await press('建立管理员');
    await shows('两次输入的密码不一样', '.fault');
    await page.getByLabel('再输一次新密码').fill(PASSWORD);
    await press('建立管理员');
    await shows('双重验证', 'h1');
  });

  it('leaves the second factor for later, and says on every screen that rights wait for it', async () => {
    await press('以后再说，先看监测画面');
    await shows('示范库', 'h1');
    await shows('待双重验证', '.own-account');
    await page.locator('.own-account').click();
    await shows('的权限在等它，设好之前不生效', '.waiting');
  });

  it('sets a second factor up: password, code, digits, recovery codes that are shown once', async () => {
    await press('设置双重验证');
    const factor = page.locator('section[aria-labelledby=factor-title]');
    await factor.getByLabel('现在的密码').fill('not my password');
    await press('下一步');
    await shows('账号或密码不对', '.fault');
    await factor.getByLabel('现在的密码').fill(PASSWORD);
    await press('下一步');
    await factor.locator('svg.qr path').waitFor();
    const uri = (await factor.locator('.enrol-open').getAttribute('href')) ?? '';
    key = new URL(uri).searchParams.get('secret') ?? '';
    expect((await factor.locator('.key').innerText()).replaceAll(' ', '')).toBe(key);
    await factor.getByLabel('六位验证码').fill('000000');
    await press('启用');
    await shows('验证码不对', '.fault');
    await factor.getByLabel('六位验证码').fill(nextCode());
    await press('启用');
    await shows('双重验证已启用', '.recovery');
    recoveryCodes = await page.locator('.recovery-codes li').allInnerTexts();
    expect(recoveryCodes).toHaveLength(10);
    expect(await page.getByRole('button', { name: '完成' }).isDisabled()).toBe(true);
    await page.getByLabel('恢复码已收好').check();
    await press('完成');
    await shows('已启用：登录时要输入验证码', '.page-account');
    expect(await page.locator('.waiting').count()).toBe(0);
  });

  it('signs in with a code in full-width digits, and keeps name and password while it asks for it', async () => {
    await press('退出');
    await signIn('张主任', PASSWORD);
    await page.getByLabel('六位验证码').waitFor();
    expect(await page.getByLabel('账号', { exact: true }).inputValue()).toBe('张主任');
    expect(await page.locator(':focus').getAttribute('name')).toBe('code');
    const fullWidth = nextCode().replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    await page.keyboard.type(fullWidth);
    await page.keyboard.press('Enter');
    await shows('示范库', 'h1');
  });

  it('signs in with a recovery code, once', async () => {
    for (const outcome of ['示范库', '登录值班台']) {
      await press('退出');
      await signIn('张主任', PASSWORD);
      await press('手机不在身边？改用恢复码');
      await page.getByLabel('恢复码').fill(recoveryCodes[0] ?? '');
      await press('登录');
      if (outcome !== '示范库') await shows('验证码不对，或已经用过', '.fault');
      await shows(outcome, 'h1');
      if (outcome !== '示范库') break;
    }
    await press('改用验证器');
    await page.getByLabel('六位验证码').fill(nextCode());
    await press('登录');
    await shows('示范库', 'h1');
  });

  it('lists the devices of the account, and ends the others', async () => {
    const elsewhere = await freshPage();
    await elsewhere.goto(house.url);
    await signIn('张主任', PASSWORD, elsewhere);
    await elsewhere.getByLabel('六位验证码').fill(nextCode());
    await press('登录', elsewhere);
    await shows('示范库', 'h1', elsewhere);
    await page.reload();
    await page.locator('.lines li').nth(1).waitFor();
    await press('退出其他所有设备');
    await elsewhere.locator('.sign-in-ended').waitFor();
    await page.locator('.lines li').nth(1).waitFor({ state: 'detached' });
    await elsewhere.context().close();
  });

  it('adds an operator of one mine, who must choose a password and sees that mine only', async () => {
    await page.getByRole('link', { name: '班组' }).click();
    await page.getByRole('link', { name: '人员' }).click();
    await press('添加人员');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('账号名').fill('王班长');
    await dialog.getByLabel('可看的库').selectOption('pond');
    await dialog.getByRole('button', { name: '添加人员' }).click();
    const first = await dialog.locator('.key').innerText();
    await press('关闭');
    await shows('值班员（示范库）', '.lines');

    const operator = await freshPage();
    await operator.goto(house.url);
    await signIn('王班长', first, operator);
    await shows('请设置自己的密码', 'h1', operator);
    expect(await operator.locator('.tile').count()).toBe(0);
    await operator.getByLabel('现在的密码').fill(first);
    await operator.getByLabel('新密码', { exact: true }).fill(PASSWORD);
    await operator.getByLabel('再输一次新密码').fill(PASSWORD);
    await press('修改密码', operator);
    await shows('示范库', 'h1', operator);
    expect(await operator.locator('.mast select').count()).toBe(0);
    expect(await operator.getByRole('link', { name: '人员' }).count()).toBe(0);
    await operator.goto(`${house.url}/#people`);
    expect(await operator.locator('.page-people').count()).toBe(0);
    await operator.context().close();
  });

  it('resets a password after a second question, and disables an account, whose pages are signed out', async () => {
    const operator = await freshPage();
    await operator.goto(house.url);
    await signIn('王班长', PASSWORD, operator);
    await shows('示范库', 'h1', operator);
    await page.getByRole('button', { name: '管理 王班长' }).click();
    await press('停用账号');
    await shows('王班长 不能再登录', '.dialog');
    await press('停用账号');
    await operator.locator('.sign-in-ended').waitFor();
    await signIn('王班长', PASSWORD, operator);
    await operator.locator('.fault').filter({ hasText: '账号或密码不对' }).waitFor();
    await press('恢复账号');
    await press('恢复账号');
    await page.getByRole('button', { name: '停用账号' }).waitFor();
    await press('重设密码');
    await press('重设密码');
    expect((await page.locator('.dialog .key').innerText()).length).toBeGreaterThan(11);
    await press('关闭');
    await operator.context().close();
  });

  it('makes a group and gives it a member', async () => {
    await press('添加用户组');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('组名').fill('夜班');
    await dialog.getByLabel('王班长').check();
    await press('保存');
    await shows('用户组“夜班”', '.lines');
  });

  it('makes the link of a screen on a wall, which only shows; revoked, it says so and asks for no password', async () => {
    await page.getByRole('link', { name: '大屏和程序' }).click();
    await press('添加大屏');
    await page.getByLabel('屏在哪里').fill('调度室');
    await press('生成链接');
    const link = await page.locator('.dialog .key').innerText();
    await page.locator('.dialog svg.qr').waitFor();
    await press('关闭');

    const wall = await freshPage();
    await wall.goto(link);
    await shows('示范库', 'h1', wall);
    expect(new URL(wall.url()).hash).toBe('');
    expect(await wall.getByRole('button', { name: '退出' }).count()).toBe(0);
    await wall.reload();
    await shows('示范库', 'h1', wall);
    await press('停用 调度室');
    await press('确定停用 调度室');
    await shows('这块屏已被停用', 'h1', wall);
    expect(await wall.locator('.sign-in').count()).toBe(0);
    await wall.context().close();
  });

  it('a viewer sees what is called, and no button that would answer it', async () => {
    const grants = [{ role: 'viewer', siteId: 'pond' }] as const;
    await createAccount(db, { name: '李看', grants, password: PASSWORD }, house.clock.now());
    await db.insertInto('callout').values(callingPond(house.clock.now())).execute();
    const viewer = await freshPage();
    await viewer.goto(house.url);
    await signIn('李看', PASSWORD, viewer);
    await shows('正在叫应', '.callout', viewer);
    await shows('这里不能应答。 你的角色没有这个权限。', '.may-not', viewer);
    expect(await viewer.getByRole('button', { name: '值班台应答' }).count()).toBe(0);
    await viewer.goto(`${house.url}/#points`);
    await shows('这里不能开始或结束检修', '.may-not', viewer);
    expect(await viewer.getByRole('button', { name: '检修…' }).count()).toBe(0);
    await viewer.context().close();
  });
});

/** A red callout of the pond that waits for its principal. */
const callingPond = (at: Instant) => ({
  id: randomUUID(),
  site_id: 'pond',
  config_version: 1,
  policy: JSON.stringify(POLICY),
  state: JSON.stringify({
    phase: 'calling',
    runs: [
      {
        kind: 'level',
        level: 'red',
        answeredBy: ['principal'],
        rungs: [{ contactId: 'principal', medium: 'voice', answerWithinMs: MINUTE }],
        tried: 1,
        deadline: plus(at, MINUTE),
        answered: null,
      },
    ],
    answers: [],
    covered: {},
  }),
  opened_at: new Date(at),
  due_at: null,
  ended_at: null,
});
