import { runLine } from './line-runner.ts';
import type { RunnerPorts, RunningLine, SiteLine } from './line-runner.ts';

/** The lines of this process. Those whose configuration changes are begun anew; the others never notice. */
export function lineKeeper(ports: RunnerPorts) {
  const running = new Map<string, { readonly written: string; readonly line: RunningLine }>();
  let turn: Promise<void> = Promise.resolve();

  const follow = async (wanted: readonly SiteLine[]): Promise<void> => {
    const next = new Map(wanted.filter(({ line }) => !line.paused).map((each) => [keyOf(each), each]));
    const gone = [...running].filter(([key, { written }]) => {
      const still = next.get(key);
      return still === undefined || JSON.stringify(still) !== written;
    });
    await Promise.all(
      gone.map(async ([key, { line }]) => {
        await line.stop();
        running.delete(key);
      }),
    );
    for (const [key, each] of next)
      if (!running.has(key)) running.set(key, { written: JSON.stringify(each), line: runLine(each, ports) });
    if (gone.length > 0 || next.size !== running.size)
      ports.log.info({ lines: running.size }, 'lines are as configured');
  };

  return {
    /** These lines and no others. One change after the other. */
    follow(wanted: readonly SiteLine[]): Promise<void> {
      turn = turn.then(() => follow(wanted));
      return turn;
    },
    find: (siteId: string, name: string): RunningLine | undefined => running.get(`${siteId}/${name}`)?.line,
    lines: (): readonly RunningLine[] => [...running.values()].map(({ line }) => line),
    stop: (): Promise<void> => {
      turn = turn.then(() => follow([]));
      return turn;
    },
  };
}
export type LineKeeper = ReturnType<typeof lineKeeper>;

const keyOf = ({ siteId, line }: SiteLine): string => `${siteId}/${line.name}`;
