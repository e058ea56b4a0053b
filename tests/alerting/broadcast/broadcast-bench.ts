import type { Kysely } from 'kysely';
import { broadcastDesk } from '../../../alerting/io/broadcast-desk.ts';
import type { BroadcastDesk } from '../../../alerting/io/broadcast-desk.ts';
import type { BroadcastPlan } from '../../../alerting/broadcast/recipient.ts';
import type { EvacuationGroup, Member } from '../../../src/core/evacuation.ts';
import { MINUTE } from '../../../src/core/time.ts';
import type { Database } from '../../../src/platform/database.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import type { FakeClock } from '../../support/fake-clock.ts';

const PLAN: BroadcastPlan = {
  rounds: 2,
  repeatMs: MINUTE,
  doorAfterMs: 5 * MINUTE,
  arrivedAfterMs: 15 * MINUTE,
  silentCallMs: 3 * MINUTE,
};

export const person = (name: string, ...phones: readonly string[]): Member => ({
  name,
  phones,
  place: `door of ${name}`,
  persons: 2,
  note: '',
  marshal: null,
});

export const phone = (n: number): string => `+${String(8_610_000_000_000 + n)}`;

export const group = (...members: readonly Member[]): EvacuationGroup => ({
  name: { zh: '下游村民', en: 'Village' },
  kind: 'village',
  route: '沿河东路上山',
  assembly: '小学操场',
  members,
});

let sites = 0;

/** A site in a real database with its groups and its desk, and a clock that is moved by hand. */
export async function broadcastBench(db: Kysely<Database>, groups: Readonly<Record<string, EvacuationGroup>>) {
  const siteId = `valley-${String(++sites)}`;
  const clock: FakeClock = fakeClock();
  await db
    .insertInto('site')
    .values({ id: siteId, name: JSON.stringify({ zh: '示例尾矿库', en: 'Demo pond' }) })
    .execute();
  const desk: BroadcastDesk = broadcastDesk({ db, clock, plan: PLAN });
  const write = async (groupId: string, version: number, content: EvacuationGroup) =>
    db
      .insertInto('evacuation_group')
      .values({
        site_id: siteId,
        group_id: groupId,
        version,
        content: JSON.stringify(content),
        written_at: new Date(clock.now()),
        written_by: 'chief',
      })
      .execute();
  for (const [groupId, content] of Object.entries(groups)) await write(groupId, 1, content);
  const rows = (broadcastId: string) =>
    db
      .selectFrom('broadcast_recipient')
      .selectAll()
      .where('broadcast_id', '=', broadcastId)
      .orderBy('number')
      .execute();
  return {
    siteId,
    clock,
    desk,
    write,
    press: (asked: { groups?: readonly string[]; drill?: boolean; route?: string } = {}) =>
      desk.press(siteId, { groups: Object.keys(groups), drill: false, ...asked }, 'operator'),
    /** `name standing`, in their order. */
    standings: async (broadcastId: string) =>
      (await rows(broadcastId)).map((row) => `${(row.person as Member).name} ${row.standing}`),
    /** `recipient medium try status outcome`, in their order. */
    attempts: async (broadcastId: string) =>
      (
        await db
          .selectFrom('broadcast_attempt')
          .selectAll()
          .where('broadcast_id', '=', broadcastId)
          .orderBy('recipient')
          .orderBy('medium', 'desc')
          .orderBy('try')
          .execute()
      ).map(({ recipient, medium, try: number, status, outcome }) =>
        [recipient, medium, number, status, ...(outcome === null ? [] : [outcome])].join(' '),
      ),
    attempt: (broadcastId: string, recipient: number, medium: 'voice' | 'sms', number: number) =>
      db
        .selectFrom('broadcast_attempt')
        .selectAll()
        .where('broadcast_id', '=', broadcastId)
        .where('recipient', '=', recipient)
        .where('medium', '=', medium)
        .where('try', '=', number)
        .executeTakeFirstOrThrow(),
    events: async (broadcastId: string) =>
      db.selectFrom('broadcast_event').selectAll().where('broadcast_id', '=', broadcastId).orderBy('id').execute(),
  };
}
export type BroadcastBench = Awaited<ReturnType<typeof broadcastBench>>;
