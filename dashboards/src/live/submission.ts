import { useSignal } from '@preact/signals';
import { ApiFault } from './api.ts';
import { codeOf, noticeSignedOut } from './session.ts';

/** Why something was not done, and which input was wrong where that is known. */
export interface Fault {
  readonly code: string;
  readonly field?: string | undefined;
}

/** Something that is sent, and what came of it. */
export interface Submission {
  readonly sending: boolean;
  readonly fault: Fault | undefined;
  /** Does the work; true when it succeeded. */
  readonly submit: (work: () => Promise<void>) => Promise<boolean>;
  /** Says why it is not even tried. */
  readonly refuse: (code: string) => void;
}

/** Holds the state of one form or button. */
export function useSubmission(): Submission {
  const sending = useSignal(false);
  const fault = useSignal<Fault | undefined>(undefined);
  return {
    sending: sending.value,
    fault: fault.value,
    submit: async (work) => {
      sending.value = true;
      fault.value = undefined;
      try {
        await work();
        return true;
      } catch (error) {
        const field = error instanceof ApiFault ? error.field : undefined;
        if (!noticeSignedOut(error)) fault.value = { code: codeOf(error), field };
        return false;
      } finally {
        sending.value = false;
      }
    },
    refuse: (code) => {
      fault.value = { code };
    },
  };
}

/** What was typed into the form that is being sent, by the name of the input; empty where there is none. */
export function typedInto(event: Event): (name: string) => string {
  event.preventDefault();
  const form = new FormData(event.currentTarget as HTMLFormElement);
  return (name) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
}
