import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { findingDesk } from '../../src/app/finding-desk.ts';
import { weatherDesk } from '../../src/app/weather-desk.ts';
import { DAY, MINUTE } from '../../src/core/time.ts';
import { digestOf } from '../../src/gateway/secret-words.ts';
import type { Database } from '../../src/platform/database.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { untold } from '../../alerting/broadcast/recipient.ts';
import type { EvacuationGroup, Member } from '../../src/core/evacuation.ts';
import { NOW } from './pond.ts';

type Db = Kysely<Database>;

/** A mine of which every text holds its mark, and every telephone number ends as no other's. */
export interface Mine {
  /** Id of its site, and the word that is in every text of it. */
  readonly mark: string;
  readonly phones: readonly string[];
  readonly sensorId: number;
  readonly calloutId: string;
  readonly attemptId: string;
  readonly accountId: string;
}

/** Somebody who looks at this mine. */
export async function storeAccount(db: Db, mark: string): Promise<string> {
  const id = randomUUID();
  await db
    .insertInto('account')
    .values({
      id,
      name: `person-${mark}-${id.slice(0, 8)}`,
      password_hash: null,
      created_at: new Date(NOW),
      disabled_at: null,
      totp_sealed: null,
      totp_confirmed_at: null,
      identity: null,
    })
    .execute();
  await db.insertInto('role_grant').values({ account_id: id, group_id: null, role: 'viewer', site_id: mark }).execute();
  return id;
}

/** What somebody found there, as the desk stores it. */
const storeFinding = (db: Db, mark: string): Promise<string> =>
  findingDesk({ db, clock: fakeClock() }).report(
    mark,
    { clientKey: randomUUID(), kind: 'crack', level: 'blue', place: `crest of ${mark}`, note: `seen at ${mark}` },
    `person-${mark}`,
  );

/**
 * What the paths of routes name, made in a mine: of what a request may end or use up, a new one each time.
 * A route whose path names something else fails its tests until it is made here.
 */
export const THINGS: Readonly<Record<string, (db: Db, mine: Mine) => Promise<string>>> = {
  siteId: async (_db, { mark }) => mark,
  sensorId: async (_db, { sensorId }) => String(sensorId),
  calloutId: async (_db, { calloutId }) => calloutId,
  order: async () => '1',
  attemptId: async (_db, { attemptId }) => attemptId,
  accountId: (db, { mark }) => storeAccount(db, mark),
  async maintenanceId(db, { mark }) {
    const id = randomUUID();
    await db
      .insertInto('maintenance')
      .values({
        id,
        site_id: mark,
        point: `${mark}-p1`,
        reason: `new cable of ${mark}`,
        substitute: JSON.stringify({ who: `patrol of ${mark}`, everyMinutes: 60 }),
        from_at: new Date(NOW - MINUTE),
        until_at: new Date(NOW + DAY),
        started_by: `chief-${mark}`,
        ended_at: null,
        ended_by: null,
      })
      .execute();
    return id;
  },
  async replayId(db, { mark }) {
    const { id } = await db
      .insertInto('quarantine_replay')
      .values({
        site_id: mark,
        requested_by: `chief-${mark}`,
        requested_at: new Date(NOW),
        up_to: 1,
        done_at: new Date(NOW),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return String(id);
  },
  async sessionId(db, { accountId }) {
    const { id } = await db
      .insertInto('session')
      .values({
        token_hash: digestOf(randomUUID()),
        account_id: accountId,
        credential_id: null,
        created_at: new Date(NOW),
        expires_at: new Date(NOW + DAY),
        rotated_at: new Date(NOW),
        previous_hash: null,
        previous_until: null,
        seen_at: new Date(NOW),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  },
  async groupId(db, { mark }) {
    const id = randomUUID();
    await db
      .insertInto('account_group')
      .values({ id, name: `group-${mark}-${id.slice(0, 8)}`, created_at: new Date(NOW) })
      .execute();
    await db
      .insertInto('role_grant')
      .values({ account_id: null, group_id: id, role: 'viewer', site_id: mark })
      .execute();
    return id;
  },
  async credentialId(db, { mark }) {
    const id = randomUUID();
    await db
      .insertInto('credential')
      .values({
        id,
        kind: 'token',
        name: `program-${mark}-${id.slice(0, 8)}`,
        secret_hash: digestOf(id),
        scopes: ['site/see'],
        site_ids: [mark],
        created_by: `chief-${mark}`,
        created_at: new Date(NOW),
        expires_at: new Date(NOW + DAY),
        last_used_at: null,
        revoked_at: null,
        revoked_by: null,
      })
      .execute();
    return id;
  },
  findingId: (db, { mark }) => storeFinding(db, mark),
  async photoId(db, { mark }) {
    const finding_id = await storeFinding(db, mark);
    const id = randomUUID();
    const bytes = Buffer.from('89504e470d0a1a0a', 'hex');
    const photo = { id, finding_id, media_type: 'image/png', bytes, sha256: id, added_by: `person-${mark}` };
    await db
      .insertInto('finding_photo')
      .values({ ...photo, added_at: new Date(NOW) })
      .execute();
    return id;
  },
  async drillId(db, { mark }) {
    const id = randomUUID();
    const words = JSON.stringify({ zh: `piping at ${mark}`, en: `piping at ${mark}` });
    const asked = { asked_by: `chief-${mark}`, asked_at: new Date(NOW), planned_for: new Date(NOW + DAY) };
    const open = { callout_id: null, ends_at: null, why: null, closed_by: null, closed_at: null };
    const what = { level: 'blue', target: null, section: null, scenario: `piping at ${mark}`, words, state: 'planned' };
    await db
      .insertInto('drill')
      .values({ id, site_id: mark, ...what, ...asked, ...open })
      .execute();
    return id;
  },
  async fileId(db, { mark, calloutId }) {
    const id = randomUUID();
    const bytes = Buffer.from(`%PDF-${mark}`);
    const file = { name: `paper of ${mark}`, media_type: 'application/pdf', size: bytes.length, bytes, note: mark };
    await db
      .insertInto('callout_file')
      .values({ id, callout_id: calloutId, ...file, sha256: id, added_by: `chief-${mark}`, added_at: new Date(NOW) })
      .execute();
    return id;
  },
  warningId: (db, { mark }) =>
    weatherDesk({ db, clock: fakeClock() }).announce(
      mark,
      { identifier: `${mark}-${randomUUID()}`, event: { zh: `storm at ${mark}` }, level: 'blue', area: mark },
      `person-${mark}`,
    ),
  async handoverId(db, { mark }) {
    const id = randomUUID();
    await db
      .insertInto('shift_handover')
      .values({
        id,
        site_id: mark,
        opened_at: new Date(NOW),
        opened_by: `chief-${mark}`,
        content: JSON.stringify({
          levels: [],
          reports: [],
          blind: [`${mark}-p1`],
          maintenance: [],
          outOfService: [],
          shelved: [],
          patrols: [],
          onDuty: [],
          callout: null,
        }),
        notes: '[]',
        outgoing_account: null,
        outgoing_by: null,
        outgoing_at: null,
        incoming_account: null,
        incoming_by: null,
        incoming_at: null,
      })
      .onConflict((oc) => oc.doNothing())
      .execute();
    // One may be open at a time.
    const open = db.selectFrom('shift_handover').select('id').where('site_id', '=', mark);
    return (await open.where('incoming_account', 'is', null).executeTakeFirstOrThrow()).id;
  },
  async deviceId(db, { mark }) {
    const id = randomUUID();
    await db
      .insertInto('device')
      .values({
        id,
        site_id: mark,
        name: `gauge-${mark}-${id.slice(0, 8)}`,
        username: `${mark}.gauge-${id.slice(0, 8)}`,
        password_hash: '$7$101$c2FsdA==$aGFzaA==',
        topics: null,
        created_by: `chief-${mark}`,
        created_at: new Date(NOW),
        revoked_at: null,
        revoked_by: null,
        last_seen_at: null,
      })
      .execute();
    return id;
  },
  async evacuationGroup(db, { mark, phones }) {
    const group: EvacuationGroup = {
      name: { zh: `村民 ${mark}`, en: `village of ${mark}` },
      kind: 'village',
      route: `road of ${mark}`,
      assembly: `school of ${mark}`,
      members: [
        {
          name: `household ${mark}`,
          phones: phones.slice(0, 1),
          place: `door of ${mark}`,
          persons: 3,
          note: `old people of ${mark}`,
          marshal: { name: `marshal of ${mark}`, phone: phones[1] ?? null },
        },
      ],
    };
    await db
      .insertInto('evacuation_group')
      .values({
        site_id: mark,
        group_id: 'village',
        version: 1,
        content: JSON.stringify(group),
        written_at: new Date(NOW),
        written_by: `chief-${mark}`,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return 'village';
  },
  async recipient() {
    return '1';
  },
  /** The one that runs at the site, or the first. */
  async broadcastId(db, { mark, phones }) {
    const open = db.selectFrom('broadcast').select('id').where('site_id', '=', mark).where('ended_at', 'is', null);
    const running = await open.executeTakeFirst();
    if (running !== undefined) return running.id;
    const id = randomUUID();
    await db
      .insertInto('broadcast')
      .values({
        id,
        site_id: mark,
        drill: false,
        plan: JSON.stringify({ rounds: 1, repeatMs: 1, doorAfterMs: 1, arrivedAfterMs: 1, silentCallMs: 1 }),
        presses: JSON.stringify([
          {
            by: `chief-${mark}`,
            at: NOW,
            groups: [{ groupId: 'village', version: 1, name: { zh: mark, en: mark } }],
            told: [mark],
          },
        ]),
        started_at: new Date(NOW),
        started_by: `chief-${mark}`,
        ended_at: null,
        ended_by: null,
        note: null,
      })
      .execute();
    const person: Member = {
      name: `household ${mark}`,
      phones: phones.slice(0, 1),
      place: `door of ${mark}`,
      persons: 3,
      note: `old people of ${mark}`,
      marshal: { name: `marshal of ${mark}`, phone: phones[1] ?? null },
    };
    await db
      .insertInto('broadcast_recipient')
      .values({
        broadcast_id: id,
        number: 1,
        group_id: 'village',
        person: JSON.stringify(person),
        told: JSON.stringify({ site: { zh: mark, en: mark }, route: mark, assembly: mark, more: '', drill: false }),
        state: JSON.stringify(untold(1)),
        standing: 'at-risk',
        due_at: null,
      })
      .execute();
    await db
      .insertInto('broadcast_event')
      .values({
        broadcast_id: id,
        recipient: 1,
        type: 'standing',
        at: new Date(NOW),
        facts: JSON.stringify({ by: `chief-${mark}` }),
      })
      .execute();
    return id;
  },
  async accidentId(db, { mark }) {
    const id = randomUUID();
    await db
      .insertInto('accident')
      .values({
        id,
        site_id: mark,
        what: `dam of ${mark} has slumped`,
        place: `crest of ${mark}`,
        happened_at: new Date(NOW - MINUTE),
        grade: 'unknown',
        casualties: null,
        measures: `siren of ${mark}`,
        declared_by: `chief-${mark}`,
        declared_at: new Date(NOW),
        closed_by: null,
        closed_at: null,
        close_note: null,
      })
      .execute();
    return id;
  },
  async proposalId(db, { mark, accountId }) {
    const id = randomUUID();
    await db
      .insertInto('proposal')
      .values({
        id,
        site_id: mark,
        kind: 'site/loosen',
        subject: mark,
        content: JSON.stringify({ text: `site: ${mark}`, changes: [] }),
        base_version: 1,
        reason: `season of ${mark}`,
        proposed_by_account: accountId,
        proposed_by: `person-${mark}`,
        proposed_at: new Date(NOW),
        expires_at: new Date(NOW + DAY),
        acted_at: null,
        state: 'open',
        decided_by_account: null,
        decided_by: null,
        decided_at: null,
        decision_reason: null,
      })
      .execute();
    return id;
  },
};

/** Of each of these things, the id of one that is nowhere. */
export const NONE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(THINGS).map((name) => [name, '7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0fff'])),
  siteId: 'nowhere',
  order: '999999',
  sensorId: '2147483647',
  replayId: '9007199254740991',
  recipient: '999999',
};
