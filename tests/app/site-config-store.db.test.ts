import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { applySite, exportSite, loadSites, newestVersions } from '../../src/app/site-config-store.ts';
import { instant } from '../../src/core/time.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';

const { pool, db } = await testDatabase();
const DEMO = await readFile(new URL('../support/small-pond.yaml', import.meta.url), 'utf8');
const RAW = await readFile(new URL('../../config/sites/mukilteo-bluff.yaml', import.meta.url), 'utf8');
const NOW = instant(Date.UTC(2026, 6, 1));
const apply = (text: string) => applySite(db, { text, name: 'pond.yaml', who: 'li', now: NOW });

beforeEach(async () => {
  await pool.query('truncate site, audit restart identity cascade');
});

describe('applying a site', () => {
  it('makes version 1, its sensors, an audit row and a wake-up', async () => {
    const listener = await pool.connect();
    const woken: string[] = [];
    listener.on('notification', ({ payload }) => woken.push(payload ?? ''));
    await listener.query('listen site_config');

    expect(await apply(DEMO)).toMatchObject({ siteId: 'demo-pond', version: 1 });
    const [site] = await loadSites(db);
    expect(site).toMatchObject({ siteId: 'demo-pond', version: 1, config: { name: { en: 'Demo pond' } } });
    expect([...(site?.sensorIds.keys() ?? [])].toSorted()).toEqual([
      'piezometer-1',
      'piezometer-2',
      'pond-level',
      'rain',
    ]);
    const audit = await db.selectFrom('audit').selectAll().execute();
    expect(audit).toMatchObject([{ who: 'li', action: 'site-applied', site_id: 'demo-pond', facts: { version: 1 } }]);
    expect(JSON.stringify(audit)).not.toContain('+86');
    await eventually(() => woken.includes('demo-pond'));
    listener.release(true);
  });

  it('refuses to declare a site in service before a real call was answered there, naming the field; a trial is always taken', async () => {
    const declared = (service: string) => DEMO.replace('timeZone:', `service: ${service}\ntimeZone:`);
    await expect(apply(declared('in-service'))).rejects.toThrow(
      /service: in-service is refused: no real call was answered/u,
    );
    await apply(declared('trial'));
    await expect(apply(declared('in-service'))).rejects.toThrow(/service/u);
    const at = new Date(NOW);
    await db
      .insertInto('proof_call')
      .values({
        id: '0b9c2d1e-1111-4222-8333-444455556666',
        site_id: 'demo-pond',
        contact_id: 'principal',
        phone: '+861000000042',
        reason: 'asked',
        medium: 'voice',
        say: 'x',
        code: '7',
        asked_by: 'li',
        asked_at: at,
        due_at: at,
        carrier_ref: 'real CA1',
        status: 'ended',
        outcome: 'confirmed',
        ended_at: at,
      })
      .execute();
    await expect(apply(declared('in-service'))).rejects.toThrow(/service/u);
    await db
      .insertInto('carrier_status')
      .values({ carrier: 'real', simulated: false, reachable: true, detail: '', page: null, checked_at: at })
      .execute();
    expect(await apply(declared('in-service'))).toMatchObject({ version: 2 });
    // Declared once it stays so: a proof that grows old makes no change of the site impossible.
    await db.deleteFrom('proof_call').execute();
    expect(await apply(declared('in-service').replace('8610000000005', '8610000000009'))).toMatchObject({ version: 3 });
    await db.deleteFrom('carrier_status').execute();
  });

  it('that changes nothing makes no version, also with other comments and spacing', async () => {
    await apply(DEMO);
    const again = DEMO.replaceAll(/#.*$/gm, '').replace('338.70', '338.7');
    expect(await apply(again)).toEqual({ siteId: 'demo-pond', version: 1, changes: [], unguarded: [] });
    expect(await db.selectFrom('audit').selectAll().execute()).toHaveLength(1);
  });

  it('keeps the sensors their numbers, and says what changed', async () => {
    await apply(DEMO);
    const before = (await loadSites(db))[0]?.sensorIds;
    const changed = DEMO.replace('red: 338.89', 'red: 338.95')
      .replace('on: 2024-05-01', 'on: 2026-05-01')
      .replace("phone: '+8610000000005'", "phone: '+8610000000009'");
    expect(await apply(changed)).toMatchObject({
      siteId: 'demo-pond',
      version: 2,
      changes: [
        '~ rules[pond-level].limits.red: 338.89 -> 338.95',
        '~ rules[pond-level].approved.on: 2024-05-01 -> 2026-05-01',
        '~ contacts[principal].phone: (number) -> (another number)',
      ],
    });
    expect((await loadSites(db))[0]).toMatchObject({ version: 2, sensorIds: before });
    expect(await newestVersions(db)).toEqual(new Map([['demo-pond', 2]]));
    expect(await db.selectFrom('site_config').select('version').execute()).toHaveLength(2);
  });

  it.each([
    ['limits', (text: string) => text.replace('red: 338.89', 'red: 344.95')],
    ['deadband', (text: string) => text.replace('deadband: 0.02', 'deadband: 0.5')],
    ['onDelaySeconds', (text: string) => text.replace('onDelaySeconds: 0', 'onDelaySeconds: 3600')],
  ])('takes no approval for other %s than it was given for; without one they may be tried', async (key, edit) => {
    await apply(DEMO);
    const borrowed = edit(DEMO);
    expect(borrowed).not.toBe(DEMO);
    await expect(apply(borrowed)).rejects.toMatchObject({
      code: 'config/invalid',
      message: expect.stringContaining(
        `rules[0].approved: was given for other ${key}: write down the approval of these`,
      ),
    });
    await apply(borrowed.replace(/^ {4}approved: .*\n/m, ''));
    // Who writes it down again takes it upon himself: the diff and the audit say so.
    await expect(apply(borrowed)).resolves.toMatchObject({ version: 3 });
  });

  it('of ten at once with the same text makes one version', async () => {
    const applied = await Promise.all(Array.from({ length: 10 }, () => apply(DEMO)));
    expect(applied.map(({ version }) => version)).toEqual(Array(10).fill(1));
    expect(await db.selectFrom('site_config').select('version').execute()).toHaveLength(1);
  });

  it('with a fault stores nothing', async () => {
    await expect(apply(DEMO.replace('338.89', '1'))).rejects.toMatchObject({ code: 'config/invalid' });
    expect(await loadSites(db)).toEqual([]);
  });

  it.each([
    ['ponds/demo-pond/{sensor}', 'the very template'],
    ['ponds/{sensor}/pond-level', 'a sensor named like the other site, and a sensor of that'],
    ['{sensor}/demo-pond/rain', 'one that begins with the sensor'],
  ])('refuses %s beside another site: %s', async (topic) => {
    await apply(DEMO);
    const copied = (own: string) =>
      DEMO.replace('site: demo-pond', 'site: copied').replace(/(topic: )\S+/, `$1'${own}'`);
    const faults = apply(copied(topic));
    await expect(faults).rejects.toThrow(/^pond\.yaml:\d+:3 mqtt\.topic: "/);
    await expect(faults).rejects.toThrow(`"${topic}" can match a topic of another site`);
    expect(await apply(copied('ponds/copied/{sensor}'))).toMatchObject({ version: 1 });
  });

  it.each(['ponds/{device}/rain', 'ponds/demo-pond/{device}', '{device}/demo-pond/x'])(
    'refuses records on %s beside another site',
    async (topic) => {
      await apply(DEMO);
      const mqtt = `mqtt: [{ topic: 'copied/{sensor}' }, { topic: '${topic}', values: v }]\n`;
      const copied = DEMO.replace('site: demo-pond', 'site: copied').replace(/^mqtt:\n(?: .*\n)+/m, mqtt);
      await expect(apply(copied)).rejects.toThrow(`mqtt[1].topic: "${topic}" can match a topic of another site`);
      expect(await apply(copied.replace(topic, 'loggers/{device}/up'))).toMatchObject({ version: 1 });
    },
  );

  it.each(['tailwatch/live/{sensor}', 'tailwatch/{sensor}', '$SYS/{sensor}', '{sensor}/live/pulse'])(
    'refuses %s, which instruments may not publish on',
    async (topic) => {
      await expect(apply(DEMO.replace(/(topic: )\S+/, `$1'${topic}'`))).rejects.toThrow(
        /mqtt\.topic: .*these are not for instruments/,
      );
    },
  );
});

describe('what is recorded keeps its meaning', () => {
  const METRES_TO_KPA = DEMO.replace('unit: m # above sea level', 'unit: kPa');

  it('a sensor with readings keeps its unit; without any it may be corrected', async () => {
    await apply(DEMO);
    expect(await apply(METRES_TO_KPA)).toMatchObject({ changes: ['~ sensors[pond-level].unit: m -> kPa'] });
    await apply(DEMO);
    await pool.query(
      `insert into reading (sensor_id, observed_at, received_at, value, quality) select id, now(), now(), 1, 'good' from sensor where code = 'pond-level'`,
    );
    await expect(apply(METRES_TO_KPA)).rejects.toThrow(
      /sensors\[0\]\.unit: its recorded readings are m: give the sensor a new code/,
    );
  });

  it('a sensor that was removed comes back with its number, and only in its unit', async () => {
    const withoutRain = DEMO.replace(/ {2}- code: rain\n[^]*?(?= {2}- code: piezometer-1)/, '').replace(
      / {2}- id: rain\n[^]*?(?= {2}- id: piezometer-1)/,
      '',
    );
    await apply(DEMO);
    const numbers = (await loadSites(db))[0]?.sensorIds;
    await pool.query(
      `insert into reading (sensor_id, observed_at, received_at, value, quality) select id, now(), now(), 1, 'good' from sensor where code = 'rain'`,
    );
    expect(await apply(withoutRain)).toMatchObject({ version: 2 });
    await expect(apply(DEMO.replace('unit: mm', 'unit: m'))).rejects.toThrow(/its recorded readings are mm/);
    expect(await apply(DEMO)).toMatchObject({ version: 3 });
    expect((await loadSites(db))[0]?.sensorIds).toEqual(numbers);
  });

  it('R13 a rule that stands at a level cannot be taken away: nothing but readings lowers a level', async () => {
    const withoutRain = DEMO.replace(/ {2}- id: rain\n[^]*?(?= {2}- id: piezometer-1)/, '');
    await apply(DEMO);
    const stands = (level: string) =>
      pool.query(
        `insert into level_state select 'demo-pond/rain', 'demo-pond', id, $1, 1, '{}', 1, now() from sensor where code = 'rain'
         on conflict (target) do update set level = excluded.level`,
        [level],
      );
    await stands('yellow');
    await expect(apply(withoutRain)).rejects.toThrow(
      /rules: "rain" stands at yellow: a rule can be removed when its level is normal/,
    );
    await expect(
      apply(DEMO.replace('sensor: rain', 'sensor: pond-level').replace('{ blue: 2, yellow: 4 }', '{ blue: 338 }')),
    ).rejects.toThrow(/"rain" has judged with rain: give the rule a new id/);
    await stands('normal');
    expect(await apply(withoutRain)).toMatchObject({ version: 2 });
  });
});

it('R13 a rule that is turning red while its removal is applied stays: applying waits for the reading commit', async () => {
  await apply(DEMO);
  await pool.query(`insert into engine_lease values ('main', 1, 'judge', now(), now()) on conflict do nothing`);
  const judge = await pool.connect();
  await judge.query('begin');
  await judge.query(`select 1 from engine_lease for share`);
  await judge.query(
    `insert into level_state select 'demo-pond/rain', 'demo-pond', id, 'red', 1, '{}', 1, now() from sensor where code = 'rain'`,
  );
  const removal = apply(DEMO.replace(/ {2}- id: rain\n[^]*?(?= {2}- id: piezometer-1)/, '')).then(
    () => 'removed',
    (error: unknown) => String(error),
  );
  await eventually(
    async () =>
      (await pool.query(`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`))
        .rowCount === 1,
    { what: 'the removal waiting for the commit' },
  );
  await judge.query('commit');
  judge.release();
  expect(await removal).toMatch(/"rain" stands at red/);
});

describe('a derived sensor with readings', () => {
  const ONE = '- { from: 2015-08-01, factor: 0.024, offset: 50,';
  const record = (code: string) =>
    pool.query(
      `insert into reading (sensor_id, observed_at, received_at, value, quality, version)
       select id, now(), now(), 1, 'good', 1 from sensor where code = $1`,
      [code],
    );

  it('keeps the constants it was made with; others are added from their own day', async () => {
    await apply(RAW);
    await record('air-pressure');
    await expect(apply(RAW.replace('factor: 0.024', 'factor: 0.025'))).rejects.toThrow(
      /sensors\[0\]\.derive\.calibrations\[0\]: "2015-08-01" has made readings: it stays/,
    );
    const recalibrated = RAW.replace(
      ONE,
      `${ONE} source: first }\n        - { from: 2016-01-01, factor: 0.025, offset: 49,`,
    );
    await expect(apply(recalibrated)).rejects.toThrow(/it stays/);
    const kept = RAW.replace(
      /( +- \{ from: 2015-08-01, factor: 0.024.*\n)/,
      '$1        - { from: 2016-01-01, factor: 0.025, offset: 49, source: x }\n',
    );
    const { changes } = await apply(kept);
    expect(changes).toContain('+ sensors[air-pressure].derive.calibrations[2016-01-01].factor: 0.025');
  });

  it('stays derived, by the same formula, and a channel keeps its unit', async () => {
    await apply(RAW);
    await record('rain-24h');
    await record('barometer');
    const reported = RAW.replace(/ {4}derive:\n {6}formula: rolling-rain\n[^]*?(?=\nrules:)/, '');
    await expect(apply(reported)).rejects.toThrow(
      /sensors\[3\]\.derive: its recorded readings were made in another way/,
    );
    await expect(apply(RAW.replace('unit: count', 'unit: kPa'))).rejects.toThrow(
      /channels\[4\]\.unit: has recorded readings of another meaning: give the channel a new code/,
    );
  });

  it('comes back from an export as it was', async () => {
    await apply(RAW);
    expect(await apply(await exportSite(db, 'mukilteo-bluff'))).toMatchObject({ version: 1, changes: [] });
  });
});

describe('exporting a site', () => {
  it('gives YAML that applied again changes nothing, in the order of the schema', async () => {
    await apply(DEMO);
    const yaml = await exportSite(db, 'demo-pond');
    expect(yaml).toMatch(/^site: demo-pond\nname:\n {2}zh: 示例尾矿库\n/);
    expect(await apply(yaml)).toMatchObject({ version: 1, changes: [] });
  });

  it('of no such site is said so', async () => {
    await expect(exportSite(db, 'nowhere')).rejects.toMatchObject({ code: 'site/not-found' });
  });
});
