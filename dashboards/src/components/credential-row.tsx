import type { JSX } from 'preact';
import type { CredentialView } from '../../../src/contract/people.ts';
import { moment } from '../format/clock.ts';
import { siteName } from '../format/site-name.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { managedSites } from '../live/managed-sites.ts';
import { now } from '../live/site-watch.ts';
import { sayName } from '../words/say.ts';
import { RevokeButton } from './revoke-button.tsx';

interface CredentialRowProps {
  readonly credential: CredentialView;
  readonly timeZone: string | undefined;
  readonly onChange: () => void;
}

/** One screen or program: what it may, where, who made it, and when it was last here. */
export function CredentialRow({ credential, timeZone, onChange }: CredentialRowProps): JSX.Element {
  const words = say.value;
  const { list } = managedSites('credential/manage');
  const time = (at: number): string => moment(at, now.value, timeZone, words.language);
  const { name, siteIds, scopes, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt, revokedBy } = credential;
  const where = (siteIds ?? [null]).map((siteId) => siteName(words, siteId, list)).join(words('list.separator'));
  const what = scopes.map((scope) => sayName(words, 'scope', scope)).join(words('list.separator'));
  const over = revokedAt !== null || (expiresAt !== null && expiresAt <= now.value);
  return (
    <li class={over ? 'is-disabled' : ''}>
      <div class="line-what">
        <p class="line-head">
          <strong>{name}</strong>
          {revokedAt !== null && (
            <span class="tag">{words('credentials.revoked', { who: revokedBy ?? '', time: time(revokedAt) })}</span>
          )}
          {revokedAt === null && over && <span class="tag">{words('credentials.over')}</span>}
        </p>
        <span>{credential.kind === 'token' ? [where, what].join(' · ') : where}</span>
        <span class="quiet">
          {[
            words('credentials.made', { who: createdBy, time: time(createdAt) }),
            lastUsedAt === null ? words('people.notSeen') : words('people.seen', { time: time(lastUsedAt) }),
            ...(expiresAt === null ? [] : [words('credentials.until', { time: time(expiresAt) })]),
          ].join(' · ')}
        </span>
      </div>
      {!over && (
        <RevokeButton
          name={name}
          revoke={() => ask(`/api/credentials/${credential.credentialId}/revoke`, null, { method: 'POST' })}
          onChange={onChange}
        />
      )}
    </li>
  );
}
