import type { Kysely } from 'kysely';
import { AppError, hasCode } from '../../src/core/errors.ts';
import { DAY } from '../../src/core/time.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import { limitsOfDrill, overLimit } from '../budget/limit.ts';
import type { CarrierRequest } from '../channels/carrier.ts';
import { carriersFor } from '../channels/named-carrier.ts';
import type { Carriers, NamedCarrier } from '../channels/named-carrier.ts';
import { chooseCarrier } from '../fail-over.ts';
import type { Candidate, Choice, Try, TryOutcome } from '../fail-over.ts';
import { LINES } from '../policy.ts';
import { tell } from './attempt-claim.ts';
import type { ClaimedAttempt } from './attempt-claim.ts';
import type { Tx } from './callout-book.ts';
import { beginRequest, endRequest, pastRequests, usesOf } from './carrier-request.ts';
import type { PastRequest } from './carrier-request.ts';

interface AskingPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly carriers: Carriers;
  readonly requestOf: (attempt: ClaimedAttempt) => Promise<CarrierRequest>;
  /** Told of what a carrier should never throw. */
  readonly failed: (error: unknown, attemptId: string) => void;
}

/** What came of asking. `unwanted`: the claim is lost, or nobody has to be reached any more. */
export type Asked =
  | { readonly type: 'taken'; readonly by: NamedCarrier; readonly request: number; readonly reference: string }
  | { readonly type: 'unwanted' }
  | Exclude<Choice, { readonly type: 'ask' }>;

/**
 * Asks the carriers of a claimed attempt's medium, one after the other, until one takes it. Each request is written before
 * it is made, each that fails is on record once; a carrier that throws what it should not is passed by like one that is away.
 * `asking` is told when the database has done its part and a carrier is waited for.
 */
export function askCarriers({ db, clock, carriers, requestOf, failed }: AskingPorts) {
  return askFor;

  async function askFor(attempt: ClaimedAttempt, asking: () => void): Promise<Asked> {
    const past = await pastRequests(db, attempt);
    for (const one of past) if (one.isLeft) await tellLeft(attempt, one);
    const tries: Try[] = [...past];
    for (;;) {
      const choice = chooseCarrier(await candidatesFor(attempt), tries, isRed(attempt));
      if (choice.type !== 'ask') return choice;
      const by = carriers.find(({ name }) => name === choice.carrier);
      if (by === undefined) throw new Error('a carrier was chosen that is not there');
      const request = await beginRequest(db, attempt, by.name, await clock.read(db));
      if (request === undefined) return { type: 'unwanted' };
      const asked = await ask(attempt, by, asking);
      if ('reference' in asked) return { type: 'taken', by, request, reference: asked.reference };
      await notTaken(attempt, by, request, asked.outcome, tries);
      tries.push({ carrier: by.name, outcome: asked.outcome, isOfThisClaim: true });
    }
  }

  async function candidatesFor(attempt: ClaimedAttempt): Promise<readonly Candidate[]> {
    const { medium, phone, drill } = attempt;
    const own = carriersFor(carriers, medium);
    if (own.every(({ limits }) => limits.perNumber.length === 0))
      return own.map(({ name, keepsKeys }) => ({ name, keepsKeys, over: null }));
    const now = await clock.read(db);
    const withinMs = Math.max(DAY, ...own.flatMap(({ limits }) => limits.perNumber.map((limit) => limit.withinMs)));
    const uses = await usesOf(db, phone, now, withinMs);
    return own.map(({ name, keepsKeys, limits }) => ({
      name,
      keepsKeys,
      over: overLimit(drill ? limitsOfDrill(limits) : limits, uses.get(name) ?? [], now, isRed(attempt)),
    }));
  }

  async function ask(
    attempt: ClaimedAttempt,
    { carrier }: NamedCarrier,
    asking: () => void,
  ): Promise<{ readonly reference: string } | { readonly outcome: TryOutcome }> {
    const request = await requestOf(attempt);
    asking();
    try {
      return {
        reference: await (LINES.includes(attempt.medium) ? carrier.call(request) : carrier.message(request)),
      };
    } catch (error) {
      if (hasCode(error, 'carrier/refused')) return { outcome: 'refused' };
      if (!hasCode(error, 'carrier/unreachable')) {
        failed(error, attempt.id);
        return { outcome: 'unreachable' };
      }
      // Without any answer it may have heard us.
      return { outcome: error instanceof AppError && 'status' in error.facts ? 'unreachable' : 'unknown' };
    }
  }

  async function notTaken(
    attempt: ClaimedAttempt,
    { name, keepsKeys }: NamedCarrier,
    request: number,
    outcome: TryOutcome,
    tries: readonly Try[],
  ): Promise<void> {
    // Once for each carrier: it may be asked again every few seconds.
    const isNew = !tries.some((one) => one.carrier === name && one.outcome === outcome);
    const why = outcome === 'unknown' ? 'unreachable' : outcome;
    await write(async (tx) => {
      const at = await clock.read(tx);
      await endRequest(tx, request, outcome);
      if (isNew) await tell(tx, attempt, 'carrier-failed', { carrier: name, why }, at);
      if (isNew && outcome === 'unknown' && !keepsKeys)
        await tell(tx, attempt, 'outcome-unknown', { carrier: name }, at);
    });
  }

  /** Its asker died: a repeat that may ring a second time is on record. A carrier that keeps keys rings nobody twice. */
  function tellLeft(attempt: ClaimedAttempt, { id, carrier }: PastRequest): Promise<void> {
    return write(async (tx) => {
      await endRequest(tx, id, 'unknown');
      if (carriers.find(({ name }) => name === carrier)?.keepsKeys === true) return;
      await tell(tx, attempt, 'outcome-unknown', { carrier }, await clock.read(tx));
    });
  }

  function write(work: (tx: Tx) => Promise<void>): Promise<void> {
    return db.transaction().execute(work);
  }
}

/** Whether what is kept for red is for it: a drill takes none of that, whatever it rehearses. */
const isRed = ({ level, drill }: ClaimedAttempt): boolean => level === 'red' && !drill;
