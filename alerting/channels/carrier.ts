/** What somebody's telephone company does for us. Every request carries the attempt's id: sent again, it rings nobody twice. */
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
  /** Who it is, whether its phones are simulated, and the page where they can be seen; `null` what it does not say. Throws `carrier/unreachable`. */
  about(): Promise<{ readonly name: string; readonly simulated: boolean | null; readonly page: string | null }>;
}

export interface CarrierRequest {
  /** UUID of the attempt: the idempotency key, and where reports are sent. */
  readonly attemptId: string;
  readonly to: string;
  readonly text: string;
}
