import { randomUUID } from 'node:crypto';
import { commandTopic } from '../contract/acquire/command.ts';
import type { Command } from '../contract/acquire/command.ts';
import type { LevelChange } from '../core/level-change.ts';
import type { AskedBy } from './site-lines.ts';

/** Asks the instrument of each target to measure now, where a line of ours can; nobody waits for the answer. */
export const measureCommands = (rises: readonly LevelChange[], askedBy: ReadonlyMap<number, AskedBy>) =>
  rises.flatMap(({ sensorId }) => {
    const asked = askedBy.get(sensorId);
    if (asked === undefined) return [];
    const { siteId, edge, line, code } = asked;
    const command: Command = { id: randomUUID(), line, do: 'measure', sensors: [code] };
    return [{ topic: commandTopic(siteId, edge), payload: JSON.stringify(command) }];
  });
