import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { EnrolmentView, RecoveryCodes } from '../../../src/contract/session.ts';
import { inGroups } from '../format/key-groups.ts';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { askAgain } from '../live/session.ts';
import { typedInto, useSubmission } from '../live/submission.ts';
import { CodeField } from './code-field.tsx';
import { FaultLine } from './fault-line.tsx';
import { Field } from './field.tsx';
import { QrCode } from './qr-code.tsx';
import { RecoveryList } from './recovery-list.tsx';

interface SetUpProps {
  /** Where it has only just been typed it is not asked for again. */
  readonly password?: string;
  /** Called when the recovery codes have been put away. */
  readonly onDone: () => void;
}

type Enrolment = { readonly uri: string; readonly key: string };

/** Sets up a second factor: the password, then the code that a telephone reads, then its first digits, then the recovery codes, once. */
export function SetUpSecondFactor({ password, onDone }: SetUpProps): JSX.Element {
  const enrolment = useSignal<Enrolment | undefined>(undefined);
  const recovery = useSignal<readonly string[] | undefined>(undefined);
  const { sending, fault, submit } = useSubmission();
  const draw = (given: string) =>
    submit(async () => {
      enrolment.value = await ask('/api/session/second-factor', EnrolmentView, {
        method: 'POST',
        body: { password: given },
      });
    });
  useEffect(() => {
    if (password !== undefined) void draw(password);
  }, []);

  if (recovery.value !== undefined) return <RecoveryList codes={recovery.value} onDone={onDone} />;
  if (enrolment.value !== undefined)
    return (
      <Confirm
        enrolment={enrolment.value}
        onConfirmed={(codes) => {
          recovery.value = codes;
        }}
      />
    );
  if (password !== undefined) return <FaultLine fault={fault} />;
  return <AskPassword sending={sending} fault={fault} onPassword={(given) => void draw(given)} />;
}

interface AskPasswordProps {
  readonly sending: boolean;
  readonly fault: Parameters<typeof FaultLine>[0]['fault'];
  readonly onPassword: (password: string) => void;
}

function AskPassword({ sending, fault, onPassword }: AskPasswordProps): JSX.Element {
  const words = say.value;
  return (
    <form class="form" onSubmit={(event) => onPassword(typedInto(event)('password'))}>
      <Field
        label={words('password.present')}
        hint={words('factor.whyPassword')}
        name="password"
        type="password"
        required
        maxLength={200}
        autoComplete="current-password"
      />
      <FaultLine fault={fault} />
      <button type="submit" class="button button-strong" disabled={sending}>
        {words('form.next')}
      </button>
    </form>
  );
}

interface ConfirmProps {
  readonly enrolment: Enrolment;
  readonly onConfirmed: (recoveryCodes: readonly string[]) => void;
}

function Confirm({ enrolment, onConfirmed }: ConfirmProps): JSX.Element {
  const words = say.value;
  const { sending, fault, submit } = useSubmission();
  const confirm = (event: Event): void => {
    const body = { code: typedInto(event)('code') };
    void submit(async () => {
      const { recoveryCodes } = await ask('/api/session/second-factor/confirm', RecoveryCodes, {
        method: 'POST',
        body,
      });
      onConfirmed(recoveryCodes);
      await askAgain();
    });
  };
  return (
    <form class="form enrol" onSubmit={confirm}>
      <QrCode text={enrolment.uri} label={words('factor.qr')} />
      <div class="form">
        <p>{words('factor.scan')}</p>
        <p>
          <a class="button enrol-open" href={enrolment.uri}>
            {words('factor.open')}
          </a>
        </p>
        <p class="quiet">{words('factor.orType')}</p>
        <p class="key">{inGroups(enrolment.key)}</p>
        <CodeField explain={words('factor.first')} recovery={false} />
        <FaultLine fault={fault} />
        <button type="submit" class="button button-strong" disabled={sending}>
          {words(sending ? 'form.sending' : 'factor.confirm')}
        </button>
      </div>
    </form>
  );
}
