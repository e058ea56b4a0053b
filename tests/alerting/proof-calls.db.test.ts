import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { proofCalls, proofReport } from '../../alerting/io/proof-calls.ts';
import { reachDesk } from '../../src/app/reach-desk.ts';
import { rosterDesk } from '../../src/app/roster-desk.ts';
import { nextDue, rosterRound } from '../../src/app/roster-round.ts';
import { HOUR, MINUTE, instant } from '../../src/core/time.ts';
import { POND, storePond } from '../gateway/pond.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { at } from './roster/roster-of.ts';
import { fakeCarrier } from './fake-carrier.ts';

const { db, pool } = await testDatabase();
/** Ten in the morning in Shanghai. */
const TEN = at('2026-07-01 10:00');
const clock = fakeClock(TEN);
const draw = () => 0.5;
const reach = reachDesk({ db, clock, draw });
const phones = await fakeCarrier();
afterAll(() => phones[Symbol.asyncDispose]());
const carrier = httpCarrier({ url: phones.url, key: 'key of the test', publicUrl: 'http://127.0.0.1' });
/** What the carrier was asked for, oldest first. */
const asked = () =>
  phones.asked.map(({ path, key, body }) => ({
    medium: path === '/v1/calls' ? 'voice' : 'sms',
    to: body.to,
    text: body.say ?? body.text ?? '',
    id: key,
  }));
const calls = proofCalls({ db, clock, carrier });
const report = (event: 'digit' | 'ended' | 'busy' | 'voicemail', digit?: string) =>
  proofReport(db, clock, asked().at(-1)?.id ?? '', { reportId: event, event, digit });
const principal = async () => (await reach.look('pond')).numbers.find(({ contactId }) => contactId === 'principal');

beforeEach(async () => {
  await pool.query('truncate site, audit restart identity cascade');
  clock.set(TEN);
  phones.forget();
  phones.answer(null);
  await storePond(db);
});

describe('“call me now”', () => {
  test('is proved by the right key alone, and stays proved when the line drops after it', async () => {
    await reach.prove('pond', { contactId: 'principal', line: 0 }, 'li');
    expect(await calls.pass()).toBe(1);
    expect(asked()).toMatchObject([{ medium: 'voice', to: '+861000000003' }]);
    expect(asked()[0]?.text).toContain('电话测试，不是预警');
    expect(await report('digit', '1')).toMatchObject({ gather: { digits: 1 } });
    expect(await principal()).toMatchObject({ provedAt: null, last: { outcome: null } });
    expect(await report('digit', '5')).toMatchObject({ hangup: true });
    await report('ended');
    expect(await principal()).toMatchObject({ provedAt: TEN, last: { outcome: 'confirmed', by: 'li' } });
  });

  test('E12 is not proved by a machine that takes the call, nor by a line that is busy', async () => {
    for (const event of ['voicemail', 'busy'] as const) {
      await reach.prove('pond', { contactId: 'principal', line: 0 }, 'li');
      await calls.pass();
      await report(event);
      clock.advance(MINUTE);
      expect(await principal()).toMatchObject({ provedAt: null, last: { outcome: event } });
    }
  });

  test('rings a phone once, however often it is asked for', async () => {
    await reach.prove('pond', { contactId: 'principal', line: 0 }, 'li');
    await expect(reach.prove('pond', { contactId: 'principal', line: 0 }, 'wang')).rejects.toMatchObject({
      code: 'proof/running',
    });
    await calls.pass();
    await calls.pass();
    expect(asked()).toHaveLength(1);
  });

  test('is tried again while the carrier is away, and given up on record', async () => {
    phones.answer(() => ({ status: 503 }));
    await reach.prove('pond', { contactId: 'principal', line: 0 }, 'li');
    for (let i = 0; i < 6; i++) {
      await calls.pass();
      clock.advance(10 * MINUTE);
    }
    expect(await principal()).toMatchObject({ last: { outcome: 'carrier-away' } });
  });

  test('of which nothing was ever heard is over, and proves nothing', async () => {
    await reach.prove('pond', { contactId: 'principal', line: 0 }, 'li');
    await calls.pass();
    clock.advance(11 * MINUTE);
    await calls.pass();
    expect(await principal()).toMatchObject({ provedAt: null, last: { outcome: 'no-report' } });
  });
});

test('the roll is called once a month, in working hours, every number once', async () => {
  await rosterRound({ db, clock, draw });
  expect(asked()).toEqual([]);
  clock.set(at('2026-07-05 08:59'));
  await rosterRound({ db, clock, draw });
  clock.set(at('2026-07-05 09:00'));
  await rosterRound({ db, clock, draw });
  await rosterRound({ db, clock, draw });
  clock.advance(HOUR);
  await calls.pass();
  await calls.pass();
  expect(new Set(asked().map(({ to }) => to))).toEqual(new Set(POND.contacts.map(({ phone }) => phone)));
  expect(asked()).toHaveLength(POND.contacts.length);
  expect((await reach.look('pond')).nextRollCallAt).toBe(at('2026-08-05 09:00'));
});

test('E10 gaps are looked for nightly, and told to whoever is responsible when people are awake', async () => {
  const rotation = {
    id: 'officers',
    name: 'officers',
    duty: 'duty-officer',
    pattern: { kind: 'daily' as const },
    handOver: '08:00',
    until: '20:00',
    firstDay: '2026-07-01',
    turns: [['duty']],
  };
  await rosterDesk({ db, clock }).save(
    'pond',
    { baseVersion: 0, rotations: [rotation], holidays: [], accounts: {}, responsible: 'duty' },
    'chief',
  );
  await rosterRound({ db, clock, draw });
  await calls.pass();
  expect(asked()).toEqual([]);
  clock.set(at('2026-07-02 08:00'));
  await calls.pass();
  expect(asked()).toMatchObject([{ medium: 'sms', to: '+861000000002' }]);
  expect(asked()[0]?.text).toContain('2026-07-01 20:00');
  expect(asked()[0]?.text).toContain('30 处空档');
});

test('what a night is, is what the wall of the site shows', () => {
  expect(nextDue('gaps', 'America/Santiago', instant(Date.UTC(2026, 8, 5, 12)))).toBe(Date.UTC(2026, 8, 6, 5));
});

test('the yearly review nags from its day on, until somebody has looked', async () => {
  expect((await reach.look('pond')).reviewOverdue).toBe(false);
  clock.set(at('2027-04-19 23:59'));
  expect((await reach.look('pond')).reviewOverdue).toBe(false);
  clock.set(at('2027-04-20 00:00'));
  expect((await reach.look('pond')).reviewOverdue).toBe(true);
  await reach.review('pond', 'chief');
  expect(await reach.look('pond')).toMatchObject({ reviewOverdue: false, reviewedAt: at('2027-04-20 00:00') });
});
