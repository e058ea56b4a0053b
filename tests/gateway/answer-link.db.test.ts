import { beforeEach, describe, expect, test } from 'vitest';
import { answerLinks } from '../../src/platform/answer-link.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { deskBench } from '../alerting/desk-bench.ts';
import type { DeskBench } from '../alerting/desk-bench.ts';
import { RESPONDING } from '../alerting/story.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { SECRET_KEY, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const clock = fakeClock();
const links = answerLinks(SECRET_KEY, 'http://127.0.0.1');
let bench: DeskBench;
const { app } = await testGateway(database, {
  clock,
  desk: new Proxy({} as DeskBench['desk'], { get: (_desk, name) => bench.desk[name as keyof DeskBench['desk']] }),
});

beforeEach(async () => {
  bench = await deskBench(db, { clock });
});

/** A yellow callout asks the control room by text message; returns that attempt and the token of its link. */
async function asked() {
  await bench.logLevel('yellow');
  await bench.desk.followLevelChanges();
  const attempt = await db
    .selectFrom('attempt')
    .select(['id', 'number', 'contact_id', 'callout_id'])
    .where('site_id', '=', bench.siteId)
    .where('medium', '=', 'sms')
    .executeTakeFirstOrThrow();
  return { ...attempt, token: links.linkTo(attempt.id).split('#')[1] ?? '' };
}
const post = async (what: 'open' | 'answer' | 'say', token: unknown, more: object = {}) => {
  const payload = { token, ...more };
  const response = await app.inject({ method: 'POST', url: `/api/answer-link/${what}`, payload });
  return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
};
const answers = async () => (await bench.callout()).state.answers;

test('opening a link, however often, shows what it is about and answers nothing', async () => {
  const { token, callout_id } = await asked();
  const before = await db.selectFrom('callout').selectAll().where('id', '=', callout_id).executeTakeFirstOrThrow();
  for (let times = 0; times < 3; times += 1) {
    const { status, body } = await post('open', token);
    expect([status, body['state'], body['level']]).toEqual([200, 'open', 'yellow']);
    expect(JSON.stringify(body)).not.toMatch(/\+86/);
  }
  for (const url of ['/answer', '/answer.html', `/answer?${token}`]) await app.inject({ url });
  expect(await answers()).toEqual([]);
  const after = await db.selectFrom('callout').selectAll().where('id', '=', callout_id).executeTakeFirstOrThrow();
  expect(after).toEqual(before);
});

test('a press answers as the person who was asked, once, and stands in the audit', async () => {
  const { token, contact_id, callout_id } = await asked();
  const pressed = await post('answer', token);
  expect([pressed.status, pressed.body['state']]).toEqual([200, 'answered']);
  expect(await answers()).toMatchObject([{ contactId: contact_id, medium: 'sms', asked: 'yellow' }]);
  expect((await post('answer', token)).body['state']).toBe('answered');
  expect(await answers()).toHaveLength(1);
  expect(
    await db
      .selectFrom('audit')
      .select(['who', 'site_id', 'facts'])
      .where('action', '=', 'callout/answer-by-link')
      .where('site_id', '=', bench.siteId)
      .execute(),
  ).toMatchObject([{ who: `contact:${contact_id}`, facts: { calloutId: callout_id, contactId: contact_id } }]);
});

test('two presses at once are one answer', async () => {
  const { token } = await asked();
  await Promise.all([post('answer', token), post('answer', token), post('answer', token)]);
  expect(await answers()).toHaveLength(1);
});

test('a link is good for a day, and for nothing but its own message', async () => {
  const { token, id } = await asked();
  clock.advance(24 * HOUR + MINUTE);
  expect(await post('open', token)).toMatchObject({ status: 410, body: { code: 'link/over' } });
  expect(await post('answer', token)).toMatchObject({ status: 410, body: { code: 'link/over' } });
  expect(await answers()).toEqual([]);
  const foreign = answerLinks(`${SECRET_KEY} of another house`, 'http://127.0.0.1').linkTo(id).split('#')[1];
  expect(await post('open', foreign)).toMatchObject({ status: 404, body: { code: 'attempt/not-found' } });
  expect(await post('answer', foreign)).toMatchObject({ status: 404, body: { code: 'attempt/not-found' } });
});

test('the link of a call answers nothing: only messages carry one', async () => {
  await bench.logLevel('red');
  await bench.desk.followLevelChanges();
  const voice = await db
    .selectFrom('attempt')
    .select('id')
    .where('site_id', '=', bench.siteId)
    .where('medium', '=', 'voice')
    .executeTakeFirstOrThrow();
  const token = links.linkTo(voice.id).split('#')[1];
  expect(await post('answer', token)).toMatchObject({ status: 404, body: { code: 'attempt/not-found' } });
  expect(await answers()).toEqual([]);
});

test.each([[''], [7], [null], ['x'.repeat(101)]])(
  'a token that cannot be one is refused by name: %j',
  async (token) => {
    expect(await post('answer', token)).toMatchObject({
      status: 400,
      body: { code: 'request/invalid', field: 'token' },
    });
  },
);

describe('what is said by the link after the answer', () => {
  const said = async (token: string, what: unknown) => post('say', token, { what });
  const audited = () =>
    db
      .selectFrom('audit')
      .select(['who', 'facts'])
      .where('action', '=', 'callout/say-by-link')
      .where('site_id', '=', bench.siteId)
      .orderBy('id')
      .execute();

  beforeEach(async () => {
    bench = await deskBench(db, { clock, policy: RESPONDING });
  });

  test('before the answer nothing can be said: it answers nothing, and is on no record', async () => {
    const { token } = await asked();
    const { status, body } = await said(token, 'stop-work');
    expect([status, body['state'], body['isAsked'], body['said']]).toEqual([200, 'open', false, []]);
    const { state } = await bench.callout();
    expect([state.answers, state.orders ?? []]).toEqual([[], []]);
    expect(await audited()).toEqual([]);
  });

  test('it is an order of the person who answered, once, in the audit under that name', async () => {
    const { token, contact_id, callout_id } = await asked();
    await post('answer', token);
    const { status, body } = await said(token, 'stop-work');
    expect([status, body['isAsked'], body['said']]).toEqual([200, true, ['stop-work']]);
    await said(token, 'stop-work');
    expect((await bench.callout()).state.orders).toMatchObject([{ kind: 'stop-work' }]);
    expect((await audited())[0]).toMatchObject({
      who: `contact:${contact_id}`,
      facts: { calloutId: callout_id, contactId: contact_id, what: 'stop-work' },
    });
  });

  test('who cannot takes the answer back: the callout calls on, and the link asks for nothing more', async () => {
    const { token, contact_id } = await asked();
    await post('answer', token);
    expect((await bench.callout()).state.phase).toBe('answered');
    const { body } = await said(token, 'declined');
    expect([body['isAsked'], body['said']]).toEqual([false, ['declined']]);
    const { state } = await bench.callout();
    expect(state.phase).toBe('calling');
    expect(state.answers).toMatchObject([{ contactId: contact_id }]);
    await said(token, 'stop-work');
    expect((await bench.callout()).state.orders ?? []).toEqual([]);
    expect(await audited()).toHaveLength(1);
  });

  test('E32 a wrong person: the number is suspended by a row, and an event says so', async () => {
    const { token, contact_id } = await asked();
    await post('answer', token);
    await said(token, 'wrong-person');
    expect(
      await db.selectFrom('suspended_phone').select('contact_id').where('site_id', '=', bench.siteId).execute(),
    ).toEqual([{ contact_id }]);
    expect(await bench.events()).toContain('wrong-person');
  });

  test('a day later, by a link of another house, or in a word that nobody may say, it is refused', async () => {
    const { token, id } = await asked();
    await post('answer', token);
    expect(await said(token, 'release')).toMatchObject({ status: 400, body: { field: 'what' } });
    const foreign = answerLinks(`${SECRET_KEY} of another house`, 'http://127.0.0.1').linkTo(id).split('#')[1] ?? '';
    expect(await said(foreign, 'respond')).toMatchObject({ status: 404, body: { code: 'attempt/not-found' } });
    clock.advance(24 * HOUR + MINUTE);
    expect(await said(token, 'respond')).toMatchObject({ status: 410, body: { code: 'link/over' } });
    expect((await bench.callout()).state.orders ?? []).toEqual([]);
  });
});
