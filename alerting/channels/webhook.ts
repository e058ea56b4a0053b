import type { CarrierReply, CarrierReport } from '../carrier-report.ts';

/** A request of a vendor as it came. */
export interface VendorCall {
  /** The whole URL as the vendor was told it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** One thing that a vendor tells: of an attempt by our id or by its own name for it, or a message somebody sent. */
export type Told =
  | { readonly attemptId: string; readonly report: CarrierReport }
  /** `begins`: the beginning of our id, where the vendor keeps no more of it. */
  | { readonly reference: string; readonly begins?: string; readonly report: CarrierReport }
  | { readonly from: string; readonly text: string; readonly reportId: string };

export interface WebhookAnswer {
  readonly type: string;
  readonly body: string;
}

/** What a vendor reports in its own way, and how it wants to be answered. */
export interface Webhook {
  /** Throws `carrier/bad-signature` unless the vendor sent it, `request/invalid` for what it never sends. */
  hear(call: VendorCall): readonly Told[];
  /** `replies` to what was told, in order. */
  answer(call: VendorCall, replies: readonly CarrierReply[]): WebhookAnswer;
  /** The line hears no reply to a report that is not about a key: such a call is ended by a request. */
  readonly hangsUpByRequest: boolean;
}

/** The fields of a form; of one that is given twice the last. */
export const formOf = (body: Uint8Array): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
