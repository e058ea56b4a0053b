import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { say } from '../live/language.ts';

/** Copies a text. A browser lets a page do that only over HTTPS or on this machine: elsewhere the text is there to be marked. */
export function CopyButton({ text }: { readonly text: string }): JSX.Element | null {
  const words = say.value;
  const copied = useSignal(false);
  // The types say that it is always there.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) return null;
  const copy = async (): Promise<void> => {
    copied.value = await clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  };
  return (
    <button type="button" class="button" onClick={() => void copy()}>
      {words(copied.value ? 'form.copied' : 'form.copy')}
    </button>
  );
}
