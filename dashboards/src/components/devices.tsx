import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { z } from 'zod';
import { AddedDevice, DeviceView } from '../../../src/contract/devices.ts';
import type { AddDevice } from '../../../src/contract/devices.ts';
import type { SiteSummary } from '../../../src/contract/http.ts';
import { moment } from '../format/clock.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { usePolled } from '../live/polled.ts';
import { now } from '../live/site-watch.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { Dialog } from './dialog.tsx';
import { FaultLine } from './fault-line.tsx';
import { Field } from './field.tsx';
import { RevokeButton } from './revoke-button.tsx';
import { SecretOnce } from './secret-once.tsx';

interface DevicesProps {
  readonly site: SiteSummary;
  readonly timeZone: string | undefined;
}

const EVERY_MS = 15_000;

/** The instruments of a site that publish with a password of their own. */
export function Devices({ site, timeZone }: DevicesProps): JSX.Element {
  const words = say.value;
  const path = `/api/sites/${encodeURIComponent(site.siteId)}/devices`;
  const { value, fault, again } = usePolled(path, z.array(DeviceView), EVERY_MS);
  const adding = useSignal(false);
  const time = (at: number): string => moment(at, now.value, timeZone, words.language);
  const close = (): void => {
    adding.value = false;
    again();
  };
  return (
    <section class="panel" aria-label={words('devices.title', { site: site.name[words.language] })}>
      <header class="panel-head">
        <h2>{words('devices.title', { site: site.name[words.language] })}</h2>
        <button
          type="button"
          class="button"
          onClick={() => {
            adding.value = true;
          }}
        >
          {words('devices.add')}
        </button>
      </header>
      <p class="quiet">{words('devices.explain')}</p>
      <FaultLine fault={fault === undefined ? undefined : { code: fault }} />
      {value?.length === 0 && <p>{words('credentials.none')}</p>}
      <ul class="lines">
        {value?.map((device) => (
          <li key={device.deviceId} class={device.revokedAt === null ? '' : 'is-disabled'}>
            <div class="line-what">
              <p class="line-head">
                <strong>{device.username}</strong>
                {device.revokedAt !== null && (
                  <span class="tag">
                    {words('credentials.revoked', { who: device.revokedBy ?? '', time: time(device.revokedAt) })}
                  </span>
                )}
              </p>
              <span>{device.followsSite ? words('devices.followsSite') : device.topics.join(' ')}</span>
              <span class="quiet">
                {device.lastSeenAt === null
                  ? words('people.notSeen')
                  : words('people.seen', { time: time(device.lastSeenAt) })}
              </span>
            </div>
            {device.revokedAt === null && (
              <RevokeButton
                name={device.username}
                revoke={() => ask(`/api/devices/${device.deviceId}/revoke`, null, { method: 'POST' })}
                onChange={again}
              />
            )}
          </li>
        ))}
      </ul>
      {adding.value && <AddDeviceDialog path={path} onClose={close} />}
    </section>
  );
}

interface AddDeviceProps {
  readonly path: string;
  readonly onClose: () => void;
}

function AddDeviceDialog({ path, onClose }: AddDeviceProps): JSX.Element {
  const words = say.value;
  const made = useSignal<AddedDevice | undefined>(undefined);
  const { sending, fault, submit } = useSubmission();
  const add = (event: Event): void => {
    const body: AddDevice = { name: typedInto(event)('name').trim() };
    void submit(async () => {
      made.value = await ask(path, AddedDevice, { method: 'POST', body });
    });
  };
  if (made.value !== undefined)
    return (
      <Dialog title={made.value.username} onClose={onClose}>
        <SecretOnce secret={made.value.password} explain={words('devices.made', { user: made.value.username })} />
      </Dialog>
    );
  return (
    <Dialog title={words('devices.add')} onClose={onClose}>
      <form class="form" onSubmit={add}>
        <Field
          label={words('devices.name')}
          hint={words('devices.nameHint')}
          name="name"
          required
          maxLength={40}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
        />
        <FaultLine fault={fault} />
        <button type="submit" class="button button-strong" disabled={sending}>
          {words('devices.add')}
        </button>
      </form>
    </Dialog>
  );
}
