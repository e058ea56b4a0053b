import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

type FieldProps = JSX.IntrinsicElements['input'] & {
  readonly label: string;
  /** A line under the input; not part of its name. */
  readonly hint?: string;
};

/** An input with its label. */
export function Field({ label, hint, ...input }: FieldProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...input} id={id} {...(hint !== undefined && { 'aria-describedby': `${id}-hint` })} />
      {hint !== undefined && (
        <small class="quiet" id={`${id}-hint`}>
          {hint}
        </small>
      )}
    </div>
  );
}
