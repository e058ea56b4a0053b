import { describe, expect, it } from 'vitest';
import { withSuspensions } from '../../alerting/io/suspended-phone.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { openedBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';
import { RESPONDING } from './story.ts';

const { db } = await testDatabase();
const opened = (to: 'yellow' | 'red') => openedBench(db, to, { policy: RESPONDING });

let reports = 0;
/** A key on the call of an attempt, as the carrier reports it. */
async function press({ desk, attempt }: DeskBench, number: number, digit?: string) {
  const { id, code } = await attempt(number);
  return desk.report(id, { reportId: `key ${String(++reports)}`, event: 'digit', digit: digit ?? code });
}

describe('keys after the answer, at the desk', () => {
  it('E13 each is read back, and the call goes on: the digit, then 1; then a number that is not his', async () => {
    const bench = await opened('red');
    expect((await press(bench, 1)).say).toMatch(/^已确认，红色，库水位。事件编号 \d \d \d \d。我来处置请按 1/u);
    expect(await press(bench, 1, '5')).toMatchObject({ gather: { digits: 1 } });
    expect((await press(bench, 1, '1')).say).toMatch(/^已记录，由您处置。/u);
    expect(await press(bench, 1, '3')).toEqual({ say: '您要下令撤离，确认撤离请再按 3。', gather: { digits: 1 } });
    expect(await press(bench, 1, '3')).toEqual({
      say: '已记录撤离命令，请立即组织撤离并清点人数。',
      hangup: true,
    });
    expect((await bench.callout()).state.orders).toMatchObject([{ kind: 'respond' }, { kind: 'evacuate', number: 2 }]);
  });

  it('an answer without a response is due again, and called again', async () => {
    const bench = await opened('red');
    await press(bench, 1);
    const { id } = await bench.callout();
    await bench.desk.answerOnScreen(id, 'room');
    const { due_at, state } = await bench.callout();
    expect(state.phase).toBe('answered');
    expect(due_at?.getTime()).toBe(bench.clock.now() + 10 * MINUTE);
    bench.clock.advance(10 * MINUTE);
    await bench.desk.takeDue();
    expect((await bench.callout()).state).toMatchObject({ phase: 'calling', runs: { length: 4 } });
    expect(await bench.events()).toContain('no-response');
  });

  it('E32 a wrong number is suspended everywhere until a person lifts it: with a row, an event and an audit', async () => {
    const bench = await opened('red');
    const { phone } = await bench.attempt(1);
    await press(bench, 1);
    expect(await press(bench, 1, '9')).toEqual({ say: '抱歉打扰，此号码已停呼。', hangup: true });
    expect(await press(bench, 1, '9')).toEqual({ say: '抱歉打扰，此号码已停呼。', hangup: true });
    const rows = await db.selectFrom('suspended_phone').selectAll().where('site_id', '=', bench.siteId).execute();
    expect(rows).toMatchObject([{ phone, contact_id: 'principal', lifted_at: null }]);
    expect(await bench.events()).toContain('wrong-person');
    const audit = await db.selectFrom('audit').selectAll().where('site_id', '=', bench.siteId).execute();
    expect(audit).toMatchObject([{ action: 'phone/suspend', facts: { contactId: 'principal' } }]);
    expect(JSON.stringify(audit)).not.toContain(phone);
    expect(await withSuspensions(db, bench.policy)).toMatchObject({ suspended: [phone] });
    await db
      .updateTable('suspended_phone')
      .set({ lifted_at: new Date(), lifted_by: 'admin', reason: 'it is his' })
      .where('phone', '=', phone)
      .execute();
    expect((await withSuspensions(db, bench.policy)).suspended).toBeUndefined();
  });

  it('E4 a key that comes late, after the release, is told that it is over, and calls nobody', async () => {
    const bench = await opened('red');
    await press(bench, 1);
    const { id } = await bench.callout();
    await bench.desk.answerOnScreen(id, 'room');
    await bench.logLevel('normal');
    await bench.desk.followLevelChanges();
    await bench.desk.release(id, 'operator', 'dry', { inspection: 'the engineer' });
    const before = await bench.attempts();
    expect(await press(bench, 1, '8')).toMatchObject({ hangup: true });
    expect(await bench.attempts()).toEqual(before);
  });
});

describe('keys by message', () => {
  const ROOM = '+8610000000001';

  it('E31 the code and a key in one message, then keys alone; each is said back', async () => {
    const bench = await opened('yellow');
    const { code } = await bench.attempt(1);
    expect(await bench.desk.reply(ROOM, `${code} １`, 'm1')).toEqual({ say: '已记录，由您处置。' });
    expect(await bench.desk.reply(ROOM, '2', 'm2')).toEqual({ say: '已记录停工命令，请立即落实停工。' });
    expect(await bench.desk.reply(ROOM, '3', 'm3')).toEqual({ say: '您要下令撤离，确认撤离请再回复 3。' });
    expect(await bench.desk.reply(ROOM, '8', 'm4')).toEqual({ say: '已记录，您无法处理，现在呼叫下一人。' });
    expect((await bench.callout()).state.phase).toBe('calling');
    expect((await bench.attempts()).at(-1)).toContain('officer');
  });
});

describe('orders from the page', () => {
  it('are counted and reported; what is not there is refused', async () => {
    const bench = await opened('red');
    const { id } = await bench.callout();
    await press(bench, 1);
    const order = { kind: 'evacuate', scope: 'below the dam', route: 'north road', dueAt: null, expected: 3 } as const;
    const given = { by: 'operator', screen: 'room', issuer: 'principal', order };
    await bench.desk.respond(id, given);
    await bench.desk.respond(id, given);
    bench.clock.advance(SECOND);
    await expect(bench.desk.countHeads(id, 2, 'operator', { expected: 3, accounted: 1 })).rejects.toMatchObject({
      code: 'order/not-found',
    });
    const { orders } = await bench.desk.countHeads(id, 1, 'operator', { expected: 3, accounted: 3 });
    expect(orders).toMatchObject([{ number: 1, level: 'red', done: { by: 'operator' } }]);
    await expect(bench.desk.reportDone(id, 9, 'operator', 'x')).rejects.toMatchObject({ code: 'order/not-found' });
  });

  it('the room that cannot takes nothing of its record away, and is called after', async () => {
    const bench = await opened('yellow');
    const { id } = await bench.callout();
    await bench.desk.answerOnScreen(id, 'room');
    const { phase, answers } = await bench.desk.declineOnScreen(id, 'room');
    expect([phase, answers.length]).toEqual(['calling', 1]);
    expect((await bench.attempts()).at(-1)).toContain('officer');
  });
});
