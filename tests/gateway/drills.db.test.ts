import { describe, expect, it, test } from 'vitest';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import { beginPlanned, drillDesk } from '../../src/app/drill-desk.ts';
import { drillReminder } from '../../src/app/drill-reminder.ts';
import { CalloutReport } from '../../src/contract/callout-report.ts';
import type { FiguresView } from '../../src/contract/figures.ts';
import { DrillView, DrillsView } from '../../src/contract/drills.ts';
import { ReportFile } from '../../src/contract/report-files.ts';
import { capMessagesOf } from '../../src/app/cap-messages.ts';
import { sitePolicy } from '../../src/app/site-policy.ts';
import { DAY, HOUR, MINUTE, instant } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { desksOf, storeMine } from './marked-mines.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database, desksOf(db));
const { clock } = house;
const mine = await storeMine(db, 'graphite', ['+861000000011', '+861000000012', '+861000000013']);
const LI = await signIn(house, database, 'li', [{ role: 'operator', siteId: 'graphite' }]);
const ports = { db, clock, draw: () => 0.5, policyOf: sitePolicy };
const desk = calloutDesk(ports);
const host = new URL(house.url).host;

const send = (method: 'GET' | 'POST', url: string, payload?: object) =>
  house.app.inject({
    method,
    url,
    headers: { cookie: LI, origin: house.url, host },
    ...(payload !== undefined && { payload }),
  });
const start = (asked: object) => send('POST', '/api/sites/graphite/drills', { level: 'red', ...asked });
const drills = async () => DrillsView.parse((await send('GET', '/api/sites/graphite/drills')).json());
const newest = async (id: string) => {
  const found = (await drills()).drills.find(({ drillId }) => drillId === id);
  if (found === undefined) throw new Error('the drill is not listed');
  return found;
};

describe('a drill over HTTP', () => {
  it('is refused while something real is open, and on record of nobody', async () => {
    expect((await start({})).json()).toMatchObject({ code: 'drill/real-stands' });
    expect((await drills()).drills).toEqual([]);
    await db
      .updateTable('callout')
      .set({ ended_at: new Date(clock.now()), due_at: null })
      .execute();
  });

  it('is begun for what is supposed, shown with its figures, closed by a person, and then the next is due half a year later', async () => {
    const begun = DrillView.parse((await start({ scenario: '三号断面管涌' })).json());
    expect(begun).toMatchObject({ state: 'running', what: { zh: '三号断面管涌' }, askedBy: 'li' });
    const { calloutId } = begun;
    if (calloutId === null) throw new Error('a drill that runs has a callout');
    expect((await start({})).json()).toMatchObject({ code: 'drill/runs' });
    const shown = await send('GET', '/api/sites/graphite/overview');
    expect(shown.json()).toMatchObject({ callout: { calloutId, drill: true, levelStands: false } });
    const messages = await capMessagesOf(db, calloutId, new URL('http://pond.example'));
    expect(messages[0]).toMatchObject({ status: 'Exercise' });
    clock.advance(MINUTE);
    const people = await db.selectFrom('attempt').select('contact_id').where('callout_id', '=', calloutId).execute();
    for (const { contact_id } of people) await desk.answerOnScreen(calloutId, contact_id);
    for (const contact of (await sitePolicy('graphite', db)).contacts) await desk.answerOnScreen(calloutId, contact.id);
    await desk.release(calloutId, 'li', 'all went well', { inspection: 'walked' });
    const over = await newest(begun.drillId);
    expect(over).toMatchObject({ state: 'ended', endedHow: 'released', figures: { level: 'red' } });
    expect(over.figures?.firstHumanAt).toBe((over.figures?.openedAt ?? 0) + MINUTE);
    expect(await drills()).toMatchObject({ lastAt: clock.now(), dueAt: clock.now() + 182 * DAY, isOverdue: false });
    const report = CalloutReport.parse((await send('GET', `/api/callouts/${calloutId}/report`)).json());
    expect(report.drill).toBe(true);
  });

  it('counts in no figure of what is real', async () => {
    await db.updateTable('attempt').set({ medium: 'voice', carrier_ref: 'r' }).where('drill', '=', true).execute();
    const figures = (await send('GET', '/api/sites/graphite/figures')).json<FiguresView>();
    expect(figures).toMatchObject({ nightCalls: [], wakes: { callouts: 0 }, unjudged: [] });
    const month = await send('GET', '/api/sites/graphite/callout-reports');
    expect(month.json<{ callouts: { calloutId: string }[] }>().callouts.map(({ calloutId }) => calloutId)).toEqual([
      mine.calloutId,
    ]);
  });

  it('is stopped by a person once, and then does not count as held', async () => {
    const { lastAt } = await drills();
    const { drillId } = DrillView.parse((await start({})).json());
    clock.advance(HOUR);
    const url = `/api/drills/${drillId}/end`;
    expect((await send('POST', url, { note: 'enough' })).json()).toMatchObject({ state: 'ended', endedHow: 'stopped' });
    expect((await send('POST', url, { note: 'enough' })).json()).toMatchObject({ code: 'drill/over' });
    expect((await drills()).lastAt).toBe(lastAt);
  });

  it('is planned, and begun at its time by whoever calls', async () => {
    const plannedFor = clock.now() + 2 * HOUR;
    const { drillId } = DrillView.parse((await start({ plannedFor })).json());
    await beginPlanned(ports);
    expect((await newest(drillId)).state).toBe('planned');
    clock.advance(2 * HOUR);
    await beginPlanned(ports);
    await beginPlanned(ports);
    expect((await newest(drillId)).state).toBe('running');
    await drillDesk(ports).end(drillId, 'enough', 'li');
  });

  it('is called off while it is only planned; one whose time passed unseen is not held', async () => {
    const one = DrillView.parse((await start({ plannedFor: clock.now() + HOUR })).json());
    expect((await send('POST', `/api/drills/${one.drillId}/end`, { note: 'rain' })).json()).toMatchObject({
      state: 'cancelled',
      why: 'rain',
    });
    const other = DrillView.parse((await start({ plannedFor: clock.now() + HOUR })).json());
    clock.advance(HOUR + 16 * MINUTE);
    await beginPlanned(ports);
    expect(await newest(other.drillId)).toMatchObject({ state: 'dropped', why: 'missed', calloutId: null });
  });

  it('that meets something real at its time is dropped with the reason', async () => {
    const { drillId } = DrillView.parse((await start({ plannedFor: clock.now() + HOUR })).json());
    await db.updateTable('callout').set({ ended_at: null }).where('id', '=', mine.calloutId).execute();
    clock.advance(HOUR);
    await beginPlanned(ports);
    expect(await newest(drillId)).toMatchObject({ state: 'dropped', why: 'drill/real-stands' });
  });

  it('has a level, and a place that the site knows', async () => {
    expect((await start({ level: 'green' })).json()).toMatchObject({ code: 'request/invalid' });
    expect((await start({ section: 'nowhere' })).json()).toMatchObject({ code: 'point/not-found' });
  });
});

test('who is responsible is reminded two weeks before a drill is due, unless one is planned by then, and always after', () => {
  const site = { config: { name: { zh: '示范尾矿库', en: 'pond' }, timeZone: 'Asia/Shanghai' } } as Parameters<
    typeof drillReminder
  >[0];
  const now = instant(Date.UTC(2026, 10, 1));
  const due = (days: number, plannedFor: number | null = null) =>
    drillReminder(site, { dueAt: now + days * DAY, plannedFor }, now);
  expect([due(15), due(13, now + 12 * DAY)]).toEqual([null, null]);
  expect(due(13)).toBe('示范尾矿库：叫应演练应于 2026-11-14 前举行。请在“演练”页安排。');
  expect(due(13, now + 14 * DAY)).not.toBeNull();
  expect(due(-1, now + DAY)).toMatch(/已超期/u);
});

describe('files of a report', () => {
  const url = `/api/callouts/${mine.calloutId}/files`;
  const WAV = Buffer.concat([Buffer.from('RIFF\x24\0\0\0WAVEfmt '), Buffer.alloc(100, 7)]);
  const add = (bytes: Buffer, query = '?name=call.wav&note=the%20call') =>
    house.app.inject({
      method: 'POST',
      url: url + query,
      headers: { cookie: LI, origin: house.url, host, 'content-type': 'application/octet-stream' },
      payload: bytes,
    });

  it('are kept as they came, once, and stand in the report, on paper and in the workbook', async () => {
    const added = ReportFile.parse((await add(WAV)).json());
    expect(added).toMatchObject({ name: 'call.wav', mediaType: 'audio/wav', size: WAV.length, addedBy: 'li' });
    expect(ReportFile.parse((await add(WAV, '?name=again')).json()).fileId).toBe(added.fileId);
    const report = CalloutReport.parse((await send('GET', `/api/callouts/${mine.calloutId}/report`)).json());
    expect(report.files.map(({ name, note }) => [name, note])).toEqual([['call.wav', 'the call']]);
    for (const kind of ['pdf', 'xlsx'])
      expect((await send('GET', `/api/callouts/${mine.calloutId}/report.${kind}`)).statusCode).toBe(200);
    const got = await send('GET', `/api/files/${added.fileId}`);
    expect([got.rawPayload.equals(WAV), got.headers['content-type']]).toEqual([true, 'audio/wav']);
    const audited = db.selectFrom('audit').select('who').where('action', '=', 'report/attach');
    expect(await audited.execute()).toEqual([{ who: 'li' }]);
  });

  it('are given in stretches to who plays them', async () => {
    const { fileId } = ReportFile.parse((await add(WAV)).json());
    const part = await house.app.inject({
      method: 'GET',
      url: `/api/files/${fileId}`,
      headers: { cookie: LI, origin: house.url, host, range: 'bytes=4-11' },
    });
    expect([part.statusCode, part.headers['content-range']]).toEqual([206, `bytes 4-11/${String(WAV.length)}`]);
    expect(part.rawPayload.equals(WAV.subarray(4, 12))).toBe(true);
  });

  it('are of kinds that their bytes tell, whatever they are called', async () => {
    const refused = await add(Buffer.from('<script>alert(1)</script>'), '?name=film.mp4');
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([415, 'file/refused']);
  });

  it('are twenty-four at most', async () => {
    for (let i = 1; i < 24; i++) expect((await add(Buffer.from(`%PDF-${String(i)}`))).statusCode).toBe(201);
    expect((await add(Buffer.from('%PDF-25'))).json()).toMatchObject({ code: 'file/refused' });
  });
});
