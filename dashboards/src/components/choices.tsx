import type { JSX } from 'preact';

interface ChoicesProps {
  readonly label: string;
  /** What can be chosen, with its words. */
  readonly of: readonly (readonly [id: string, words: string])[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Any number of things to be ticked. */
export function Choices({ label, of, chosen, onChange }: ChoicesProps): JSX.Element {
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      {of.map(([id, words]) => (
        <label key={id} class="tick">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={({ currentTarget }) =>
              onChange(currentTarget.checked ? [...chosen, id] : chosen.filter((each) => each !== id))
            }
          />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
