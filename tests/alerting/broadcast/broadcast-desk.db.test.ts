import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../src/core/time.ts';
import { testDatabase } from '../../support/test-database.ts';
import { broadcastBench, group, person, phone } from './broadcast-bench.ts';

const { db } = await testDatabase();
const village = group(person('li', phone(1)), person('wang', phone(2), phone(3)), person('zhao'));

const say = async (bench: Awaited<ReturnType<typeof broadcastBench>>, id: string, recipient: number, digit: string) => {
  const { id: attemptId } = await bench.attempt(id, recipient, 'voice', 1);
  return bench.desk.report(attemptId, { reportId: `r-${digit}`, event: 'digit', digit });
};

describe('the press', () => {
  it('tells everybody at once, sends to the door where there is no telephone, and is on record', async () => {
    const bench = await broadcastBench(db, { village });
    const id = await bench.press();
    expect(await bench.standings(id)).toEqual(['li at-risk', 'wang at-risk', 'zhao unreachable']);
    expect(await bench.attempts(id)).toEqual([
      '1 voice 1 queued',
      '1 sms 1 queued',
      '2 voice 1 queued',
      '2 sms 1 queued',
      '2 sms 2 queued',
    ]);
    const { say: words } = await bench.attempt(id, 1, 'voice', 1);
    expect(words).toMatchObject({
      zh: '紧急撤离，这不是演练。示例尾矿库：请立即撤离。路线：沿河东路上山。集合点：小学操场。全家已安全请按 1，正在途中请按 2，不能撤离、不撤离或需要帮助请按 3。',
    });
    const audit = await db.selectFrom('audit').selectAll().where('site_id', '=', bench.siteId).execute();
    expect(audit.map(({ who, action }) => [who, action])).toEqual([['operator', 'broadcast/press']]);
    expect(JSON.stringify([audit, await bench.events(id)])).not.toContain('+86');
    const seen = await db.selectFrom('callout_event').select('type').where('site_id', '=', bench.siteId).execute();
    expect(seen).toEqual([{ type: 'evacuation-started' }]);
  });

  it('pressed twice, also at the same moment, it tells nobody twice', async () => {
    const bench = await broadcastBench(db, { village });
    const [one, two] = await Promise.all([bench.press(), bench.press()]);
    expect(two).toBe(one);
    await bench.press();
    expect(await bench.attempts(one)).toHaveLength(5);
  });

  it('for another group adds its people; who stands in both is told once', async () => {
    const workers = group(person('li', phone(1)), person('sun', phone(9)));
    const bench = await broadcastBench(db, { village, workers });
    const id = await bench.press({ groups: ['village'] });
    await bench.press({ groups: ['workers', 'village'] });
    expect(await bench.standings(id)).toEqual(['li at-risk', 'wang at-risk', 'zhao unreachable', 'sun at-risk']);
    expect((await bench.attempts(id)).filter((line) => line.startsWith('1 '))).toHaveLength(2);
  });

  it('another way calls everybody anew who is not safe, and hangs up what speaks of the old one', async () => {
    const bench = await broadcastBench(db, { village });
    const id = await bench.press();
    await say(bench, id, 1, '1');
    await bench.press({ route: '沿西坡上山' });
    expect((await bench.attempts(id)).filter((line) => line.startsWith('1 '))).toEqual([
      '1 voice 1 ended safe',
      '1 sms 1 queued',
    ]);
    expect((await bench.attempts(id)).filter((line) => line.startsWith('2 voice'))).toEqual([
      '2 voice 1 ended cancelled',
      '2 voice 2 queued',
    ]);
    expect((await bench.attempt(id, 2, 'voice', 2)).say).toMatchObject({
      zh: expect.stringContaining('沿西坡上山') as string,
    });
  });

  it('of a drill says so at both ends; a real one ends it', async () => {
    const bench = await broadcastBench(db, { village });
    const drill = await bench.press({ drill: true });
    const { zh } = (await bench.attempt(drill, 1, 'sms', 1)).say as { zh: string };
    expect([zh.startsWith('演练 DRILL'), zh.endsWith('这是演练。')]).toEqual([true, true]);
    const real = await bench.press();
    expect(real).not.toBe(drill);
    const ended = await db
      .selectFrom('broadcast')
      .select(['ended_at', 'note'])
      .where('id', '=', drill)
      .executeTakeFirst();
    expect(ended?.ended_at).not.toBeNull();
    expect((await bench.attempts(drill)).every((line) => line.includes('ended cancelled'))).toBe(true);
    await expect(bench.press({ drill: true })).rejects.toMatchObject({ code: 'broadcast/real-runs' });
  });

  it('needs a group that is there, and somebody in it', async () => {
    const bench = await broadcastBench(db, { empty: group() });
    await expect(bench.press({ groups: ['nowhere'] })).rejects.toMatchObject({ code: 'broadcast/group-not-found' });
    await expect(bench.press()).rejects.toMatchObject({ code: 'broadcast/nobody' });
  });

  it('calls by the newest version of a group', async () => {
    const bench = await broadcastBench(db, { village });
    await bench.write('village', 2, group(person('qian', phone(8))));
    expect(await bench.standings(await bench.press())).toEqual(['qian at-risk']);
  });
});

describe('what a telephone says', () => {
  it('each key is read back, in a drill as one, and the call ends', async () => {
    const bench = await broadcastBench(db, { village });
    const id = await bench.press({ drill: true });
    expect(await say(bench, id, 1, '2')).toEqual({
      say: '演练 DRILL。已记录：正在途中。到达后请回复 1，稍后会再次呼叫您。这是演练。',
      hangup: true,
    });
    expect(await bench.standings(id)).toContain('li en-route');
  });

  it('a key that means nothing is asked again', async () => {
    const bench = await broadcastBench(db, { village });
    const id = await bench.press();
    const reply = await say(bench, id, 1, '7');
    expect(reply).toMatchObject({ gather: { digits: 1 }, say: expect.stringMatching(/^按键不正确/u) as string });
    expect(await bench.standings(id)).toContain('li at-risk');
  });

  it('the same report again gets the same reply, and counts once', async () => {
    const bench = await broadcastBench(db, { village });
    const id = await bench.press();
    const first = await say(bench, id, 1, '1');
    expect(await say(bench, id, 1, '1')).toEqual(first);
    expect((await bench.events(id)).filter(({ type }) => type === 'standing')).toHaveLength(2);
  });

  it('voicemail is no human: it is hung up, and the next number called', async () => {
    const bench = await broadcastBench(db, { village });
    const id = await bench.press();
    const { id: attemptId } = await bench.attempt(id, 2, 'voice', 1);
    expect(await bench.desk.report(attemptId, { reportId: 'a', event: 'voicemail' })).toEqual({ hangup: true });
    expect(await bench.attempt(id, 2, 'voice', 2)).toMatchObject({ phone: phone(3), status: 'queued' });
    expect(await bench.standings(id)).toContain('wang at-risk');
  });

  it('a call that was picked up and hung up without a key is a try, and no word', async () => {
    const bench = await broadcastBench(db, { village });
    const id = await bench.press();
    const { id: attemptId } = await bench.attempt(id, 1, 'voice', 1);
    await bench.desk.report(attemptId, { reportId: 'a', event: 'answered' });
    await bench.desk.report(attemptId, { reportId: 'b', event: 'ended' });
    expect((await bench.attempts(id))[0]).toBe('1 voice 1 ended hung-up');
    bench.clock.advance(MINUTE);
    await bench.desk.takeDue();
    expect(await bench.attempt(id, 1, 'voice', 2)).toMatchObject({ status: 'queued' });
  });

  it('an attempt of nobody is of no broadcast', async () => {
    const bench = await broadcastBench(db, { village });
    const report = { reportId: 'a', event: 'answered' } as const;
    expect(await bench.desk.report('7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0fff', report)).toBeNull();
  });
});

describe('what somebody writes', () => {
  it('counts in full-width digits and in words; what says nothing is kept for people to read', async () => {
    const bench = await broadcastBench(db, { own: group(person('gao', phone(41)), person('he', phone(42))) });
    const id = await bench.press();
    expect(await bench.desk.reply(phone(41), '「１」', 'm1')).toBe(true);
    expect(await bench.desk.reply(phone(42), '收到', 'm2')).toBe(false);
    await bench.desk.keep(phone(42), '收到', 'm2');
    await bench.desk.keep(phone(42), '收到', 'm2');
    expect(await bench.standings(id)).toEqual(['gao safe', 'he at-risk']);
    expect((await bench.events(id)).filter(({ type }) => type === 'reply-unclear').map(({ facts }) => facts)).toEqual([
      { text: '收到' },
    ]);
  });

  it("of a telephone that two households share is nobody's word: both are called on", async () => {
    const bench = await broadcastBench(db, { own: group(person('gao', phone(51)), person('he', phone(51))) });
    const id = await bench.press();
    expect(await bench.desk.reply(phone(51), '1', 'm1')).toBe(true);
    expect(await bench.standings(id)).toEqual(['gao at-risk', 'he at-risk']);
    expect((await bench.events(id)).filter(({ type }) => type === 'reply-of-several')).toHaveLength(2);
  });

  it('from a telephone that nobody wrote to is of no broadcast', async () => {
    const bench = await broadcastBench(db, { village });
    await bench.press();
    expect(await bench.desk.reply(phone(99), '1', 'm1')).toBe(false);
  });
});

describe('by hand, and the end', () => {
  it('somebody goes to the door, and says who is safe; each mark is on record', async () => {
    const bench = await broadcastBench(db, { village });
    const id = await bench.press();
    await bench.desk.mark(id, 3, { standing: 'door-check', goes: '老陈' }, 'operator');
    await bench.desk.mark(id, 3, { standing: 'safe', note: '已接走' }, 'operator');
    expect(await bench.standings(id)).toContain('zhao safe');
    const audit = await db
      .selectFrom('audit')
      .select('facts')
      .where('action', '=', 'broadcast/mark')
      .where('site_id', '=', bench.siteId)
      .execute();
    expect(audit.map(({ facts }) => facts)).toMatchObject([
      { recipient: 3, before: 'unreachable', after: 'door-check', goes: '老陈' },
      { recipient: 3, before: 'door-check', after: 'safe', note: '已接走' },
    ]);
    await expect(bench.desk.mark(id, 9, { standing: 'safe' }, 'operator')).rejects.toMatchObject({
      code: 'broadcast/recipient-not-found',
    });
  });

  it('ends by a person alone, with everybody safe or on his word that not everybody is; nothing is called after', async () => {
    const bench = await broadcastBench(db, { village });
    const id = await bench.press();
    await expect(bench.desk.end(id, { note: 'over', unaccounted: false }, 'chief')).rejects.toMatchObject({
      code: 'broadcast/unaccounted',
    });
    await bench.desk.end(id, { note: 'false alarm', unaccounted: true }, 'chief');
    await bench.desk.end(id, { note: 'again', unaccounted: true }, 'other');
    const row = await db.selectFrom('broadcast').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ ended_by: 'chief', note: 'false alarm' });
    const before = await bench.attempts(id);
    bench.clock.advance(60 * MINUTE);
    await bench.desk.takeDue();
    const { id: attemptId } = await bench.attempt(id, 1, 'voice', 1);
    expect(await bench.desk.report(attemptId, { reportId: 'late', event: 'no-answer' })).toEqual({});
    expect(await bench.desk.report(attemptId, { reportId: 'later', event: 'answered' })).toMatchObject({
      hangup: true,
    });
    await say(bench, id, 1, '3');
    expect(await bench.attempts(id)).toEqual(before);
    expect((await bench.events(id)).map(({ type }) => type)).toContain('late-word');
    await expect(bench.desk.mark(id, 1, { standing: 'safe' }, 'operator')).rejects.toMatchObject({
      code: 'broadcast/ended',
    });
    expect(await bench.press()).not.toBe(id);
  });

  it('everybody safe, it ends without more; alone it never does', async () => {
    const bench = await broadcastBench(db, { own: group(person('gao', phone(61))) });
    const id = await bench.press();
    await say(bench, id, 1, '1');
    bench.clock.advance(600 * MINUTE);
    await bench.desk.takeDue();
    const row = db.selectFrom('broadcast').select('ended_at').where('id', '=', id);
    expect(await row.executeTakeFirst()).toEqual({ ended_at: null });
    await bench.desk.end(id, { note: 'all at the school', unaccounted: false }, 'chief');
    expect((await row.executeTakeFirst())?.ended_at).not.toBeNull();
  });

  it('whoever does not answer is called again, and after the rounds somebody has to go', async () => {
    const bench = await broadcastBench(db, { own: group(person('gao', phone(71))) });
    const id = await bench.press();
    for (const round of [1, 2]) {
      const { id: attemptId } = await bench.attempt(id, 1, 'voice', round);
      await bench.desk.report(attemptId, { reportId: 'a', event: 'no-answer' });
      bench.clock.advance(61 * SECOND);
      await bench.desk.takeDue();
    }
    expect(await bench.standings(id)).toEqual(['gao unreachable']);
    expect((await bench.attempts(id)).filter((line) => line.includes('voice'))).toHaveLength(2);
  });
});

it('what was written of groups and broadcasts cannot be changed afterwards', async () => {
  const bench = await broadcastBench(db, { village });
  await bench.press();
  await expect(db.updateTable('evacuation_group').set({ written_by: 'nobody' }).execute()).rejects.toThrow(
    'append-only',
  );
  await expect(db.deleteFrom('broadcast_event').execute()).rejects.toThrow('append-only');
});
