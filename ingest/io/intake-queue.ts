import type { Delivery, Intake } from '../../adapters/adapter.ts';

/** What a delivery of one sample costs besides its payload and topic, in bytes; roughly. */
const DELIVERY_BYTES = 400;
/** What each further sample costs, or each sensor that a refusal names: a list of numbers grows when it is read. */
const SAMPLE_BYTES = 160;
/** A batch is no larger, unless a single delivery is: its statements must be texts that can be made and sent. */
const BATCH_BYTES_MAX = 8 * 1024 * 1024;

interface IntakeQueueOptions {
  /** Above this the sources are paused; below half of it they are resumed. Bytes. */
  readonly boundBytes: number;
  readonly pause: () => void;
  readonly resume: () => void;
}

/** Deliveries waiting for the next commit, and what else the committer is to look at. Gathers while a commit runs. */
export class IntakeQueue implements Intake {
  readonly #options: IntakeQueueOptions;
  #waiting: Delivery[] = [];
  #inHand: readonly Delivery[] = [];
  #bytes = 0;
  #paused = false;
  /** How many of those in hand and waiting `see` has given, oldest first. */
  #seen = 0;
  #woken = false;
  #wake: () => void = () => {};

  constructor(options: IntakeQueueOptions) {
    this.#options = options;
  }

  /** What waits or is in hand, in bytes; roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The sources are paused: what comes now waits with them. */
  get isFull(): boolean {
    return this.#paused;
  }

  /** How many of what waits or is in hand have been seen. */
  get seen(): number {
    return this.#seen;
  }

  offer(delivery: Delivery): void {
    this.#waiting.push(delivery);
    this.#bytes += bytesOf(delivery);
    if (!this.#paused && this.#bytes > this.#options.boundBytes) {
      this.#paused = true;
      this.#options.pause();
    }
    this.#wake();
  }

  /** Makes `ready` resolve though nothing was offered. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Resolves as soon as there is something to do. */
  async ready(): Promise<void> {
    if (this.#inHand.length === 0 && this.#waiting.length === 0 && !this.#woken) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = () => {};
    }
    this.#woken = false;
  }

  /** The next batch, oldest first. The same again until it is done with: after a failure nothing is lost or overtaken. */
  take(most: number): readonly Delivery[] {
    if (this.#inHand.length > 0) return this.#inHand;
    const count = this.#bytes <= BATCH_BYTES_MAX ? most : fitting(this.#waiting, most);
    if (this.#waiting.length <= count) [this.#inHand, this.#waiting] = [this.#waiting, []];
    else this.#inHand = this.#waiting.splice(0, count);
    return this.#inHand;
  }

  /** The oldest that were not seen yet, no more than a batch. They stay where they are, to be taken as if nobody had looked. */
  see(most: number): readonly Delivery[] {
    const inHand = this.#inHand.slice(this.#seen, this.#seen + most);
    const from = Math.max(0, this.#seen - this.#inHand.length);
    const fresh = [...inHand, ...this.#waiting.slice(from, from + most - inHand.length)];
    const seen = fresh.slice(0, fitting(fresh, most));
    this.#seen += seen.length;
    return seen;
  }

  /** Some were not seen yet. */
  get hasUnseen(): boolean {
    return this.#inHand.length + this.#waiting.length > this.#seen;
  }

  /** All of it is to be seen again. */
  unsee(): void {
    this.#seen = 0;
  }

  /** Acknowledges the batch in hand, in order. */
  settle(): void {
    const settled = this.#inHand;
    this.#inHand = [];
    this.#seen = Math.max(0, this.#seen - settled.length);
    for (const delivery of settled) {
      this.#bytes -= bytesOf(delivery);
      delivery.settle();
    }
    this.#resumeIfLow();
  }

  /** Forgets everything, unacknowledged: the sources have let go of their lines and deliver it again. */
  clear(): void {
    this.#waiting = [];
    this.#inHand = [];
    this.#bytes = 0;
    this.#seen = 0;
    this.#resumeIfLow();
  }

  #resumeIfLow(): void {
    if (!this.#paused || this.#bytes > this.#options.boundBytes / 2) return;
    this.#paused = false;
    this.#options.resume();
  }
}

/** How many of the first make a batch: as many as fit, one at least. */
function fitting(waiting: readonly Delivery[], most: number): number {
  let bytes = 0;
  const tooMany = waiting.findIndex((delivery, i) => i >= most || (bytes += bytesOf(delivery)) > BATCH_BYTES_MAX);
  return tooMany < 0 ? most : Math.max(1, tooMany);
}

function bytesOf({ topic, payload, samples, refusals }: Delivery): number {
  let parts = samples.length;
  for (const { sensorCodes } of refusals) parts += sensorCodes.length;
  return payload.byteLength + 2 * topic.length + DELIVERY_BYTES + Math.max(0, parts - 1) * SAMPLE_BYTES;
}
