import type { JSX } from 'preact';
import { problemText } from '../format/problem.ts';
import { say } from '../live/language.ts';
import type { Fault } from '../live/submission.ts';

/** Why something was not done; nothing while there is nothing to say. */
export function FaultLine({ fault }: { readonly fault: Fault | undefined }): JSX.Element {
  return (
    <p class="fault" role="alert">
      {fault !== undefined && problemText(say.value, fault.code, fault.field)}
    </p>
  );
}
