import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { tencentSms } from '../../alerting/channels/tencent/tencent-sms.ts';
import { tencentVoice } from '../../alerting/channels/tencent/tencent-voice.ts';
import { referenceOf, standingBy } from '../../alerting/channels/standing-by.ts';
import { broadcastBox } from '../../alerting/io/broadcast-box.ts';
import { beginDrill } from '../../alerting/io/begin-drill.ts';
import { outbox } from '../../alerting/io/outbox.ts';
import { proofCalls } from '../../alerting/io/proof-calls.ts';
import { pollReceipts } from '../../alerting/io/receipts.ts';
import { withBroadcasts } from '../../src/app/broadcast-door.ts';
import { orProof } from '../../src/app/proof-door.ts';
import { reachDesk } from '../../src/app/reach-desk.ts';
import { SECOND } from '../../src/core/time.ts';
import { storePond } from '../gateway/pond.ts';
import { testDatabase } from '../support/test-database.ts';
import { startVendor } from '../support/vendor-server.ts';
import { broadcastBench, group, person, phone } from './broadcast/broadcast-bench.ts';
import { deskBench, openedBench } from './desk-bench.ts';
import { named } from './named-carriers.ts';

const { db, pool } = await testDatabase();
/** What the vendor was asked for, and what it tells when it is asked. */
const asked: { readonly action: string; readonly template: string; readonly slots: readonly string[] }[] = [];
let placed = 0;
const states: { SerialNo: string; ReportStatus: string }[] = [];
const vendor = await startVendor(({ headers, body }) => {
  const action = String(headers['x-tc-action']);
  const said = JSON.parse(body) as { TemplateId?: string; TemplateParamSet?: readonly string[] };
  if (said.TemplateId !== undefined)
    asked.push({ action, template: said.TemplateId, slots: said.TemplateParamSet ?? [] });
  const own = `own-${String(++placed)}`;
  const responses: Readonly<Record<string, unknown>> = {
    SendTtsVoice: { SendStatus: { CallId: own } },
    SendSms: { SendStatusSet: [{ SerialNo: own, Code: 'Ok' }] },
    PullSmsSendStatus: { PullSmsSendStatusSet: states.splice(0) },
    PullSmsReplyStatus: { PullSmsReplyStatusSet: [] },
  };
  return { body: { Response: responses[action] ?? { Error: { Code: 'InvalidAction' } } } };
});
afterAll(() => vendor[Symbol.asyncDispose]());

const hostClock = { now: () => Date.UTC(2026, 6, 1) as never };
const account = {
  secretId: 'AKID-test',
  secretKey: 'secret-of-the-test',
  region: 'ap-guangzhou',
  clock: hostClock,
  appId: '1',
  slotLength: 20,
  url: vendor.url,
  balanceUrl: vendor.url,
};
const voice = named(
  'voice',
  tencentVoice({ ...account, templates: { call: 'v-call', proof: 'v-proof', evacuation: 'v-leave' } }),
  { kind: 'tencent-voice', media: ['voice'], keepsKeys: false },
);
const sms = named(
  'sms',
  tencentSms({
    ...account,
    signName: '示范',
    templates: { call: 's-call', cleared: 's-cleared', evacuation: 's-leave' },
  }),
  { kind: 'tencent-sms', media: ['sms'], keepsKeys: false },
);
const carriers = [voice, sms];
const failed = (error: unknown): never => {
  throw error;
};

beforeEach(async () => {
  asked.length = 0;
  await db.updateTable('broadcast_attempt').set({ status: 'ended' }).execute();
  await db.updateTable('attempt').set({ status: 'ended' }).execute();
});

it('a broadcast is said by its own template, and what becomes of its messages is heard by the vendor’s name for them', async () => {
  const bench = await broadcastBench(db, { village: group(person('li', phone(41))) });
  const id = await bench.press();
  const pace = { callsPerSecond: 100, messagesPerSecond: 100, lines: 100 };
  const box = broadcastBox({ db, clock: bench.clock, carrier: standingBy(carriers), pace, failed });
  await box.pass();
  await box.settled();
  expect(asked.map(({ action, template }) => `${action} ${template}`).toSorted()).toEqual([
    'SendSms s-leave',
    'SendTtsVoice v-leave',
  ]);
  const { told } = await db
    .selectFrom('broadcast_recipient')
    .select('told')
    .where('broadcast_id', '=', id)
    .executeTakeFirstOrThrow();
  const { site, route, assembly } = told as { site: { zh: string }; route: string; assembly: string };
  expect(asked[0]?.slots).toEqual([site.zh, route, assembly]);
  const text = await bench.attempt(id, 1, 'sms', 1);
  const reference = text.carrier_ref?.slice(referenceOf('sms', '').length) ?? '';
  states.push({ SerialNo: reference, ReportStatus: 'SUCCESS' }, { SerialNo: 'of others', ReportStatus: 'FAIL' });
  const { desk } = await openedBench(db, 'yellow');
  const phones = { ...desk, ...withBroadcasts({ ...desk, report: orProof(desk.report, db, bench.clock) }, bench.desk) };
  await pollReceipts({ db, desk: phones, carriers, polled: new Set(['sms']) });
  expect(await bench.attempt(id, 1, 'sms', 1)).toMatchObject({ status: 'ended', outcome: 'delivered' });
  const call = await bench.attempt(id, 1, 'voice', 1);
  expect(await phones.attemptOf('voice', call.carrier_ref?.slice('voice '.length) ?? '')).toBe(call.id);
});

it('a number is proved by its own template, and its key is heard by the vendor’s name for the call', async () => {
  await pool.query('truncate site cascade');
  await storePond(db);
  const { desk, clock } = await openedBench(db, 'yellow');
  await reachDesk({ db, clock, draw: () => 0.5 }).prove('pond', { contactId: 'principal', line: 0 }, 'li');
  await proofCalls({ db, clock, carrier: standingBy(carriers) }).pass();
  expect(asked).toMatchObject([{ template: 'v-proof', slots: [expect.any(String), '5'] }]);
  const own = `own-${String(placed)}`;
  const attemptId = await desk.attemptOf('voice', own);
  const report = orProof(desk.report, db, clock);
  await report(attemptId, { reportId: 'a', id: own, event: 'digit', digit: '5' }, 'voice');
  const proof = await db.selectFrom('proof_call').select(['id', 'outcome']).executeTakeFirstOrThrow();
  expect(proof).toEqual({ id: attemptId, outcome: 'confirmed' });
});

it('a drill is called by the template of what is real, and says in each of its names that it is one', async () => {
  const bench = await deskBench(db);
  const { clock, policyOf, policy } = bench;
  const words = { zh: '三号断面浸润线', en: 'section 3' };
  const drill = {
    drillId: randomUUID(),
    siteId: bench.siteId,
    level: 'red',
    words,
    endsAfterMs: 600 * SECOND,
  } as const;
  await db.transaction().execute((tx) => beginDrill(tx, { policyOf, draw: () => 0.5 }, drill, clock.now()));
  const box = outbox({ db, clock, carriers, policyOf, draw: () => 0.5, linkTo: null, failed });
  await box.pass();
  await box.settled();
  expect(asked[0]).toMatchObject({
    action: 'SendTtsVoice',
    template: 'v-call',
    slots: [`演练 ${policy.siteName.zh}`, '红色', '演练 三号断面浸润线', expect.stringMatching(/^\d$/u)],
  });
  expect(asked.every(({ slots: [site = ''] }) => site.startsWith('演练'))).toBe(true);
});

it('that readings have fallen back is written by its own template; the end of it, which has none, is on record as missed', async () => {
  const bench = await openedBench(db, 'yellow');
  const { desk, clock, policy } = bench;
  const box = outbox({ db, clock, carriers, policyOf: async () => policy, draw: () => 0.5, linkTo: null, failed });
  const deliver = async (): Promise<void> => {
    await box.pass();
    await box.settled();
  };
  await deliver();
  expect(asked).toMatchObject([{ action: 'SendSms', template: 's-call' }]);
  const { code } = await bench.attempt(1);
  await desk.reply('+8610000000001', code, 'm1');
  clock.advance(SECOND);
  await bench.logLevel('normal');
  await desk.followLevelChanges();
  await deliver();
  expect(asked.at(-1)).toMatchObject({ template: 's-cleared', slots: [policy.siteName.zh] });
  await desk.release((await bench.callout()).id, 'operator', 'all dry');
  const before = asked.length;
  await deliver();
  expect(asked).toHaveLength(before);
  expect((await bench.events()).filter((type) => type === 'carrier-failed')).toHaveLength(1);
});

it('an attempt is found by the beginning of its id before its carrier’s name for it is written down', async () => {
  const { desk, attempt } = await openedBench(db, 'orange');
  const { id } = await attempt(1);
  expect(await desk.attemptOf('voice', 'not written yet', id.replaceAll('-', '').slice(0, 15))).toBe(id);
  await expect(desk.attemptOf('voice', 'of others', '000000000000000')).rejects.toMatchObject({
    code: 'attempt/not-found',
  });
});

it('E20 a report says through all doors whose it is: of a carrier that was given up, that it missed ends nothing', async () => {
  const { desk, attempt, attempts, clock } = await openedBench(db, 'orange');
  const { id } = await attempt(1);
  await db.updateTable('attempt').set({ status: 'handed-over', carrier: 'voice' }).where('id', '=', id).execute();
  await orProof(desk.report, db, clock)(id, { reportId: 'late', event: 'no-answer' }, 'bridge');
  expect((await attempts())[0]).toBe('1 officer orange voice handed-over');
  await orProof(desk.report, db, clock)(id, { reportId: 'late', event: 'no-answer' }, 'voice');
  expect((await attempts())[0]).toBe('1 officer orange voice ended no-answer');
});
