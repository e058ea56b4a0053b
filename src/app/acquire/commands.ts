import { Command, siteAndEdge, toldTopic } from '../../contract/acquire/command.ts';
import type { Told } from '../../contract/acquire/command.ts';
import { AppError } from '../../core/errors.ts';
import { SECOND } from '../../core/time.ts';
import type { Logger } from '../../platform/logger.ts';
import type { LineKeeper } from './line-keeper.ts';

interface CommandPorts {
  readonly lines: LineKeeper;
  readonly tell: (topic: string, payload: string) => void;
  readonly log: Logger;
}

/** A device that takes longer is waited for no more. */
const MEASURES_WITHIN_MS = 30 * SECOND;
/** Raw values in one answer. */
const RAW_MOST = 500;

/** Does what is asked of this process, and tells what came of it. What it does not understand it leaves alone. */
export function commands({ lines, tell, log }: CommandPorts) {
  const answer = async (siteId: string, { line: name, do: what, sensors = [] }: Command) => {
    const line = lines.find(siteId, name);
    if (line === undefined) throw new AppError('line/not-found', `there is no line "${name}" here`);
    if (what === 'look') return line.liveRaw().slice(0, RAW_MOST);
    await line.measure(sensors, AbortSignal.timeout(MEASURES_WITHIN_MS));
    return undefined;
  };

  return (topic: string, payload: Uint8Array): void => {
    const from = siteAndEdge(topic);
    const command = from && commandIn(payload);
    if (!from || !command) return;
    const to = toldTopic(from.siteId, from.edge);
    const told = (rest: Omit<Extract<Told, { kind: 'answer' }>, 'kind' | 'id'>): void =>
      tell(to, JSON.stringify({ kind: 'answer', id: command.id, ...rest } satisfies Told));
    answer(from.siteId, command).then(
      (raw) => told({ fault: null, ...(raw !== undefined && { raw: raw.map((each) => ({ ...each })) }) }),
      (error: unknown) => {
        const isForeseen = error instanceof AppError;
        const code = isForeseen ? error.code : (error as Error).name === 'TimeoutError' ? 'line/away' : 'line/refused';
        if (!isForeseen) log.warn({ fault: String(error), line: command.line }, 'a command failed');
        told({ fault: { code, message: (error as Error).message } });
      },
    );
  };
}

function commandIn(payload: Uint8Array): Command | null {
  try {
    return Command.safeParse(JSON.parse(Buffer.from(payload).toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}
