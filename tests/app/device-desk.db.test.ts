import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deviceCommand } from '../../src/cli/device.ts';
import { deviceDesk } from '../../src/app/device-desk.ts';
import { deviceRevision, presentDevices, storeSeen } from '../../src/app/device-list.ts';
import { applySite, loadSites } from '../../src/app/site-config-store.ts';
import { mappingsOf } from '../../src/contract/mqtt-config.ts';
import { instant } from '../../src/core/time.ts';
import { devicesOfSite } from '../../src/gateway/views/device-view.ts';
import { databaseClock } from '../../src/platform/clock.ts';
import { isDevicePassword } from '../../src/platform/device-password.ts';
import { testDatabase } from '../support/test-database.ts';
import { watchedSite } from '../support/watched-site.ts';

const { db, pool } = await testDatabase();
const clock = databaseClock();
const desk = deviceDesk({ db, clock });

const site = (name: string, topic: string): Promise<unknown> =>
  applySite(db, {
    text: watchedSite({ site: name, sensors: [{ code: 'level' }], rules: [] }).replace(/topic: .*/, `topic: ${topic}`),
    name: 'site.yaml',
    who: 'test',
    now: instant(Date.UTC(2026, 6, 1)),
  });

beforeEach(async () => {
  await pool.query('truncate site, device, audit restart identity cascade');
  await site('pond', 'ponds/pond/{sensor}');
  await site('bluff', 'slopes/bluff/{sensor}');
});

const present = async () => {
  const sites = await loadSites(db);
  const mappings = sites.flatMap(({ siteId, config }) => mappingsOf(config).map(({ topic }) => ({ siteId, topic })));
  return presentDevices(db, mappings);
};
const audit = async () =>
  (
    await db
      .selectFrom('audit')
      .select(['action', 'who', 'site_id'])
      .where('action', 'like', 'device/%')
      .orderBy('id')
      .execute()
  ).map(({ action, who, site_id }) => `${action} ${String(site_id)} ${who}`);

describe('a device', () => {
  test('signs in as SITE.NAME with a password that nobody keeps, on the topics of its site', async () => {
    const { deviceId, password } = await desk.add('pond', { name: 'logger-1' }, 'li');
    const [device, ...more] = await present();
    expect(more).toEqual([]);
    expect(device).toMatchObject({ id: deviceId, siteId: 'pond', username: 'pond.logger-1', topics: ['ponds/pond/+'] });
    expect(isDevicePassword(Buffer.from(password), device?.passwordHash ?? '')).toBe(true);
    const { rows } = await pool.query<{ row: string }>('select device::text || audit::text as row from device, audit');
    expect(rows.map(({ row }) => row).join()).not.toContain(password);
    expect(await audit()).toEqual(['device/add pond li']);
  });

  test('follows its site to other topics, and one with topics of its own does not', async () => {
    await desk.add('pond', { name: 'a' }, 'li');
    await desk.add('pond', { name: 'b', topics: ['ponds/pond/level'] }, 'li');
    await site('pond', 'dams/pond/{sensor}');
    expect((await present()).map(({ topics }) => topics)).toEqual([['dams/pond/+'], ['ponds/pond/level']]);
    expect((await devicesOfSite(db, 'pond')).map(({ topics, followsSite }) => [topics, followsSite])).toEqual([
      [['dams/pond/+'], true],
      [['ponds/pond/level'], false],
    ]);
  });

  test.each([
    ['slopes/bluff/level', 'can match topics where another site is published'],
    ['slopes/+/level', 'can match topics where another site is published'],
    ['slopes/#', 'can match topics where another site is published'],
    ['#', 'can match topics under tailwatch/'],
    ['+/+/level', 'can match topics under tailwatch/'],
    ['tailwatch/#', 'can match topics under tailwatch/'],
    ['tailwatch/live/pulse', 'can match topics under tailwatch/'],
    ['$SYS/#', 'begins with $'],
    ['$share/x/ponds/#', 'begins with $'],
    ['ponds/#/x', 'is no MQTT topic filter'],
    ['ponds/x\ny', 'is no MQTT topic filter'],
    [' ponds/x', 'begins or ends with a space'],
  ])('is refused the topic %j', async (topic, why) => {
    const added = desk.add('pond', { name: 'a', topics: ['ponds/pond/level', topic] }, 'li');
    await expect(added).rejects.toMatchObject({ code: 'device/topic-refused' });
    await expect(added).rejects.toThrow(why);
    expect([await present(), await audit()]).toEqual([[], []]);
  });

  test('is one of its name, until it is revoked; what is revoked stays revoked', async () => {
    const first = await desk.add('pond', { name: 'a' }, 'li');
    await expect(desk.add('pond', { name: 'a' }, 'li')).rejects.toMatchObject({ code: 'device/exists' });
    await desk.add('bluff', { name: 'a' }, 'li');
    const before = await deviceRevision(db);
    await desk.revoke(first.deviceId, 'wang');
    await desk.revoke(first.deviceId, 'zhao');
    expect(await deviceRevision(db)).toBe(before + 1);
    expect((await present()).map(({ username }) => username)).toEqual(['bluff.a']);
    const second = await desk.add('pond', { name: 'a' }, 'li');
    expect(second.password).not.toBe(first.password);
    expect((await devicesOfSite(db, 'pond')).map(({ deviceId, revokedBy }) => [deviceId, revokedBy])).toEqual([
      [second.deviceId, null],
      [first.deviceId, 'wang'],
    ]);
    expect(await audit()).toEqual([
      'device/add pond li',
      'device/add bluff li',
      'device/revoke pond wang',
      'device/add pond li',
    ]);
  });

  test('of no site, or that is none, is not found', async () => {
    await expect(desk.add('elsewhere', { name: 'a' }, 'li')).rejects.toMatchObject({ code: 'site/not-found' });
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(desk.revoke(nobody, 'li')).rejects.toMatchObject({ code: 'device/not-found' });
  });

  test('is seen at its newest', async () => {
    const { deviceId } = await desk.add('pond', { name: 'a' }, 'li');
    for (const at of [2_000, 1_000]) await storeSeen(db, new Map([[deviceId, instant(at)]]));
    await storeSeen(db, new Map());
    expect((await devicesOfSite(db, 'pond'))[0]?.lastSeenAt).toBe(2_000);
  });
});

test('a site cannot be applied with a mapping on which another site’s device may publish', async () => {
  await desk.add('pond', { name: 'a', topics: ['spare/+/level'] }, 'li');
  await expect(site('bluff', 'spare/bluff/{sensor}')).rejects.toThrow(
    /mqtt.*: "spare\/bluff\/\{sensor\}" can match a topic on which a device of another site may publish/,
  );
  await site('pond', 'spare/pond/{sensor}');
});

describe('tailwatch device', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tailwatch-devices-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = async (words: string, topic?: string[]): Promise<string[]> => {
    const lines: string[] = [];
    const serviceUser = () => Promise.resolve({ user: 'tailwatch', password: 'our-password' });
    const ports = { db, clock, who: 'command line, test', print: (line: string) => lines.push(line), serviceUser };
    await deviceCommand(words.split(' ').filter(Boolean), { topic }, ports);
    return lines;
  };

  test('adds, lists and revokes', async () => {
    const [user, where, ...more] = await run('add pond logger-1');
    expect(user).toMatch(/^User pond\.logger-1, password, shown only this once: [\w-]{32}$/);
    expect([where, ...more]).toEqual(['It may publish on ponds/pond/+']);
    expect(await run('add pond spare', ['spare/x'])).toContain(
      '! no mapping of pond reads spare/x: what comes there is kept as refused',
    );
    await run('revoke pond spare');
    expect((await run('list pond')).map((line) => line.replace(/\d{4}-\S*Z/g, 'then'))).toEqual([
      'pond.logger-1  ponds/pond/+ (as the site); not heard yet; made then by command line, test',
      'pond.spare  spare/x; revoked then by command line, test; made then by command line, test',
    ]);
    expect(await run('list bluff')).toEqual([]);
    expect(await run('list')).toHaveLength(2);
  });

  test.each(['', 'add', 'add pond', 'add pond a b', 'revoke pond', 'list a b', 'export', 'export a b', 'steal pond a'])(
    'with %j says how it is used',
    async (words) => {
      await expect(run(words)).rejects.toThrow('usage: tailwatch device add');
    },
  );

  test.each(['a.b', 'a:b', '-a', '水位', 'x'.repeat(41)])('refuses the name %j', async (name) => {
    await expect(run(`add pond ${name}`)).rejects.toThrow('NAME must be 1 to 40 of');
  });

  test('exports files that nobody else may read, in place of those that are there', async () => {
    await run('add pond logger-1');
    await run('export ' + folder);
    await run('add bluff logger-1', ['slopes/bluff/a', 'slopes/bluff/b']);
    await run('export ' + folder);
    expect(await readFile(join(folder, 'acl'), 'utf8')).toBe(
      [
        '# Written by `tailwatch device export`: the next one replaces it.',
        'user tailwatch\ntopic readwrite #\ntopic readwrite $dp\n',
        'user bluff.logger-1\ntopic write slopes/bluff/a\ntopic write slopes/bluff/b\n',
        'user pond.logger-1\ntopic write ponds/pond/+\n',
      ].join('\n'),
    );
    const passwords = (await readFile(join(folder, 'passwords'), 'utf8')).trim().split('\n');
    expect(passwords.map((line) => line.split(':')[0])).toEqual(['tailwatch', 'bluff.logger-1', 'pond.logger-1']);
    for (const name of ['passwords', 'acl']) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await audit()).at(-1)).toBe('device/export null command line, test');
  });

  test('says where files cannot be written', async () => {
    await expect(run(`export ${join(folder, 'gone')}`)).rejects.toThrow(/^DIR must be a folder .*ENOENT/);
  });
});
