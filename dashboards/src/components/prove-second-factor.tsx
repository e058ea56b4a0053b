import type { JSX } from 'preact';
import { SessionView } from '../../../src/contract/session.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { enter } from '../live/session.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { CodeField } from './code-field.tsx';
import { FaultLine } from './fault-line.tsx';

/** Takes the code of a second factor from who signed in without it, at the OpenID provider: then the roles that wait for it count. */
export function ProveSecondFactor(): JSX.Element {
  const words = say.value;
  const { sending, fault, submit } = useSubmission();
  const prove = (event: Event): void => {
    const body = { code: typedInto(event)('code') };
    void submit(async () => {
      enter(await ask('/api/session/second-factor/prove', SessionView, { method: 'POST', body }));
    });
  };
  return (
    <form class="form" onSubmit={prove}>
      <CodeField explain={words('code.signIn')} />
      <FaultLine fault={fault} />
      <button type="submit" class="button button-strong" disabled={sending}>
        {words(sending ? 'form.sending' : 'form.next')}
      </button>
    </form>
  );
}
