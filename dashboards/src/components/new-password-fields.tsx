import type { JSX } from 'preact';
import { say } from '../live/language.ts';
import { PASSWORD_LENGTH } from '../state/new-password.ts';
import { Field } from './field.tsx';

/** A password that is chosen, typed twice. */
export function NewPasswordFields(): JSX.Element {
  const words = say.value;
  const shared = { type: 'password', required: true, maxLength: 200, autoComplete: 'new-password' } as const;
  return (
    <>
      <Field
        label={words('password.next')}
        hint={words('password.rule', { count: PASSWORD_LENGTH })}
        name="next"
        {...shared}
      />
      <Field label={words('password.again')} name="again" {...shared} />
    </>
  );
}
