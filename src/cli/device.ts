import type { Kysely } from 'kysely';
import { deviceDesk } from '../app/device-desk.ts';
import { edgeTopics } from '../app/device-topics.ts';
import { mosquittoFiles, writeMosquittoFiles } from '../app/device-export.ts';
import { presentDevices } from '../app/device-list.ts';
import { loadSites } from '../app/site-config-store.ts';
import { AddDevice } from '../contract/devices.ts';
import type { DeviceView } from '../contract/devices.ts';
import { filtersOf, mappingsOf } from '../contract/mqtt-config.ts';
import { AppError } from '../core/errors.ts';
import { haveTopicInCommon } from '../core/topic-filter.ts';
import { deviceById, devicesOfSite } from '../gateway/views/device-view.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';

interface DeviceCommandPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  /** Who is written in the audit. */
  readonly who: string;
  readonly print: (text: string) => void;
  /** What our own processes sign in with; asked for by `export` only. */
  readonly serviceUser: () => Promise<{ readonly user: string; readonly password: string }>;
  /** What the acquire process signs in with; absent: as our other processes. */
  readonly acquireUser?: { readonly user: string; readonly password: string } | null;
}

const USAGE = [
  'tailwatch device add SITE NAME [--topic FILTER ... | --edge EDGE]',
  'tailwatch device list [SITE]',
  'tailwatch device revoke SITE NAME',
  'tailwatch device export DIR',
].join(' | ');

/**
 * `device add SITE NAME` makes what an instrument signs in with, and prints the password, which is kept nowhere; `list`
 * prints them, `revoke` takes one away, `export DIR` writes them for mosquitto.
 * @throws AppError as the desk does, `config/setting` for what cannot be understood
 */
export async function deviceCommand(
  words: readonly string[],
  { topic: given, edge }: { readonly topic?: readonly string[] | undefined; readonly edge?: string | undefined },
  ports: DeviceCommandPorts,
): Promise<void> {
  const [action, ...subject] = words;
  const [first, name] = subject;
  if ((given ?? edge) !== undefined && action !== 'add') throw misused();
  if (given !== undefined && edge !== undefined) throw misused();
  const topic = edge === undefined ? given : edgeTopics(first ?? '', edge);
  if (action === 'list' && subject.length <= 1) return list(first, ports);
  if (action === 'export' && first !== undefined && subject.length === 1) return exportTo(first, ports);
  if (first === undefined || name === undefined || subject.length > 2) throw misused();
  if (action === 'add') return add(first, asked(name, topic), ports);
  if (action === 'revoke') return revoke(first, name, ports);
  throw misused();
}

async function add(siteId: string, device: AddDevice, { db, clock, who, print }: DeviceCommandPorts): Promise<void> {
  const { deviceId, password } = await deviceDesk({ db, clock }).add(siteId, device, who);
  const { username, topics } = await deviceById(db, deviceId);
  print(`User ${username}, password, shown only this once: ${password}`);
  print(`It may publish on ${topics.join(', ')}`);
  const [site] = await loadSites(db, [siteId]);
  const read = site === undefined ? [] : [...filtersOf(site.config), 'tailwatch/#'];
  for (const each of topics.filter((mine) => !read.some((theirs) => haveTopicInCommon(mine, theirs))))
    print(`! no mapping of ${siteId} reads ${each}: what comes there is kept as refused`);
}

async function list(siteId: string | undefined, { db, print }: DeviceCommandPorts): Promise<void> {
  const sites = siteId === undefined ? (await loadSites(db)).map((site) => site.siteId) : [siteId];
  for (const site of sites) for (const device of await devicesOfSite(db, site)) print(lineOf(device));
}

async function revoke(siteId: string, name: string, { db, clock, who, print }: DeviceCommandPorts): Promise<void> {
  const found = (await devicesOfSite(db, siteId)).find((each) => each.name === name && each.revokedAt === null);
  if (found === undefined) throw new AppError('device/not-found', `the site has no device "${name}" that may sign in`);
  await deviceDesk({ db, clock }).revoke(found.deviceId, who);
  print(`${found.username} is revoked: it is cut within seconds; of an outside broker, by the next export`);
}

async function exportTo(
  folder: string,
  { db, clock, who, print, serviceUser, acquireUser = null }: DeviceCommandPorts,
): Promise<void> {
  const service = await serviceUser();
  const sites = await loadSites(db);
  const mappings = sites.flatMap(({ siteId, config }) => mappingsOf(config).map(({ topic }) => ({ siteId, topic })));
  const devices = await presentDevices(db, mappings);
  await writeMosquittoFiles(folder, mosquittoFiles(service, devices, acquireUser));
  const facts = { folder, devices: devices.map(({ username }) => username) };
  await recordAudit(db, { at: await clock.read(db), who, action: 'device/export', facts });
  print(`passwords and acl of ${service.user} and ${String(devices.length)} devices are in ${folder}`);
  print('Mosquitto reads them when it gets SIGHUP');
}

function asked(name: string, topics: readonly string[] | undefined): AddDevice {
  const parsed = AddDevice.safeParse({ name, topics });
  if (parsed.success) return parsed.data;
  const [fault] = parsed.error.issues;
  throw new AppError(
    'config/setting',
    `${fault?.path[0] === 'name' ? 'NAME' : '--topic'} ${fault?.message ?? ''}\nusage: ${USAGE}`,
  );
}

const misused = (): AppError => new AppError('config/setting', `usage: ${USAGE}`);

function lineOf({
  username,
  topics,
  followsSite,
  createdBy,
  createdAt,
  revokedAt,
  revokedBy,
  lastSeenAt,
}: DeviceView): string {
  const seen = lastSeenAt === null ? 'not heard yet' : `heard ${time(lastSeenAt)}`;
  const state = revokedAt === null ? seen : `revoked ${time(revokedAt)} by ${String(revokedBy)}`;
  return `${username}  ${topics.join(', ')}${followsSite ? ' (as the site)' : ''}; ${state}; made ${time(createdAt)} by ${createdBy}`;
}

/** To the minute, in UTC. */
const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;
