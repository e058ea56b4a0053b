import { beforeEach, describe, expect, it } from 'vitest';
import { loweringDesk } from '../../src/app/lowering-desk.ts';
import { proposalDesk } from '../../src/app/proposal-desk.ts';
import type { Level } from '../../src/core/level.ts';
import type { Person } from '../../src/core/proposal.ts';
import { proposalById } from '../../src/gateway/views/proposals-view.ts';
import { databaseClock } from '../../src/platform/clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { NOON, judges, measured, noonPlus } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin, clock } = judges(database);
const desk = loweringDesk({ db, clock: databaseClock() });
const proposals = proposalDesk({ db, clock: databaseClock() });
const LI: Person = { accountId: '00000000-0000-4000-8000-000000000001', name: 'li' };
const WANG: Person = { accountId: '00000000-0000-4000-8000-000000000002', name: 'wang' };

const pond = (onDelaySeconds = 0) =>
  apply(database, {
    sensors: [{ code: 'level' }],
    rules: [{ sensor: 'level', limits: { yellow: 10, orange: 15, red: 20 }, onDelaySeconds, offDelaySeconds: 3600 }],
  });
const approved = async (to: Level = 'normal'): Promise<string> => {
  const id = await desk.propose('pond', { target: 'pond/level', to, reason: 'a cow stands on the cable' }, LI);
  await proposals.approve(id, WANG, 'I have seen it');
  return id;
};
const levels = async () =>
  (await db.selectFrom('level_change').selectAll().orderBy('position').execute()).map(
    ({ from_level, to_level, cause }) => `${from_level} -> ${to_level} ${cause}`,
  );
const outcomeOf = async (id: string) => (await proposalById(db, id, NOON)).lowering?.outcome;

beforeEach(async () => {
  clock.set(NOON);
  await pool.query('truncate site, reading, engine_lease, account, proposal, audit restart identity cascade');
  await pool.query(
    `insert into account (id, name, password_hash, created_at) values ($1, 'li', 'x', now()), ($2, 'wang', 'x', now())`,
    [LI.accountId, WANG.accountId],
  );
  await pond();
});

describe('a level lowered by hand', () => {
  it('is lowered once another person has approved, in one transaction with its log and the audit', async () => {
    await using session = await begin();
    await session.commit.take([measured(-2, 21)]);
    const id = await approved();
    expect(await levels()).toEqual(['normal -> red reached']);
    expect(await session.lower()).toBe(true);
    expect(await session.lower()).toBe(false);
    expect(await levels()).toEqual(['normal -> red reached', 'red -> normal by-hand']);
    expect(await outcomeOf(id)).toBe('lowered');
    expect(await db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(1).execute()).toMatchObject([
      {
        action: 'level/lower',
        who: 'li, approved by wang',
        site_id: 'pond',
        facts: { proposalId: id, target: 'pond/level', outcome: 'lowered', before: 'red', after: 'normal' },
      },
    ]);
  });

  it('R3 whose value is still past the limit is raised again by the next reading', async () => {
    await using session = await begin();
    await session.commit.take([measured(-2, 21)]);
    await approved();
    await session.lower();
    await session.commit.take([measured(3, 21)]);
    expect(await levels()).toEqual(['normal -> red reached', 'red -> normal by-hand', 'normal -> red reached']);
  });

  it('R3 with an on-delay is raised again when that has run anew, also by another judge', async () => {
    await pool.query('truncate site cascade');
    await pond(600);
    {
      await using session = await begin();
      await session.commit.take([0, 5, 10].map((minute) => measured(minute - 20, 21)));
      await approved('yellow');
      await session.lower();
    }
    clock.set(noonPlus(30));
    await using next = await begin();
    const after = (minutes: number) => measured(minutes, 21, 'level', noonPlus(30));
    await next.commit.take([after(5), after(10)]);
    expect(await levels()).toEqual(['normal -> red reached', 'red -> yellow by-hand']);
    await next.commit.take([after(15)]);
    expect((await levels()).at(-1)).toBe('yellow -> red reached');
  });

  it('does not stop the delay that runs towards a graver level', async () => {
    await pool.query('truncate site cascade');
    await pond(600);
    await using session = await begin();
    await session.commit.take([
      measured(-30, 16),
      measured(-25, 16),
      measured(-20, 16),
      measured(-7, 21),
      measured(-2, 21),
    ]);
    expect(await levels()).toEqual(['normal -> orange reached']);
    await approved();
    await session.lower();
    clock.set(noonPlus(5));
    await session.commit.take([measured(3, 21)]);
    expect((await levels()).at(-1)).toBe('normal -> red reached');
  });

  it('is not lowered when it has changed since both saw it, before the approval or after', async () => {
    await using session = await begin();
    await session.commit.take([measured(-9, 11)]);
    const late = await desk.propose('pond', { target: 'pond/level', to: 'normal', reason: 'x' }, LI);
    const early = await approved();
    await session.commit.take([measured(-2, 21)]);
    await session.lower();
    expect(await outcomeOf(early)).toBe('overtaken');
    await expect(proposals.approve(late, WANG, 'fine')).rejects.toMatchObject({ code: 'proposal/overtaken' });
    expect(await levels()).toEqual(['normal -> yellow reached', 'yellow -> red reached']);
  });

  it('is proposed only downwards, to a level that there is, at a target that there is', async () => {
    const propose = (target: string, to: Level) => desk.propose('pond', { target, to, reason: 'x' }, LI);
    await expect(propose('pond/level', 'normal')).rejects.toMatchObject({ code: 'level/not-graver' });
    await using session = await begin();
    await session.commit.take([measured(-2, 21)]);
    await expect(propose('pond/level', 'red')).rejects.toMatchObject({ code: 'level/not-graver' });
    await expect(propose('pond/level', 'blue')).rejects.toMatchObject({ code: 'level/not-graver' });
    await expect(propose('pond/other', 'normal')).rejects.toMatchObject({ code: 'alarm/not-found' });
  });
});
