import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { CopyButton } from './copy-button.tsx';

interface SecretOnceProps {
  readonly secret: string;
  readonly explain: string;
}

/** A secret that the server keeps nowhere: it is on screen until this is closed, and never again. */
export function SecretOnce({ secret, explain }: SecretOnceProps): JSX.Element {
  const words = say.value;
  return (
    <div class="form secret-once">
      <p role="status">
        <strong>{words('secret.once')}</strong> {explain}
      </p>
      <p class="key">{secret}</p>
      <p class="button-row">
        <CopyButton text={secret} />
      </p>
    </div>
  );
}
