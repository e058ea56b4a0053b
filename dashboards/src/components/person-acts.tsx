import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { ask } from '../live/api.ts';
import { say } from '../live/language.ts';
import { useSubmission } from '../live/submission.ts';
import { FaultLine } from './fault-line.tsx';
import type { Person } from '../state/people.ts';

interface PersonActsProps {
  readonly account: Person;
  readonly path: string;
  readonly onResetPassword: () => Promise<void>;
  readonly onChange: () => void;
}

type Act = 'reset-password' | 'reset-second-factor' | 'end-sessions' | 'disable' | 'enable';

/** What is done about an account at once. Each is asked about once more: it shuts somebody out. */
export function PersonActs({ account, path, onResetPassword, onChange }: PersonActsProps): JSX.Element {
  const words = say.value;
  const asked = useSignal<Act | undefined>(undefined);
  const { sending, fault, submit } = useSubmission();
  const acts: readonly Act[] = [
    'reset-password',
    ...(account.secondFactor ? (['reset-second-factor'] as const) : []),
    ...(account.sessions > 0 ? (['end-sessions'] as const) : []),
    account.disabledAt === null ? 'disable' : 'enable',
  ];
  const act = async (which: Act): Promise<void> => {
    await submit(() =>
      which === 'reset-password' ? onResetPassword() : ask(`${path}/${which}`, null, { method: 'POST' }),
    );
    asked.value = undefined;
    onChange();
  };
  const question = asked.value;
  return (
    <div class="form part">
      {question === undefined ? (
        <p class="button-row">
          {acts.map((which) => (
            <button
              key={which}
              type="button"
              class="button"
              onClick={() => {
                asked.value = which;
              }}
            >
              {words(`personAct.${which}`)}
            </button>
          ))}
        </p>
      ) : (
        <>
          <p role="alert">{words(`personActAsk.${question}`, { name: account.name })}</p>
          <p class="button-row">
            <button type="button" class="button button-strong" disabled={sending} onClick={() => void act(question)}>
              {words(`personAct.${question}`)}
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                asked.value = undefined;
              }}
            >
              {words('release.cancel')}
            </button>
          </p>
        </>
      )}
      <FaultLine fault={fault} />
    </div>
  );
}
