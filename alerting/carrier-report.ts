/** What a phone did, as a carrier reports it. Sent again, the same `reportId` gets the same reply. */
export interface CarrierReport {
  readonly reportId: string;
  /** What the carrier calls the call or message: it may be told here before its answer to our request is written down. */
  readonly id?: string | undefined;
  readonly event:
    | 'ringing'
    | 'answered'
    | 'digit'
    | 'voicemail'
    | 'busy'
    | 'no-answer'
    | 'failed'
    | 'ended'
    | 'delivered'
    | 'undelivered';
  /** With `digit`: 0 to 9, * or #. */
  readonly digit?: string | undefined;
  /** When, by the carrier's clock; for the record only. */
  readonly at?: string | number | undefined;
}

/**
 * What the carrier does next on the line. Nothing said: it goes on as it was. To a message: `say` is sent back to where it
 * came from.
 */
export interface CarrierReply {
  readonly say?: string | undefined;
  readonly gather?: { readonly digits: 1 } | undefined;
  readonly hangup?: boolean | undefined;
}
