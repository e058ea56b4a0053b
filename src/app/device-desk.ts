import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import type { AddDevice } from '../contract/devices.ts';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import type { AddedDevice, DeviceDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { hashDevicePassword, newDevicePassword } from '../platform/device-password.ts';
import { topicFault } from './device-topics.ts';
import { loadSites } from './site-config-store.ts';

type Tx = Transaction<Database>;

interface DeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/** Makes and revokes what signs in to the broker, each in one transaction with its row in the audit. */
export function deviceDesk({ db, clock }: DeskPorts): DeviceDesk {
  const alone = <T>(work: (tx: Tx, now: Instant) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (tx) => {
      // Keeps everybody else from applying a site meanwhile: its mappings and these topics are looked at together.
      await sql`lock table site in share row exclusive mode`.execute(tx);
      return work(tx, await clock.read(tx));
    });
  return {
    add: (siteId, asked, who) => alone((tx, now) => add(tx, { siteId, asked, who, now })),
    revoke: (deviceId, who) => alone((tx, now) => revoke(tx, { deviceId, who, now })),
  };
}

interface Add {
  readonly siteId: string;
  readonly asked: AddDevice;
  readonly who: string;
  readonly now: Instant;
}

async function add(tx: Tx, { siteId, asked, who, now }: Add): Promise<AddedDevice> {
  const sites = await loadSites(tx);
  if (!sites.some((site) => site.siteId === siteId)) throw new AppError('site/not-found', 'there is no such site');
  const { name, topics = null } = asked;
  const others = sites.filter((site) => site.siteId !== siteId).map(({ config }) => config);
  for (const topic of topics ?? []) {
    const fault = topicFault(topic, others, siteId);
    if (fault !== null) throw new AppError('device/topic-refused', `"${topic}" ${fault}`);
  }
  const username = `${siteId}.${name}`;
  const same = tx.selectFrom('device').select('id').where('username', '=', username).where('revoked_at', 'is', null);
  if ((await same.executeTakeFirst()) !== undefined) {
    throw new AppError('device/exists', `the site has a device "${name}" already: revoke it first`);
  }
  const [deviceId, password] = [randomUUID(), newDevicePassword()];
  const made = { created_by: who, created_at: new Date(now), revoked_at: null, revoked_by: null, last_seen_at: null };
  const device = { id: deviceId, site_id: siteId, name, username, password_hash: hashDevicePassword(password), topics };
  await tx
    .insertInto('device')
    .values({ ...device, ...made })
    .execute();
  await told(tx, siteId);
  await recordAudit(tx, { at: now, who, action: 'device/add', siteId, facts: { deviceId, username, topics } });
  return { deviceId, password };
}

interface Revoke {
  readonly deviceId: string;
  readonly who: string;
  readonly now: Instant;
}

async function revoke(tx: Tx, { deviceId, who, now }: Revoke): Promise<void> {
  const row = await tx.selectFrom('device').selectAll().where('id', '=', deviceId).executeTakeFirst();
  if (row === undefined) throw new AppError('device/not-found', 'there is no such device');
  if (row.revoked_at !== null) return;
  await tx
    .updateTable('device')
    .set({ revoked_at: new Date(now), revoked_by: who })
    .where('id', '=', deviceId)
    .execute();
  const { site_id: siteId, username } = row;
  await told(tx, siteId);
  await recordAudit(tx, { at: now, who, action: 'device/revoke', siteId, facts: { deviceId, username } });
}

const told = (tx: Tx, siteId: string) => sql`select pg_notify('device', ${siteId})`.execute(tx);
