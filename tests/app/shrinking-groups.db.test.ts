import { beforeAll, describe, expect, it } from 'vitest';
import { evacuationGroupDesk } from '../../src/app/evacuation-group-desk.ts';
import { proposalDesk } from '../../src/app/proposal-desk.ts';
import type { WrittenGroup } from '../../src/contract/evacuation.ts';
import type { EvacuationGroup, Member } from '../../src/core/evacuation.ts';
import type { Person } from '../../src/core/proposal.ts';
import { proposalById } from '../../src/gateway/views/proposals-view.ts';
import { group, person, phone } from '../alerting/broadcast/broadcast-bench.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();
const clock = fakeClock();
const desk = evacuationGroupDesk({ db, clock });
const proposals = proposalDesk({ db, clock });
const li: Person = { accountId: '00000000-0000-4000-8000-000000000001', name: 'li' };
const wang: Person = { accountId: '00000000-0000-4000-8000-000000000002', name: 'wang' };
const [ONE, TWO, THREE] = [person('sun', phone(1)), person('zhou', phone(2)), person('wu', phone(3))];
let sites = 0;

beforeAll(async () => {
  const never = { password_hash: null, disabled_at: null, totp_sealed: null, totp_confirmed_at: null };
  for (const { accountId, name } of [li, wang])
    await db
      .insertInto('account')
      .values({ id: accountId ?? '', name, identity: name, created_at: new Date(clock.now()), ...never })
      .execute();
});

/** A site with a list of two. */
async function listed() {
  const siteId = `gorge-${String(++sites)}`;
  await db.insertInto('site').values({ id: siteId, name: '{"zh":"库","en":"pond"}' }).execute();
  const write = (by: Person, ...members: readonly Member[]) =>
    desk.write(siteId, 'village', group(...members) as WrittenGroup, by);
  await write(li, ONE, TWO);
  const names = async () => {
    const rows = db.selectFrom('evacuation_group').select(['version', 'content']).where('site_id', '=', siteId);
    const newest = await rows.orderBy('version', 'desc').limit(1).executeTakeFirstOrThrow();
    return [newest.version, ...(newest.content as EvacuationGroup).members.map(({ name }) => name)];
  };
  return { siteId, write, names };
}

describe('a list of an evacuation', () => {
  it('takes more people at once', async () => {
    const { write, names } = await listed();
    expect(await write(li, ONE, TWO, THREE)).toBeNull();
    expect(await names()).toEqual([2, 'sun', 'zhou', 'wu']);
  });

  it('loses nobody before a second person has said so, and not by whoever asked', async () => {
    const { write, names } = await listed();
    const id = (await write(li, ONE, THREE)) ?? '';
    expect(await names()).toEqual([1, 'sun', 'zhou']);
    expect(await proposalById(db, id, clock.now())).toMatchObject({
      kind: 'group/shrink',
      shrinking: { groupId: 'village', removed: ['zhou'], left: 2 },
    });
    expect(JSON.stringify(await proposalById(db, id, clock.now()))).not.toContain('+86');
    await expect(proposals.approve(id, li, 'yes')).rejects.toMatchObject({ code: 'proposal/own' });
    await proposals.approve(id, wang, 'he has moved away');
    expect(await names()).toEqual([2, 'sun', 'wu']);
  });

  it('emptied it waits too; and what has changed meanwhile overtakes it', async () => {
    const { write, names } = await listed();
    const id = (await write(li)) ?? '';
    await write(wang, ONE, TWO, THREE);
    await expect(proposals.approve(id, wang, 'yes')).rejects.toMatchObject({ code: 'proposal/overtaken' });
    expect(await names()).toEqual([2, 'sun', 'zhou', 'wu']);
  });

  it('loses nobody by a program', async () => {
    const { write, names } = await listed();
    const program = { accountId: null, name: 'import' };
    await expect(write(program, ONE)).rejects.toMatchObject({ code: 'proposal/no-account' });
    expect(await write(program, ONE, TWO, THREE)).toBeNull();
    expect(await names()).toEqual([2, 'sun', 'zhou', 'wu']);
  });
});
