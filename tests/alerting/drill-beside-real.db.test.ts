import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { beginDrill } from '../../alerting/io/begin-drill.ts';
import { claim } from '../../alerting/io/attempt-claim.ts';
import { beginRequest } from '../../alerting/io/carrier-request.ts';
import { claimCalls } from '../../alerting/io/broadcast-claim.ts';
import { broadcastDesk } from '../../alerting/io/broadcast-desk.ts';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { group, person } from './broadcast/broadcast-bench.ts';
import { deskBench } from './desk-bench.ts';
import type { DeskBench } from './desk-bench.ts';
import { POLICY } from './story.ts';

const { db } = await testDatabase();
/** A pond that calls one person, and writes to him besides. */
const ALONE: CalloutPolicy = {
  ...POLICY,
  ladders: {
    yellow: {
      answeredBy: ['principal'],
      rungs: [
        {
          who: [{ contactId: 'principal' }],
          everyone: false,
          media: ['voice', 'sms'],
          answerWithinMs: HOUR,
          attempts: 1,
          attemptEveryMs: MINUTE,
        },
      ],
    },
  },
};
const PRINCIPAL = '+8610000000005';
const PLAN = { rounds: 2, repeatMs: MINUTE, doorAfterMs: MINUTE, arrivedAfterMs: MINUTE, silentCallMs: MINUTE };
let drilled: DeskBench;
let real: DeskBench;

beforeEach(async () => {
  await db.updateTable('attempt').set({ status: 'ended', carrier_ref: null }).execute();
  await db
    .updateTable('callout')
    .set({ due_at: null, ended_at: new Date(0) })
    .execute();
  drilled = await deskBench(db, { policy: ALONE });
  real = await deskBench(db, { policy: ALONE, clock: drilled.clock });
});

const begin = ({ siteId, clock, policyOf } = drilled) =>
  db.transaction().execute(async (tx) => {
    const [drillId, at, level] = [randomUUID(), new Date(clock.now()), 'yellow' as const];
    const row = { level, scenario: '', words: '{}', target: null, section: null, asked_by: 'li', state: 'planned' };
    const open = { callout_id: null, ends_at: null, why: null, closed_by: null, closed_at: null };
    await tx
      .insertInto('drill')
      .values({ id: drillId, site_id: siteId, ...row, ...open, planned_for: at, asked_at: at })
      .execute();
    const begun = { drillId, siteId, level, words: { zh: '三号断面', en: 'section 3' }, endsAfterMs: 2 * HOUR };
    return beginDrill(tx, { policyOf, draw: Math.random }, begun, clock.now());
  });
const rise = async ({ logLevel, desk } = real) => {
  await logLevel('yellow');
  await desk.followLevelChanges();
};
const due = async () => {
  const { attempts } = await claim(db, ['queued'], real.clock.now(), { leaseMs: SECOND, most: 20 });
  return attempts;
};

describe('a drill beside something real of another site', () => {
  it('does not ring a telephone that something real wants, and rings it afterwards', async () => {
    await begin();
    await rise();
    const calls = (await due()).filter(({ medium }) => medium === 'voice');
    expect(calls.map(({ site_id, drill }) => [site_id, drill])).toEqual([[real.siteId, false]]);
    await db.updateTable('attempt').set({ status: 'ended' }).where('site_id', '=', real.siteId).execute();
    expect((await due()).map(({ medium, drill }) => [medium, drill])).toContainEqual(['voice', true]);
  });

  it('does not ring it either when that came while it was being prepared', async () => {
    await begin();
    const call = (await due()).find(({ medium }) => medium === 'voice');
    if (call === undefined) throw new Error('the drill calls nobody');
    // As where the real call found its row held.
    await db.transaction().execute(async (tx) => {
      await tx.selectFrom('attempt').select('id').where('id', '=', call.id).forUpdate().execute();
      await rise();
    });
    expect(await beginRequest(db, call, 'http', real.clock.now())).toBe(undefined);
  });

  it('a message without its code is told what the real one wants, and never that it is a drill', async () => {
    for (const [first, then] of [
      [begin, rise],
      [rise, begin],
    ] as const) {
      await first();
      await then();
      const reply = await real.desk.reply(PRINCIPAL, '收到', randomUUID());
      expect(reply?.say).toMatch(/^尚未计为应答/u);
      await db
        .updateTable('callout')
        .set({ due_at: null, ended_at: new Date(0) })
        .execute();
    }
  });
});

describe('a rehearsed evacuation', () => {
  const village = group(person('li', PRINCIPAL));
  const evacuations = ({ clock } = real) => broadcastDesk({ db, clock, plan: PLAN });
  const press = async ({ siteId, clock }: DeskBench, drill: boolean) => {
    const written = { written_at: new Date(clock.now()), written_by: 'chief' };
    await db
      .insertInto('evacuation_group')
      .values({ site_id: siteId, group_id: 'village', version: 1, content: JSON.stringify(village), ...written })
      .onConflict((oc) => oc.doNothing())
      .execute();
    return evacuations().press(siteId, { groups: ['village'], drill }, 'operator');
  };
  const isEnded = async (id: string) =>
    (await db.selectFrom('broadcast').select('ended_at').where('id', '=', id).executeTakeFirstOrThrow()).ended_at !==
    null;

  it('is ended by a real callout also where no drill runs beside it', async () => {
    const id = await press(real, true);
    await real.desk.takeDue();
    expect(await isEnded(id)).toBe(false);
    await rise();
    await real.desk.takeDue();
    expect(await isEnded(id)).toBe(true);
  });

  it('is ended by what is real also where the drill beside it cannot be read', async () => {
    const drill = await begin(real);
    const id = await press(real, true);
    await db.updateTable('callout').set({ state: '{"phase":"broken"}' }).where('id', '=', drill).execute();
    await rise();
    await expect(real.desk.takeDue()).rejects.toThrow();
    expect(await isEnded(id)).toBe(true);
  });

  it('is not begun beside a real callout', async () => {
    await rise();
    await expect(press(real, true)).rejects.toMatchObject({ code: 'drill/real-stands' });
    await press(real, false);
  });

  it('that is real waits for no drill of another site that has its telephone', async () => {
    await begin();
    const [call] = (await due()).filter(({ medium }) => medium === 'voice');
    await press(real, false);
    const state = db
      .selectFrom('attempt')
      .select('status')
      .where('id', '=', call?.id ?? '');
    expect(await state.executeTakeFirst()).toEqual({ status: 'cancelling' });
  });

  it('that is real waits for no drill either that has yet to call', async () => {
    await begin();
    await press(real, false);
    const pace = { callsPerSecond: 5, messagesPerSecond: 5, lines: 5 };
    const claimed = await claimCalls(db, real.clock.now(), pace, SECOND);
    expect(claimed.map(({ medium, phone }) => [medium, phone])).toContainEqual(['voice', PRINCIPAL]);
  });
});
