import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND, instant } from '../../src/core/time.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';

const { db } = await testDatabase();
const position = async (reader = 'alerting/level_change') =>
  (await db.selectFrom('log_position').select('position').where('reader', '=', reader).executeTakeFirst())?.position;

async function opened(to: 'yellow' | 'orange' | 'red'): Promise<DeskBench> {
  // Far apart from each other: what is due in one test is not due in another.
  const bench = await deskBench(db, { clock: fakeClock(instant(Date.UTC(2026, 6, 1))) });
  await bench.logLevel(to);
  await bench.desk.followLevelChanges();
  return bench;
}

/** Answers everything of a red callout. */
async function answered(): Promise<DeskBench> {
  const bench = await opened('red');
  const { id } = await bench.callout();
  await bench.desk.answerOnScreen(id, 'principal');
  await bench.desk.answerOnScreen(id, 'room');
  return bench;
}

describe('the log of level changes', () => {
  it('is taken in with the callout, its attempts, its events and the position in one transaction', async () => {
    const { desk, logLevel, attempts, events, callout, clock } = await deskBench(db);
    const logged = await logLevel('red');
    expect(await desk.followLevelChanges()).toBe(1);
    expect(await desk.followLevelChanges()).toBe(0);
    expect(await attempts()).toEqual([
      '1 principal red voice queued',
      '2 officer orange voice queued',
      '3 room yellow sms queued',
    ]);
    expect(await events()).toEqual(['opened', 'attempt-queued', 'attempt-queued', 'attempt-queued']);
    expect((await callout()).due_at?.getTime()).toBe(clock.now() + MINUTE);
    expect(await position()).toBe(logged);
  });

  it('R4 two changes at once open one callout, whoever follows, and an alarm each', async () => {
    const { logLevel, desk, anotherDesk, siteId } = await deskBench(db);
    await Promise.all([logLevel('orange', 'level'), logLevel('orange', 'pipe')]);
    await Promise.all([
      desk.followLevelChanges(),
      anotherDesk().followLevelChanges(),
      anotherDesk().followLevelChanges(),
    ]);
    expect(await db.selectFrom('callout').select('id').where('site_id', '=', siteId).execute()).toHaveLength(1);
    const alarms = await db.selectFrom('alarm').select('target').where('site_id', '=', siteId).execute();
    expect(alarms.map(({ target }) => target).toSorted()).toEqual([`${siteId}/level`, `${siteId}/pipe`]);
  });

  it('R17 one clears and another rises in the same minute: the second is called for', async () => {
    const { logLevel, desk, attempts } = await answered();
    await logLevel('normal', 'level');
    await logLevel('red', 'pipe');
    await desk.followLevelChanges();
    expect((await attempts()).at(-1)).toBe('4 principal red voice queued');
  });

  it('a crash between commit and the next look takes nothing twice: the position is in the same transaction', async () => {
    const { logLevel, anotherDesk, attempts } = await opened('orange');
    await logLevel('red');
    // A process that dies with its transaction open leaves neither effects nor position.
    const before = await position();
    const dying = anotherDesk();
    await sql`create function pg_temp_die() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`.execute(
      db,
    );
    await sql`create trigger die before update on log_position for each row execute function pg_temp_die()`.execute(db);
    await expect(dying.followLevelChanges()).rejects.toThrow();
    await sql`drop trigger die on log_position`.execute(db);
    expect(await position()).toBe(before);
    expect(await attempts()).toHaveLength(2);
    await anotherDesk().followLevelChanges();
    expect(await attempts()).toHaveLength(3);
    expect(await db.selectFrom('log_failure').selectAll().execute()).toEqual([]);
  });

  it('a row that fails three times is parked and called as red; others go on', async () => {
    const broken = await deskBench(db);
    const whole = await deskBench(db);
    const bad = await broken.logLevel('blue');
    // What cannot be stored, whoever tries: the row's level is not one.
    await db.updateTable('level_change').set({ to_level: 'purple' }).where('position', '=', bad).execute();
    await sql`alter table alarm add constraint poison check (state->>'level' <> 'purple') not valid`.execute(db);
    await whole.logLevel('orange');
    const desk = broken.desk;
    await desk.followLevelChanges().catch(() => {});
    await whole.desk.followLevelChanges();
    expect((await whole.attempts())[0]).toBe('1 officer orange voice queued');
    await desk.followLevelChanges();
    expect((await broken.attempts())[0]).toBe('1 principal red voice queued');
    expect(await broken.events()).toContain('parked');
    const parked = await db.selectFrom('log_failure').selectAll().execute();
    expect(parked).toMatchObject([{ position: bad, failures: 3 }]);
    expect(parked[0]?.parked_at).not.toBe(null);
    await desk.followLevelChanges();
    expect(await broken.attempts()).toHaveLength(3);
    await sql`alter table alarm drop constraint poison`.execute(db);
  });

  it('E25 blindness at a site whose callout is answered calls the responder; elsewhere nobody', async () => {
    const { logBlindness, desk, attempts, events } = await answered();
    const quiet = await deskBench(db);
    await quiet.logBlindness(3);
    await logBlindness(2);
    await desk.followVisibility();
    await desk.followVisibility();
    expect((await attempts()).slice(3)).toEqual(['4 principal red voice queued']);
    expect(await events()).toContain('blinded');
    expect(await quiet.events()).toEqual([]);
  });
});

describe('what is due', () => {
  it('E1 a deadline that passes while nobody runs is taken once, one rung, at the next start', async () => {
    const { anotherDesk, clock, attempts } = await opened('orange');
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
    const [broken, whole] = [await opened('orange'), await opened('orange')];
    await db
      .updateTable('callout')
      .set({ policy: '{}' })
      .where('id', '=', (await broken.callout()).id)
      .execute();
    whole.clock.advance(MINUTE);
    await expect(whole.desk.takeDue()).rejects.toThrow();
    expect((await whole.attempts())[2]).toBe('3 engineer orange voice queued');
    await db
      .updateTable('callout')
      .set({ due_at: null })
      .where('id', '=', (await broken.callout()).id)
      .execute();
  });

  it('E29 goes round the ladder for as long as nobody answers', async () => {
    const { desk, clock, attempts } = await opened('orange');
    for (let minute = 0; minute < 30; minute++) {
      clock.advance(MINUTE);
      await desk.takeDue();
    }
    const called = (await attempts()).filter((line) => line.includes('orange')).map((line) => line.split(' ')[1]);
    expect(called).toEqual(Array.from({ length: 31 }, (_, i) => (i % 2 === 0 ? 'officer' : 'engineer')));
  });
});

describe('a carrier report', () => {
  it('is taken once: the same one again gets the same reply, at the same moment too', async () => {
    const { desk, attempt, attempts, callout } = await opened('red');
    const principal = await attempt(1);
    const wrong = { reportId: 'a', event: 'digit', digit: String((Number(principal.code) + 1) % 10) } as const;
    const first = await desk.report(principal.id, wrong);
    expect(first.gather).toEqual({ digits: 1 });
    for (let i = 0; i < 5; i++) expect(await desk.report(principal.id, wrong)).toEqual(first);
    const right = { reportId: 'b', event: 'digit', digit: principal.code } as const;
    const replies = await Promise.all(Array.from({ length: 5 }, () => desk.report(principal.id, right)));
    expect(replies).toEqual(Array(5).fill({ say: '已确认，红色，库水位。', hangup: true }));
    expect((await attempts())[0]).toBe('1 principal red voice ended confirmed');
    expect((await callout()).state.answers).toHaveLength(1);
  });

  it('many at once, on all attempts: none is lost, none blocks another', async () => {
    const { desk, attempt, attempts } = await opened('red');
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
    const { desk, attempt, attempts, events } = await opened('orange');
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
    const { desk, attempt, attempts } = await opened('orange');
    expect(await desk.report((await attempt(1)).id, { reportId: '1', event: 'voicemail' })).toEqual({ hangup: true });
    expect((await attempts())[2]).toBe('3 engineer orange voice queued');
  });

  it('of an attempt that nobody knows is refused', async () => {
    const { desk } = await deskBench(db);
    const unknown = desk.report('00000000-0000-4000-8000-000000000000', { reportId: '1', event: 'ringing' });
    await expect(unknown).rejects.toMatchObject({ code: 'attempt/not-found' });
  });

  it('the line of a call that was hung up goes dead: it is over', async () => {
    const { desk, attempt, attempts, callout } = await opened('orange');
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

  it('answers from the number that was asked, with the code, as people type it; once', async () => {
    const { desk, attempt, attempts, callout } = await opened('yellow');
    const { code } = await attempt(1);
    const wide = [...code].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join(' ');
    expect(await desk.reply('+8610000000002', code, 's1')).toBe(null);
    expect(await desk.reply(ROOM, '收到', 's2')).toBe(null);
    expect(await desk.reply(ROOM, `\0${'\uD800'}没有`, 's3')).toBe(null);
    expect((await callout()).state.phase).toBe('calling');
    expect(await desk.reply(ROOM, `${wide} 收到`, 's4')).toEqual({});
    expect(await desk.reply(ROOM, `${wide} 收到`, 's4')).toEqual({});
    expect(await desk.reply(ROOM, '收到', 's2')).toBe(null);
    expect(await attempts()).toEqual(['1 room yellow sms ended replied']);
    expect((await callout()).state).toMatchObject({
      phase: 'answered',
      answers: [{ contactId: 'room', level: 'yellow', medium: 'sms' }],
    });
  });
});

describe('a person at the desk', () => {
  it('answers on the page: phones that ring for nothing are cancelled', async () => {
    const { desk, callout, attempts } = await opened('red');
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
    const bench = await answered();
    const { desk, callout, logLevel, attempts } = bench;
    const { id } = await callout();
    await expect(desk.release(id, 'operator', 'all dry')).rejects.toMatchObject({ code: 'callout/level-stands' });
    await logLevel('normal');
    await desk.followLevelChanges();
    await expect(desk.release(id, 'operator', '  ')).rejects.toMatchObject({ code: 'request/invalid' });
    expect((await desk.release(id, 'operator', 'all dry')).phase).toBe('released');
    expect((await callout()).ended_at).not.toBe(null);
    await expect(desk.release(id, 'operator', 'again')).rejects.toMatchObject({ code: 'callout/already-released' });
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
    const { desk, callout, logLevel } = await opened('red');
    await logLevel('normal');
    await desk.followLevelChanges();
    await expect(desk.release((await callout()).id, 'operator', 'x')).rejects.toMatchObject({
      code: 'callout/not-answered',
    });
  });

  it('R16 acknowledges an alarm, and no callout hears of it', async () => {
    const { desk, callout, siteId, logLevel, events } = await opened('red');
    const before = await callout();
    const seen = await events();
    expect(await desk.acknowledge(`${siteId}/level`, 'operator')).toMatchObject({ state: 'acknowledged' });
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
    const { callout, siteId } = await opened('orange');
    const { id } = await callout();
    const row = await db
      .selectFrom('attempt')
      .selectAll()
      .where('callout_id', '=', id)
      .where('number', '=', 1)
      .executeTakeFirstOrThrow();
    const copy = { ...row, id: '00000000-0000-4000-8000-000000000001', say: '{}' };
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
    const { siteId, desk, attempt } = await opened('red');
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
