import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench, openedBench } from './desk-bench.ts';

const { db } = await testDatabase();

describe('a carrier report', () => {
  it('is taken once: the same one again gets the same reply, at the same moment too', async () => {
    const { desk, attempt, attempts, callout } = await openedBench(db, 'red');
    const principal = await attempt(1);
    const wrong = { reportId: 'a', event: 'digit', digit: String((Number(principal.code) + 1) % 10) } as const;
    const first = await desk.report(principal.id, wrong);
    expect(first.gather).toEqual({ digits: 1 });
    for (let i = 0; i < 5; i++) expect(await desk.report(principal.id, wrong)).toEqual(first);
    const right = { reportId: 'b', event: 'digit', digit: principal.code } as const;
    const replies = await Promise.all(Array.from({ length: 5 }, () => desk.report(principal.id, right)));
    expect(replies).toEqual(
      Array(5).fill({
        say: expect.stringMatching(/^已确认，红色，库水位。.*停工请按 2/u) as unknown,
        gather: { digits: 1 },
      }),
    );
    expect((await attempts())[0]).toBe('1 principal red voice ended confirmed');
    expect((await callout()).state.answers).toHaveLength(1);
  });

  it('many at once, on all attempts: none is lost, none blocks another', async () => {
    const { desk, attempt, attempts } = await openedBench(db, 'red');
    const two = [await attempt(1), await attempt(2)];
    const reports = two.flatMap(({ id }) =>
      (['ringing', 'answered', 'ringing', 'answered'] as const).map((event, i) =>
        desk.report(id, { reportId: `r${String(i)}`, event }),
      ),
    );
    await Promise.all(reports);
    expect((await attempts()).slice(0, 2)).toEqual([
      '1 principal red voice answered',
      '2 officer orange voice answered',
    ]);
  });

  it('moves the attempt as the phone does, and back never', async () => {
    const { desk, attempt, attempts, events } = await openedBench(db, 'orange');
    const { id } = await attempt(1);
    const { id: sms } = await attempt(2);
    await desk.report(id, { reportId: '1', event: 'ringing' });
    await desk.report(id, { reportId: '2', event: 'answered' });
    await desk.report(id, { reportId: '3', event: 'ringing' });
    await desk.report(sms, { reportId: '1', event: 'delivered' });
    expect(await attempts()).toEqual(['1 officer orange voice answered', '2 room yellow sms ended delivered']);
    await desk.report(id, { reportId: '4', event: 'ended' });
    expect(await attempts()).toEqual([
      '1 officer orange voice ended hung-up',
      '2 room yellow sms ended delivered',
      '3 engineer orange voice queued',
    ]);
    expect((await events()).filter((type) => type === 'attempt-status')).toHaveLength(4);
  });

  it('E12 voicemail is missed, and the line is given up', async () => {
    const { desk, attempt, attempts } = await openedBench(db, 'orange');
    expect(await desk.report((await attempt(1)).id, { reportId: '1', event: 'voicemail' })).toEqual({ hangup: true });
    expect((await attempts())[2]).toBe('3 engineer orange voice queued');
  });

  it('of an attempt that nobody knows is refused', async () => {
    const { desk } = await deskBench(db);
    const unknown = desk.report('00000000-0000-4000-8000-000000000000', { reportId: '1', event: 'ringing' });
    await expect(unknown).rejects.toMatchObject({ code: 'attempt/not-found' });
  });

  it('the line of a call that was hung up goes dead: it is over', async () => {
    const { desk, attempt, attempts, callout } = await openedBench(db, 'orange');
    const { id } = await attempt(1);
    await desk.report(id, { reportId: '1', event: 'ringing' });
    await desk.answerOnScreen((await callout()).id, 'engineer');
    expect((await attempts())[0]).toBe('1 officer orange voice cancelling');
    expect(await desk.report(id, { reportId: '2', event: 'answered' })).toMatchObject({ hangup: true });
    await desk.report(id, { reportId: '3', event: 'ended' });
    expect((await attempts())[0]).toBe('1 officer orange voice ended cancelled');
  });
});

describe('a text message', () => {
  const ROOM = '+8610000000001';
  const TAKEN = { say: expect.stringMatching(/^已确认，黄色，库水位。请再回复一个数字/u) as unknown };
  const CODE_WANTED = { say: '尚未计为应答：请回复短信中的四位数字。' };

  it('E31 answers from the number that was asked, with the code, as people type it; once. Without it, it is on record, and the code is asked for', async () => {
    const { desk, attempt, attempts, callout, siteId } = await openedBench(db, 'yellow');
    const { code } = await attempt(1);
    const wide = code.replaceAll(/\d/gu, (digit) => ` ${String.fromCharCode(digit.charCodeAt(0) + 0xfee0)}`);
    expect(await desk.reply('+8610000000002', code, 's1')).toBe(null);
    expect(await desk.reply(ROOM, '收到', 's2')).toEqual(CODE_WANTED);
    expect(await desk.reply(ROOM, '\0\uD800没有', 's3')).toEqual(CODE_WANTED);
    expect((await callout()).state.phase).toBe('calling');
    const wrong = await db
      .selectFrom('callout_event')
      .select('facts')
      .where('site_id', '=', siteId)
      .where('type', '=', 'wrong-reply')
      .execute();
    const facts = { attempt: 1, contactId: 'room', level: 'yellow', medium: 'sms', wrongReplies: 0, refused: false };
    expect(wrong).toEqual([{ facts }, { facts }]);
    expect(await desk.reply(ROOM, `${wide} 收到`, 's4')).toEqual(TAKEN);
    expect(await desk.reply(ROOM, `${wide} 收到`, 's4')).toEqual(TAKEN);
    expect(await desk.reply(ROOM, '收到', 's2')).toEqual(CODE_WANTED);
    expect(await attempts()).toEqual(['1 room yellow sms ended replied']);
    expect((await callout()).state).toMatchObject({
      phase: 'answered',
      answers: [{ contactId: 'room', level: 'yellow', medium: 'sms' }],
    });
  });

  it('answers from no number but the one that this code went to: not from another contact, not from one that is written since', async () => {
    const bench = await openedBench(db, 'yellow');
    const { desk, attempt, callout, policy } = bench;
    const { code, phone } = await attempt(1);
    for (const other of policy.contacts.map((contact) => contact.phone).filter((each) => each !== phone))
      expect(await desk.reply(other, code, `other ${other}`)).toBe(null);
    const changed = '+861000000091';
    bench.reconfigure(policy.contacts.map((each) => (each.phone === phone ? { ...each, phone: changed } : each)));
    expect(await desk.reply(changed, code, 'not asked yet')).toBe(null);
    for (const near of [` ${phone}`, phone.slice(1), `${phone}0`, `00${phone.slice(1)}`])
      expect(await desk.reply(near, code, `near ${near}`)).toBe(null);
    expect((await callout()).state).toMatchObject({ phase: 'calling', answers: [] });
    // Whoever holds the telephone that was asked has it.
    expect(await desk.reply(phone, code, 'asked')).toEqual(TAKEN);
    expect((await callout()).state.answers).toHaveLength(1);
  });

  it('a recorded answer that is sent again, under its own or another name, answers nothing more', async () => {
    const { desk, attempt, callout, logLevel } = await openedBench(db, 'yellow');
    const { code } = await attempt(1);
    expect(await desk.reply(ROOM, code, 'recorded')).toEqual(TAKEN);
    await logLevel('orange');
    await desk.followLevelChanges();
    await desk.reply(ROOM, code, 'recorded');
    await desk.reply(ROOM, code, 'recorded, by another name');
    expect((await callout()).state.answers).toHaveLength(1);
    expect((await callout()).state.phase).toBe('calling');
  });

  it('answers an old message however many came after it, once; and settles nothing that it did not tell', async () => {
    const { desk, attempt, callout, clock, logLevel, attempts } = await openedBench(db, 'yellow');
    const { code } = await attempt(1);
    for (let i = 0; i < 2; i++) {
      clock.advance(3 * MINUTE);
      await desk.takeDue();
    }
    // As after some hundreds of attempts more.
    const { id, state: full } = await callout();
    const state = JSON.stringify({ ...full, attempts: full.attempts.filter(({ number }) => number > 1) });
    await db.updateTable('callout').set({ state }).where('id', '=', id).execute();
    await logLevel('orange');
    await desk.followLevelChanges();
    expect(await desk.reply(ROOM, code, 'o1')).toEqual(TAKEN);
    const answer = { contactId: 'room', level: 'yellow', attempt: 1, medium: 'sms', told: 1 };
    const then = (await callout()).state;
    expect(then.answers).toMatchObject([answer]);
    expect(then.runs.map(({ level, answered }) => [level, answered?.contactId])).toEqual([
      ['yellow', 'room'],
      ['orange', undefined],
    ]);
    expect((await attempts())[0]).toBe('1 room yellow sms ended replied');
    await desk.reply(ROOM, code, 'o2');
    expect((await callout()).state.answers).toHaveLength(1);
  });

  it('is not guessed: not by a text full of codes, nor by many texts, until the next message is sent', async () => {
    const { desk, attempt, attempts, callout, events, clock } = await openedBench(db, 'yellow');
    const { code } = await attempt(1);
    const others = ['1001', '1002', '1003', '1004', '1005'].filter((other) => other !== code);
    expect(await desk.reply(ROOM, [...others, code].join(' '), 'g0')).toEqual(CODE_WANTED);
    // What nobody can guess with does not count; a telephone that answers by itself is not talked to for ever.
    for (let i = 0; i < 9; i++)
      expect(await desk.reply(ROOM, '收到', `r${String(i)}`)).toEqual(i < 2 ? CODE_WANTED : null);
    for (const other of others) expect(await desk.reply(ROOM, other, `g${other}`)).toBe(null);
    expect((await callout()).state.attempts[0]).toMatchObject({ wrongDigits: 5 });
    expect((await events()).filter((type) => type === 'wrong-reply')).toHaveLength(14);
    await desk.reply(ROOM, code, 'right but late');
    await desk.reply(ROOM, others[0] ?? '', 'no longer told');
    expect((await callout()).state.phase).toBe('calling');
    expect((await events()).filter((type) => type === 'wrong-reply')).toHaveLength(14);
    while ((await attempts()).filter((line) => line.includes('room')).length === 1) {
      clock.advance(MINUTE);
      await desk.takeDue();
    }
    const number = Number((await attempts()).at(-1)?.split(' ')[0]);
    await desk.reply(ROOM, code, 'the old code');
    expect((await callout()).state.phase).toBe('calling');
    expect(await desk.reply(ROOM, (await attempt(number)).code, 'the new code')).toEqual(TAKEN);
    expect((await callout()).state).toMatchObject({ phase: 'answered', answers: [{ contactId: 'room' }] });
  });

  it('with a wrong code tells against every site that asked this number; a right one against none', async () => {
    await db.updateTable('callout').set({ ended_at: new Date() }).execute();
    const one = await openedBench(db, 'yellow');
    const two = await openedBench(db, 'yellow');
    await one.desk.reply(ROOM, '0000', 'wrong');
    expect([await one.events(), await two.events()].map((types) => types.at(-1))).toEqual([
      'wrong-reply',
      'wrong-reply',
    ]);
    await one.desk.reply(ROOM, (await two.attempt(1)).code, 'right');
    expect([(await one.callout()).state.phase, (await two.callout()).state.phase]).toEqual(['calling', 'answered']);
    expect((await one.events()).filter((type) => type === 'wrong-reply')).toHaveLength(1);
  });
});
