import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { strFromU8, unzipSync } from 'fflate';
import { beforeAll, expect, test } from 'vitest';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import type { CalloutReport, MonthReport } from '../../src/contract/callout-report.ts';
import { eventNumber } from '../../src/core/event-number.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { NOW, POLICY, storePond } from './pond.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const clock = fakeClock();
const desk = calloutDesk({ db, clock, policyOf: () => Promise.resolve(POLICY), draw: () => 0.5 });
const house = await testGateway(database, { desk });
const cookie = await signIn(house, database);
const sensors = await storePond(db);
let calloutId = '';

beforeAll(async () => {
  await db.transaction().execute(async (tx) => {
    await lockLog(tx, 'level_change');
    await tx
      .insertInto('level_change')
      .values({
        site_id: 'pond',
        target: 'pond/high',
        sensor_id: sensors.level,
        state_version: 1,
        from_level: 'normal',
        to_level: 'red',
        observed_at: new Date(NOW),
        recorded_at: new Date(NOW),
        cause: 'reached',
        value: 338.9,
        limit_value: 338.89,
      })
      .execute();
  });
  await desk.followLevelChanges();
  ({ id: calloutId } = await db.selectFrom('callout').select('id').executeTakeFirstOrThrow());
  await desk.answerOnScreen(calloutId, 'principal');
});

const get = (url: string) => house.app.inject({ url, headers: { cookie } });

test('a report says who was called at which masked number, when, and when the first human answered', async () => {
  const report = (await get(`/api/callouts/${calloutId}/report`)).json<CalloutReport>();
  expect(report.figures).toMatchObject({ level: 'red', calls: 1, missed: 0, people: 1, gaps: 0 });
  expect(report.figures.firstCallAt).toBe(report.figures.openedAt);
  expect(report.figures.firstHumanAt).toBe(report.answers[0]?.at);
  expect(report.calls[0]).toMatchObject({ contactId: 'principal', medium: 'voice', level: 'red', asks: true });
  expect(report.calls[0]?.phone).toBe('100****03');
  expect(report.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['opened', 'answered', 'all-answered']));
  expect(JSON.stringify(report)).not.toMatch(/\+?861000000003/);
});

test('what has not happened is null, not nought', async () => {
  const report = (await get(`/api/callouts/${calloutId}/report`)).json<CalloutReport>();
  expect(report.figures).toMatchObject({ respondedAt: null, endedAt: null });
});

test('a month holds the callouts that were opened in it by the calendar of the site', async () => {
  const { openedAt } = (await get(`/api/callouts/${calloutId}/report`)).json<CalloutReport>().figures;
  const month = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit' });
  const of = async (asked: string) =>
    (await get(`/api/sites/pond/callout-reports?month=${asked}`)).json<MonthReport>().callouts;
  expect((await of(month.format(openedAt))).map((one) => one.calloutId)).toEqual([calloutId]);
  expect(await of('2001-01')).toEqual([]);
  expect((await get('/api/sites/pond/callout-reports?month=2026-13')).json()).toMatchObject({ field: 'month' });
});

/** All that stands in a workbook, wherever it keeps its texts. */
const textOf = (files: Readonly<Record<string, Uint8Array>>): string =>
  Object.entries(files)
    .flatMap(([name, bytes]) => (/sheet1|sharedStrings/u.test(name) ? [strFromU8(bytes)] : []))
    .join('\n');

test('E13 its workbook holds the same in five sheets', async () => {
  const { rawPayload, headers } = await get(`/api/callouts/${calloutId}/report.xlsx`);
  expect(headers['content-disposition']).toContain('.xlsx');
  const files = unzipSync(rawPayload);
  expect(Object.keys(files).filter((name) => name.includes('worksheets/'))).toHaveLength(5);
  expect(strFromU8(files['xl/worksheets/sheet2.xml'] ?? new Uint8Array())).toContain('100****03');
  expect(textOf(files)).toContain(eventNumber(calloutId));
});

test('E13 its paper holds Chinese letters that another program reads', async () => {
  const { rawPayload, headers } = await get(`/api/callouts/${calloutId}/report.pdf`);
  expect(headers['content-type']).toBe('application/pdf');
  // Of Debian's poppler-utils: nobody here wrote it.
  const reader = execFile('pdftotext', ['-layout', '-', '-']);
  reader.stdin?.end(rawPayload);
  let text = '';
  reader.stdout?.on('data', (chunk: string) => (text += chunk));
  await once(reader, 'close');
  expect(text).toContain('叫应报告 Call-out report');
  expect(text).toContain('100****03');
  expect(text).toContain(`事件编号 Event: ${eventNumber(calloutId)}`);
});

test('a month has a workbook and a paper too', async () => {
  const xlsx = await get('/api/sites/pond/callout-reports.xlsx?month=2001-01');
  expect(Object.keys(unzipSync(xlsx.rawPayload))).toContain('xl/workbook.xml');
  const pdf = await get('/api/sites/pond/callout-reports.pdf?month=2001-01');
  expect(pdf.rawPayload.toString('latin1', 0, 5)).toBe('%PDF-');
});
