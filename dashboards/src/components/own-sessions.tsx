import type { JSX } from 'preact';
import { z } from 'zod';
import { OpenSession } from '../../../src/contract/session.ts';
import { browserName } from '../format/browser-name.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { usePolled } from '../live/polled.ts';
import { useSubmission } from '../live/submission.ts';
import { FaultLine } from './fault-line.tsx';
import { SessionLine } from './session-line.tsx';

const EVERY_MS = 30_000;

/** Where this account is signed in, and the way to end what is not oneself. */
export function OwnSessions({ timeZone }: { readonly timeZone: string | undefined }): JSX.Element {
  const words = say.value;
  const { value, fault, again } = usePolled('/api/session/all', z.array(OpenSession), EVERY_MS);
  const doing = useSubmission();
  const post = (path: string): void => {
    void doing.submit(() => ask(path, null, { method: 'POST' })).then(again);
  };
  return (
    <section class="panel" aria-labelledby="sessions-title">
      <header class="panel-head">
        <h2 id="sessions-title">{words('sessions.title')}</h2>
        {(value?.length ?? 0) > 1 && (
          <button type="button" class="button" disabled={doing.sending} onClick={() => post('/api/session/end-others')}>
            {words('sessions.endOthers')}
          </button>
        )}
      </header>
      <p class="quiet">{words('sessions.explain')}</p>
      <FaultLine fault={doing.fault ?? (fault === undefined ? undefined : { code: fault })} />
      <ul class="lines">
        {value?.map((one) => (
          <SessionLine key={one.sessionId} session={one} timeZone={timeZone}>
            {one.current ? (
              <span class="tag">{words('sessions.current')}</span>
            ) : (
              <button
                type="button"
                class="button"
                disabled={doing.sending}
                aria-label={words('sessions.endOne', { what: browserName(words, one.agent) })}
                onClick={() => post(`/api/session/all/${one.sessionId}/end`)}
              >
                {words('sessions.end')}
              </button>
            )}
          </SessionLine>
        ))}
      </ul>
    </section>
  );
}
