import type { Fault } from './fault.ts';
import { ROOMS, isPure, isShell } from './rooms.ts';
import type { Room } from './rooms.ts';
import type { Import, Source } from './source.ts';

/** Every import that goes where the table of rooms does not let it go. */
export const layerFaults = (sources: readonly Source[]): Fault[] => sources.flatMap(faultsOf);

function faultsOf(source: Source): Fault[] {
  const room = ROOMS.find(({ holds }) => holds(source.path));
  if (room === undefined) {
    const message = 'stands in no room of scripts/house/rooms.ts';
    return [{ rule: 'every-file-has-a-room', path: source.path, line: 1, message }];
  }
  return source.imports.flatMap((entry) => {
    const breach = breachOf(room, source.path, entry);
    return breach === null ? [] : [{ ...breach, path: source.path, line: entry.line }];
  });
}

function breachOf(room: Room, from: string, { target, typeOnly }: Import): Pick<Fault, 'rule' | 'message'> | null {
  if (target === null) return null;
  if (isPure(from) && isShell(target)) {
    return { rule: 'pure-never-imports-shell', message: `is pure and imports ${target}` };
  }
  if (room.knows === 'everything') return null;
  if (room.holds(target)) return adapterBreach(from, target);
  if (room.knows.some((prefix) => target.startsWith(prefix))) return null;
  if (room.knowsTypesOf?.some((prefix) => target.startsWith(prefix)) === true) {
    return typeOnly
      ? null
      : { rule: `${room.name}-is-handed-its-work`, message: `imports ${target}, of which it may know types only` };
  }
  return { rule: `${room.name}-keeps-to-its-room`, message: `imports ${target}` };
}

/** One protocol never imports another: each can be read, replaced and left out alone. */
function adapterBreach(from: string, target: string): Pick<Fault, 'rule' | 'message'> | null {
  const protocol = /^adapters\/([^/]+)\//.exec(target)?.[1];
  // Dialects are what is said, not how it comes: any protocol may carry them.
  if (protocol === undefined || protocol === 'dialects' || from.startsWith(`adapters/${protocol}/`)) return null;
  return { rule: 'one-adapter-never-imports-another', message: `imports ${target}` };
}
