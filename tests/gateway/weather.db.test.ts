import { describe, expect, it } from 'vitest';
import { WeatherView } from '../../src/contract/weather.ts';
import type { AnnounceWeather } from '../../src/contract/weather.ts';
import { HOUR } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { desksOf, storeMine } from './marked-mines.ts';
import { person } from './personas.ts';
import { testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database, { ...desksOf(db) });
let mines = 0;
const operator = await person(db, 'room', [{ role: 'operator', siteId: null }]);

async function aMine(): Promise<string> {
  mines += 1;
  const n = String(mines).padStart(2, '0');
  return (await storeMine(db, `mine-${n}`, ['+861000000011', '+861000000012', '+861000000013'])).mark;
}

const warning = (more: Partial<AnnounceWeather> = {}): AnnounceWeather => ({
  identifier: 'cma-1',
  event: { zh: '暴雨', en: 'rainstorm' },
  level: 'red',
  area: '清溪县',
  ...more,
});

async function post(url: string, payload: object | string, who = operator, type = 'application/json') {
  const headers = { ...(await who.headers()), 'content-type': type };
  return house.app.inject({ method: 'POST', url, headers, payload });
}
const announce = async (siteId: string, asked: AnnounceWeather) =>
  WeatherView.parse((await post(`/api/sites/${siteId}/weather`, asked)).json());
const levels = async (siteId: string) => {
  const rows = db.selectFrom('report_state').select(['subject', 'level']).where('site_id', '=', siteId);
  return (await rows.execute()).map(({ subject, level }) => `${subject} ${level}`);
};

describe('a weather warning', () => {
  it('from the configured colour on calls the principal by itself, proposing to stop and evacuate', async () => {
    const siteId = await aMine();
    await announce(siteId, warning());
    await desksOf(db).desk.followReports();
    const attempts = db.selectFrom('attempt').select(['contact_id', 'say', 'level']).where('site_id', '=', siteId);
    const [first] = await attempts.orderBy('created_at', 'desc').orderBy('number', 'desc').execute();
    expect(first).toMatchObject({ contact_id: `${siteId}-principal` });
    expect(JSON.stringify(first?.say)).toContain('气象台发布暴雨红色预警，清溪县，请立即决定是否停产、撤人');
  });

  it('below that colour is shown and calls nobody', async () => {
    const siteId = await aMine();
    expect(await announce(siteId, warning({ level: 'yellow' }))).toMatchObject({ calls: false, endedAt: null });
    expect(await levels(siteId)).toEqual([]);
  });

  it('sent again is the same, also at once', async () => {
    const siteId = await aMine();
    const [one, other] = await Promise.all([announce(siteId, warning()), announce(siteId, warning())]);
    expect(one.warningId).toBe(other.warningId);
    const rows = db.selectFrom('report_change').select('position').where('site_id', '=', siteId);
    expect(await rows.execute()).toHaveLength(1);
  });

  it('goes with its updates: graver, milder, and below what calls', async () => {
    const siteId = await aMine();
    await announce(siteId, warning({ level: 'orange' }));
    await announce(siteId, warning({ identifier: 'cma-2', kind: 'update', references: ['cma-1'] }));
    expect(await levels(siteId)).toEqual(['weather red']);
    await announce(siteId, warning({ identifier: 'cma-3', kind: 'update', references: ['cma-2'], level: 'orange' }));
    expect(await levels(siteId)).toEqual(['weather orange']);
    await announce(siteId, warning({ identifier: 'cma-4', kind: 'update', references: ['cma-3'], level: 'blue' }));
    expect(await levels(siteId)).toEqual(['weather normal']);
  });

  it('that was cancelled before it came calls nobody', async () => {
    const siteId = await aMine();
    await announce(siteId, warning({ identifier: 'cma-9', kind: 'cancel', references: ['cma-1'] }));
    expect(await announce(siteId, warning())).toMatchObject({ endedWhy: 'cancelled', calls: false });
    expect(await levels(siteId)).toEqual([]);
  });

  it('E27 its cancel lowers the warning, and nothing that sensors stand at', async () => {
    const siteId = await aMine();
    const standing = () => db.selectFrom('level_state').select('level').where('site_id', '=', siteId).execute();
    const before = await standing();
    await announce(siteId, warning());
    await announce(siteId, warning({ identifier: 'cma-2', kind: 'cancel', references: ['cma-1'] }));
    await desksOf(db).desk.followReports();
    expect(await levels(siteId)).toEqual(['weather normal']);
    expect(await standing()).toEqual(before);
    const callout = db.selectFrom('callout').select('ended_at').where('site_id', '=', siteId).executeTakeFirst();
    expect(await callout).toEqual({ ended_at: null });
  });

  it('that is over when it comes calls nobody', async () => {
    const siteId = await aMine();
    const over = warning({ expires: house.clock.now() - HOUR });
    expect(await announce(siteId, over)).toMatchObject({ endedWhy: 'expired', calls: false });
  });

  it('is ended by hand with a reason, on record', async () => {
    const siteId = await aMine();
    const { warningId } = await announce(siteId, warning());
    const ended = await post(`/api/weather/${warningId}/end`, { reason: 'entered for the wrong mine' }, operator);
    expect(WeatherView.parse(ended.json())).toMatchObject({ endedWhy: 'by-hand', calls: false });
    expect(await levels(siteId)).toEqual(['weather normal']);
    const audit = db
      .selectFrom('audit')
      .select('who')
      .where('action', '=', 'weather/end')
      .where('site_id', '=', siteId);
    expect(await audit.execute()).toEqual([{ who: 'room' }]);
  });

  it('is taken as a CAP document; what is wrong with one is named', async () => {
    const siteId = await aMine();
    const xml = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>cap-1</identifier><sender>cma</sender>
      <sent>2026-07-01T12:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
      <info><language>zh-CN</language><event>台风</event><severity>Extreme</severity></info></alert>`;
    const url = `/api/sites/${siteId}/weather/cap`;
    const taken = await post(url, xml, operator, 'application/cap+xml');
    expect(taken.statusCode, taken.body).toBe(201);
    expect(await levels(siteId)).toEqual(['weather red']);
    const wrong = await post(url, xml.replace('Extreme', 'Red').replace('cap-1', 'cap-2'), operator, 'application/xml');
    expect(wrong.statusCode).toBe(422);
    expect(wrong.json()).toMatchObject({ code: 'weather/bad-document', field: 'alert.info.0.severity' });
  });
});
