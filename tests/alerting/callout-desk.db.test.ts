import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { answeredBench, openedBench } from './desk-bench.ts';

const { db } = await testDatabase();

describe('what is due', () => {
  it('E1 a deadline that passes while nobody runs is taken once, one rung, at the next start', async () => {
    const { anotherDesk, clock, attempts } = await openedBench(db, 'orange');
    clock.advance(60 * MINUTE);
    await Promise.all([anotherDesk().takeDue(), anotherDesk().takeDue(), anotherDesk().takeDue()]);
    expect((await attempts()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '1 officer',
      '2 room',
      '3 engineer',
      '4 officer',
    ]);
    clock.advance(59 * SECOND);
    await anotherDesk().takeDue();
    expect(await attempts()).toHaveLength(4);
    clock.advance(SECOND);
    await anotherDesk().takeDue();
    expect(await attempts()).toHaveLength(5);
  });

  it('E8 a callout that cannot go on stops no other', async () => {
    const [broken, whole] = [await openedBench(db, 'orange'), await openedBench(db, 'orange')];
    await db
      .updateTable('callout')
      .set({ policy: '{}' })
      .where('id', '=', (await broken.callout()).id)
      .execute();
    whole.clock.advance(MINUTE);
    await expect(whole.desk.takeDue()).rejects.toThrow(TypeError);
    expect((await whole.attempts())[2]).toBe('3 engineer orange voice queued');
    await db
      .updateTable('callout')
      .set({ due_at: null })
      .where('id', '=', (await broken.callout()).id)
      .execute();
  });

  it('E29 goes round the ladder for as long as nobody answers', async () => {
    const { desk, clock, attempts } = await openedBench(db, 'orange');
    for (let minute = 0; minute < 30; minute++) {
      clock.advance(MINUTE);
      await desk.takeDue();
    }
    const called = (await attempts()).filter((line) => line.includes('orange')).map((line) => line.split(' ')[1]);
    expect(called).toEqual(Array.from({ length: 31 }, (_, i) => (i % 2 === 0 ? 'officer' : 'engineer')));
  });
});

describe('a person at the desk', () => {
  it('answers on the page: phones that ring for nothing are cancelled', async () => {
    const { desk, callout, attempts } = await openedBench(db, 'red');
    const { id } = await callout();
    const next = await desk.answerOnScreen(id, 'principal');
    expect(next.phase).toBe('calling');
    expect(await attempts()).toEqual([
      '1 principal red voice ended cancelled',
      '2 officer orange voice ended cancelled',
      '3 room yellow sms queued',
    ]);
  });

  it('closes it with a note, when it may be closed, once', async () => {
    const bench = await answeredBench(db);
    const { desk, callout, logLevel, attempts } = bench;
    const { id } = await callout();
    await expect(desk.release(id, 'operator', 'all dry')).rejects.toMatchObject({ code: 'callout/level-stands' });
    await logLevel('normal');
    await desk.followLevelChanges();
    await expect(desk.release(id, 'operator', '  ')).rejects.toMatchObject({ code: 'request/invalid' });
    await expect(desk.release(id, 'operator', 'all dry')).rejects.toMatchObject({ code: 'callout/not-inspected' });
    const inspection = 'the chief engineer: no seepage';
    expect((await desk.release(id, 'operator', 'all dry', { inspection })).phase).toBe('released');
    expect((await callout()).ended_at).not.toBe(null);
    await expect(desk.release(id, 'operator', 'again', { inspection })).rejects.toMatchObject({
      code: 'callout/already-released',
    });
    await expect(desk.answerOnScreen(id, 'principal')).rejects.toMatchObject({ code: 'callout/already-released' });
    await expect(desk.release('00000000-0000-4000-8000-000000000000', 'x', 'y')).rejects.toMatchObject({
      code: 'callout/not-found',
    });
    expect(await attempts()).toHaveLength(3);
    bench.clock.advance(SECOND);
    await logLevel('orange');
    await desk.followLevelChanges();
    expect((await callout()).id).not.toBe(id);
  });

  it('does not close what is not answered', async () => {
    const { desk, callout, logLevel } = await openedBench(db, 'red');
    await logLevel('normal');
    await desk.followLevelChanges();
    await expect(desk.release((await callout()).id, 'operator', 'x')).rejects.toMatchObject({
      code: 'callout/not-answered',
    });
  });

  it('R16 acknowledges an alarm, and no callout hears of it', async () => {
    const { desk, alarms, callout, siteId, logLevel, events } = await openedBench(db, 'red');
    const before = await callout();
    const seen = await events();
    expect(await alarms.acknowledge(siteId, `${siteId}/level`, 'operator')).toMatchObject({ state: 'acknowledged' });
    expect(await callout()).toEqual(before);
    expect(await events()).toEqual(seen);
    await logLevel('normal');
    await desk.followLevelChanges();
    const rows = await db.selectFrom('alarm').selectAll().where('site_id', '=', siteId).execute();
    expect(rows).toMatchObject([{ state: { state: 'normal' } }]);
    expect(rows[0]?.closed_at).not.toBe(null);
  });
});

describe('E14 the database', () => {
  it('has one attempt a number, and one open callout a site', async () => {
    const { callout, siteId } = await openedBench(db, 'orange');
    const { id } = await callout();
    const row = await db
      .selectFrom('attempt')
      .selectAll()
      .where('callout_id', '=', id)
      .where('number', '=', 1)
      .executeTakeFirstOrThrow();
    const copy = { ...row, id: '00000000-0000-4000-8000-000000000001', say: '{}', slots: null };
    await expect(db.insertInto('attempt').values(copy).execute()).rejects.toMatchObject({ code: '23505' });
    const second = {
      id: copy.id,
      site_id: siteId,
      config_version: 1,
      policy: '{}',
      state: '{}',
      opened_at: new Date(),
      due_at: null,
      ended_at: null,
    };
    await expect(db.insertInto('callout').values(second).execute()).rejects.toMatchObject({ code: '23505' });
  });

  it('writes no telephone number and no code into what everybody may read', async () => {
    const { siteId, desk, attempt } = await openedBench(db, 'red');
    const { id, code } = await attempt(3);
    await desk.report(id, { reportId: '1', event: 'delivered' });
    await desk.reply('+8610000000001', code, 'x1');
    const events = await db.selectFrom('callout_event').select('facts').where('site_id', '=', siteId).execute();
    const text = JSON.stringify(events);
    expect(text).not.toContain('+86');
    expect(text).not.toContain(code);
    const reports = await db.selectFrom('carrier_report').select('body').execute();
    expect(JSON.stringify(reports)).not.toContain('+86');
  });
});
