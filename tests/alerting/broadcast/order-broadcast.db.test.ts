import { describe, expect, it } from 'vitest';
import { broadcastDesk } from '../../../alerting/io/broadcast-desk.ts';
import { beginOrdered } from '../../../alerting/io/order-broadcast.ts';
import type { CalloutPolicy } from '../../../alerting/policy.ts';
import type { Kysely } from 'kysely';
import { MINUTE } from '../../../src/core/time.ts';
import type { Database } from '../../../src/platform/database.ts';
import { testDatabase } from '../../support/test-database.ts';
import { answeredBench } from '../desk-bench.ts';
import type { DeskBench } from '../desk-bench.ts';
import { RESPONDING } from '../story.ts';
import { group, person, phone } from './broadcast-bench.ts';

const { db } = await testDatabase();
const village = group(person('li', phone(1)), person('wang', phone(2)));
const plan = { rounds: 2, repeatMs: MINUTE, doorAfterMs: MINUTE, arrivedAfterMs: MINUTE, silentCallMs: MINUTE };
const AUTOMATIC: CalloutPolicy = { ...RESPONDING, evacuateStartsBroadcast: true };

interface Ordered {
  readonly policy?: CalloutPolicy;
  readonly groups?: Readonly<Record<string, typeof village>>;
}

/** A red callout, with groups, whose control room orders everybody out; `other` is the desk of another process. */
async function orderedBench({ policy = AUTOMATIC, groups = { village } }: Ordered = {}) {
  const bench = await answeredBench(db, { policy });
  const { id } = await bench.callout();
  const desk = () => broadcastDesk({ db, clock: bench.clock, plan });
  const write = (groupId: string, content: typeof village) => writeGroup(db, bench, groupId, content);
  for (const [groupId, content] of Object.entries(groups)) await write(groupId, content);
  const order = (route: string | null = null) =>
    bench.desk.respond(id, {
      by: 'operator',
      screen: 'room',
      issuer: 'room',
      order: { kind: 'evacuate', scope: '', route, dueAt: null, expected: null },
    });
  const broadcasts = () => db.selectFrom('broadcast').selectAll().where('site_id', '=', bench.siteId).execute();
  const calls = async () =>
    (
      await db
        .selectFrom('broadcast_attempt')
        .select(['phone', 'medium', 'say'])
        .where('site_id', '=', bench.siteId)
        .execute()
    ).filter(({ medium }) => medium === 'voice');
  const audited = async () =>
    (await db.selectFrom('audit').select(['who', 'action']).where('site_id', '=', bench.siteId).orderBy('id').execute())
      .filter(({ action }) => action.startsWith('broadcast/'))
      .map(({ who, action }) => `${who} ${action}`);
  return {
    ...bench,
    calloutId: id,
    desk: desk(),
    other: desk(),
    callouts: bench.desk,
    write,
    order,
    broadcasts,
    calls,
    audited,
  };
}

const writeGroup = (to: Kysely<Database>, { siteId, clock }: DeskBench, groupId: string, content: typeof village) =>
  to
    .insertInto('evacuation_group')
    .values({
      site_id: siteId,
      group_id: groupId,
      version: 1,
      content: JSON.stringify(content),
      written_at: new Date(clock.now()),
      written_by: 'chief',
    })
    .execute();

describe('an order to evacuate', () => {
  it('begins one broadcast by itself where the site says so, however often it is said and whoever looks', async () => {
    const bench = await orderedBench();
    await bench.order();
    await Promise.all([bench.desk.takeOrdered(), bench.other.takeOrdered()]);
    await bench.order();
    await bench.desk.takeOrdered();
    expect(await bench.broadcasts()).toMatchObject([{ drill: false, started_by: 'alert' }]);
    expect((await bench.calls()).map(({ phone: to }) => to).toSorted()).toEqual([phone(1), phone(2)]);
    expect(await bench.audited()).toEqual(['alert broadcast/press']);
    expect(await bench.events()).toContain('evacuation-ordered');
  });

  it('is not begun anew when its broadcast was ended by a person', async () => {
    const bench = await orderedBench();
    await bench.order();
    await bench.desk.takeOrdered();
    const [{ id } = { id: '' }] = await bench.broadcasts();
    await bench.desk.end(id, { note: 'all out', unaccounted: true }, 'operator');
    await bench.desk.takeOrdered();
    expect(await bench.desk.beginOrdered(bench.calloutId, 1, 'operator')).toBe(id);
    expect(await bench.broadcasts()).toHaveLength(1);
  });

  it('tells nobody by itself where the site does not say so; one press does, and a second is the same', async () => {
    const bench = await orderedBench({ policy: RESPONDING });
    await bench.order('沿西坡上山');
    expect(await bench.desk.takeOrdered()).toBe(0);
    expect(await bench.broadcasts()).toEqual([]);
    const [one, two] = await Promise.all([
      bench.desk.beginOrdered(bench.calloutId, 1, 'operator'),
      bench.other.beginOrdered(bench.calloutId, 1, 'chief'),
    ]);
    expect(two).toBe(one);
    expect(await bench.audited()).toHaveLength(1);
    const calls = await bench.calls();
    expect(calls).toHaveLength(2);
    expect(JSON.stringify(calls)).toContain('沿西坡上山');
    await expect(bench.desk.beginOrdered(bench.calloutId, 2, 'operator')).rejects.toMatchObject({
      code: 'order/not-found',
    });
  });

  it('adds who is not told yet to what runs, and sends nobody another way than was pressed', async () => {
    const bench = await orderedBench({ groups: { village, workers: group(person('sun', phone(9))) } });
    const asked = { groups: ['village'], drill: false, route: '沿西坡上山' };
    const running = await bench.desk.press(bench.siteId, asked, 'operator');
    await bench.order();
    await bench.desk.takeOrdered();
    expect(await bench.desk.beginOrdered(bench.calloutId, 1, 'operator')).toBe(running);
    const said = (await bench.calls()).map(
      ({ phone: to, say }) => `${to} ${JSON.stringify(say).includes('沿西坡上山') ? 'west' : 'east'}`,
    );
    expect(said.toSorted()).toEqual([`${phone(1)} west`, `${phone(2)} west`, `${phone(9)} east`]);
  });

  it('is on record once where nobody is listed, and may still be begun when somebody is', async () => {
    const bench = await orderedBench({ groups: {} });
    await bench.order();
    expect(await bench.desk.takeOrdered()).toBe(1);
    expect(await bench.desk.takeOrdered()).toBe(0);
    expect((await bench.events()).filter((type) => type === 'evacuation-nobody')).toHaveLength(1);
    await bench.write('village', village);
    await bench.desk.beginOrdered(bench.calloutId, 1, 'operator');
    expect(await bench.calls()).toHaveLength(2);
    expect(await bench.audited()).toEqual(['alert broadcast/nobody', 'operator broadcast/press']);
  });

  it('E35 is begun after a crash in the middle of beginning it: everybody once', async () => {
    const bench = await orderedBench();
    await bench.order();
    const dying = await db.startTransaction().execute();
    await beginOrdered(dying, { calloutId: bench.calloutId, number: 1, who: 'alert', plan, now: bench.clock.now() });
    await dying.rollback().execute();
    expect(await bench.calls()).toEqual([]);
    await bench.desk.takeOrdered();
    expect(await bench.calls()).toHaveLength(2);
  });

  it('tells nobody when it is done, or the callout closed, before it could begin', async () => {
    const bench = await orderedBench();
    await bench.order();
    await bench.callouts.reportDone(bench.calloutId, 1, 'operator', 'all were out already');
    expect(await bench.desk.takeOrdered()).toBe(0);
  });

  it('given again by key after it was reported done is another order, with a broadcast of its own', async () => {
    const bench = await orderedBench();
    await bench.order();
    await bench.desk.takeOrdered();
    const [{ id } = { id: '' }] = await bench.broadcasts();
    await bench.desk.end(id, { note: 'all out', unaccounted: true }, 'operator');
    await bench.callouts.reportDone(bench.calloutId, 1, 'operator', 'all out');
    await bench.order();
    await bench.desk.takeOrdered();
    expect(await bench.broadcasts()).toHaveLength(2);
  });
});
