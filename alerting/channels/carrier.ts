import type { CarrierReport } from '../carrier-report.ts';
import type { Medium } from '../policy.ts';
import type { Slots } from '../slots.ts';

/** What somebody's telephone company does for us. Every request carries the attempt's id: where the carrier keeps it, the same one again rings nobody twice. */
export interface Carrier {
  /**
   * Asks for a call that says the text until one digit is pressed. Resolves with the carrier's name for it.
   * Throws `carrier/refused` (asking again is useless) or `carrier/unreachable` (it may or may not have heard us).
   */
  call(request: CarrierRequest): Promise<string>;
  /** Asks for a text message; as `call`. */
  message(request: CarrierRequest): Promise<string>;
  /** Ends a call, also one that has ended or was never known. Throws `carrier/unreachable`. */
  hangUp(reference: string): Promise<void>;
  /** Who it is and how it is. Throws `carrier/unreachable`. */
  about(): Promise<CarrierAbout>;
  /** Asks what became of what it was asked for; absent: it reports by itself, or not at all. Throws `carrier/unreachable`. */
  receipts?(open: readonly Pending[]): Promise<readonly Receipt[]>;
}

export interface CarrierRequest {
  /** UUID of the attempt: the idempotency key, and where reports are sent. */
  readonly attemptId: string;
  readonly to: string;
  readonly text: string;
  /** The same in short, for carriers that fill approved templates; they refuse what has none. */
  readonly slots?: Slots;
  /** For who stands for carriers of several media; absent: voice of a call, sms of a message. */
  readonly medium?: Medium;
}

export interface CarrierAbout {
  readonly name: string;
  /** `null`, like `page`: it does not say. */
  readonly simulated: boolean | null;
  /** Where simulated phones can be seen. */
  readonly page: string | null;
  /** What is left to call with, as the carrier writes it; absent: it does not say. */
  readonly balance?: string | undefined;
  /** It can be reached, and cannot call: why. */
  readonly unable?: string | undefined;
}

/** What a carrier was asked for and has not ended. */
export interface Pending {
  readonly attemptId: string;
  readonly reference: string;
  readonly medium: string;
  readonly phone: string;
  /** Epoch ms. */
  readonly askedAt: number;
}

/** What a carrier tells when it is asked. */
export type Receipt =
  | { readonly attemptId: string; readonly report: CarrierReport }
  /** By the carrier's own name for it, which may be of others who share the account. */
  | { readonly reference: string; readonly report: CarrierReport }
  | { readonly from: string; readonly text: string; readonly reportId: string };
