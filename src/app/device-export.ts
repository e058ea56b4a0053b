import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { GEO_HAZARD_TOPIC, commandsFor } from '../core/topic-filter.ts';
import { BROKER_USER } from '../platform/broker-guests.ts';
import type { BrokerDevice } from '../platform/broker-guests.ts';
import { hashDevicePassword } from '../platform/device-password.ts';

/** Who our own processes are at the outside broker. */
interface ServiceUser {
  readonly user: string;
  readonly password: string;
}

/** The password and access files of mosquitto, with our own user, who may everything, and these devices. */
export function mosquittoFiles(
  service: ServiceUser,
  devices: readonly BrokerDevice[],
  acquire: ServiceUser | null = null,
) {
  const passwords = [
    `${service.user}:${hashDevicePassword(service.password)}`,
    ...(acquire === null ? [] : [`${acquire.user}:${hashDevicePassword(acquire.password)}`]),
    ...devices.map(({ username, passwordHash }) => `${username}:${passwordHash}`),
  ];
  const acl = [
    '# Written by `tailwatch device export`: the next one replaces it.',
    `user ${service.user}`,
    'topic readwrite #',
    // The wildcard is for no topic that begins with $.
    `topic readwrite ${GEO_HAZARD_TOPIC}`,
    ...(acquire === null
      ? []
      : [
          '',
          `user ${acquire.user}`,
          'topic write tailwatch/acquired/#',
          'topic write tailwatch/told/#',
          'topic read tailwatch/command/#',
        ]),
    ...devices.flatMap(({ username, topics }) => [
      '',
      `user ${username}`,
      ...topics.map((topic) => `topic write ${topic}`),
      // An edge hears what is asked of it.
      ...topics
        .filter((topic) => topic.startsWith('tailwatch/told/'))
        .map((topic) => `topic read ${topic.replace('tailwatch/told/', 'tailwatch/command/')}`),
      ...commandsFor(topics).map((topic) => `topic read ${topic}`),
    ]),
  ];
  return { passwords: `${passwords.join('\n')}\n`, acl: `${acl.join('\n')}\n` };
}

/**
 * Writes both files into a folder, readable by their owner alone; those that are there are replaced when both new ones
 * are on disk, and stay whose they were. Throws `config/setting` where that cannot be done.
 */
export async function writeMosquittoFiles(folder: string, files: ReturnType<typeof mosquittoFiles>): Promise<void> {
  const paths = Object.entries(files).map(([name, content]) => ({ path: join(folder, name), content }));
  try {
    for (const { path, content } of paths) await writeBeside(path, content);
    for (const { path } of paths) await rename(`${path}.new`, path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'no reason given';
    throw new AppError(
      'config/setting',
      `DIR must be a folder where the broker's files may be written: ${folder} (${why})`,
      {
        cause,
      },
    );
  }
}

async function writeBeside(path: string, content: string): Promise<void> {
  const before = await stat(path).catch(() => null);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    // One that was left behind may have been made with other rights.
    await file.chmod(0o600);
    await file.writeFile(content);
    // The broker may run as another user than we: it must still be able to read what replaces its file.
    if (before !== null) await file.chown(before.uid, before.gid);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** From the URL of the outside broker; without one from the embedded broker's password. Throws `config/setting`. */
export function serviceUser(
  address: { readonly username?: string; readonly password?: string } | null,
  own: string | null,
): ServiceUser {
  if (address?.username !== undefined && address.password !== undefined) {
    if (!/[:\p{Cc}\s]/u.test(address.username)) return { user: address.username, password: address.password };
    throw new AppError(
      'config/setting',
      'the user in MQTT_URL must have no colon and no space: mosquitto could not read it',
    );
  }
  if (address === null && own !== null) return { user: BROKER_USER, password: own };
  throw new AppError(
    'config/setting',
    'MQTT_URL must have the user and password of our own processes, or MQTT_PASSWORD be set: they are exported too',
  );
}
