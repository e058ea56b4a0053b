import { randomUUID } from 'node:crypto';
import { Told, commandTopic, siteAndEdge } from '../../contract/acquire/command.ts';
import type { Command } from '../../contract/acquire/command.ts';
import { AppError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { SECOND } from '../../core/time.ts';
import type { Clock, DurationMs, Instant } from '../../core/time.ts';

type Answer = Extract<Told, { kind: 'answer' }>;

interface AskerPorts {
  readonly clock: Clock;
  /** False: nobody can be asked just now. */
  readonly publish: (topic: string, payload: string) => boolean;
  readonly answersWithinMs?: DurationMs;
}

/** Asks acquire processes through the broker, and knows of which of them something was heard. */
export interface LineAsker {
  /** What came on a topic of `TOLD`. */
  hear(topic: string, payload: unknown): void;
  /** @throws AppError `line/away` when nothing is answered, or what the process says */
  ask(siteId: string, edge: string, command: Omit<Command, 'id'>): Promise<Answer>;
  pulse(siteId: string, edge: string): { readonly at: Instant; readonly waitingBytes: number } | null;
}

/** Longer than a process waits for its device. */
const ANSWERS_WITHIN_MS = 35 * SECOND;
const CODES: ReadonlySet<string> = new Set<ErrorCode>(['line/away', 'line/cannot', 'line/not-found']);

export function lineAsker({ clock, publish, answersWithinMs = ANSWERS_WITHIN_MS }: AskerPorts): LineAsker {
  const waiting = new Map<string, (answer: Answer) => void>();
  const pulses = new Map<string, { readonly at: Instant; readonly waitingBytes: number }>();
  return {
    hear(topic, payload) {
      const from = siteAndEdge(topic);
      const { data: told } = Told.safeParse(payload);
      if (from === null || told === undefined) return;
      if (told.kind === 'answer') waiting.get(`${from.siteId}/${told.id}`)?.(told);
      else pulses.set(`${from.siteId}/${from.edge}`, { at: clock.now(), waitingBytes: told.waitingBytes });
    },
    async ask(siteId, edge, command) {
      const id = randomUUID();
      const key = `${siteId}/${id}`;
      const away = (): AppError =>
        new AppError('line/away', `the acquire process "${edge}" does not answer`, { retryable: true });
      const answered = Promise.withResolvers<Answer>();
      waiting.set(key, answered.resolve);
      const limit = setTimeout(() => answered.reject(away()), answersWithinMs);
      try {
        if (!publish(commandTopic(siteId, edge), JSON.stringify({ ...command, id } satisfies Command))) throw away();
        const answer = await answered.promise;
        if (answer.fault === null) return answer;
        const { code, message } = answer.fault;
        throw new AppError(CODES.has(code) ? (code as ErrorCode) : 'line/refused', message);
      } finally {
        clearTimeout(limit);
        waiting.delete(key);
      }
    },
    pulse: (siteId, edge) => pulses.get(`${siteId}/${edge}`) ?? null,
  };
}
