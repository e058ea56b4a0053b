import { z } from 'zod';
import { MISHAPS } from './chaos.ts';
import type { Mishap } from './chaos.ts';
import type { WireState } from './logger.ts';
import type { Memory } from './memory.ts';
import type { Devices } from './serial-devices.ts';

const Place = z.string().regex(/^\d{1,5}$/);
/** One number, or one for each time it is read; the last one stays. */
const turns = <T extends z.ZodType>(one: T) => z.union([one, z.array(one).min(1)]);
const Registers = z.record(Place, turns(z.number().int().min(0).max(65_535))).default({});
const Bits = z.record(Place, turns(z.boolean())).default({});

const Wire = z.strictObject({
  frequency: turns(z.number()),
  amplitude: z.number().default(0),
  temperature: z.number().default(0),
  status: z.number().int().min(0).max(255).default(0),
});

/** What a simulated bus has on it, and what goes wrong there. */
export const Script = z.strictObject({
  slaves: z
    .array(
      z.strictObject({
        unit: z.number().int().min(0).max(255),
        holding: Registers,
        input: Registers,
        coil: Bits,
        discrete: Bits,
      }),
    )
    .default([]),
  loggers: z
    .array(z.strictObject({ module: z.number().int().min(0).max(65_535), wires: z.record(Place, Wire) }))
    .default([]),
  /** One for each answer in turn; `none` is an answer as it should be. */
  faults: z.array(z.enum(['none', ...MISHAPS])).default([]),
  /** Share of the other answers that something happens to. */
  chaos: z.number().min(0).max(1).default(0),
  seed: z.number().int().default(1),
});
type Script = z.infer<typeof Script>;

/** What goes next of each list. */
function inTurn(): <T>(values: T | readonly T[] | undefined) => T | undefined {
  const times = new Map<unknown, number>();
  return (values) => {
    if (!Array.isArray(values)) return values as Exclude<typeof values, readonly unknown[]>;
    const time = times.get(values) ?? 0;
    times.set(values, time + 1);
    return values[Math.min(time, values.length - 1)] as never;
  };
}

/** The devices of a script. */
export function scriptedDevices({ slaves, loggers }: Script): Devices {
  const next = inTurn();
  const memoryOf = (slave: Script['slaves'][number]): Memory => ({
    register: (table, address) => next(slave[table][String(address)]),
    bit: (table, address) => next(slave[table][String(address)]),
  });
  return {
    slaves: new Map(slaves.map((slave) => [slave.unit, memoryOf(slave)])),
    loggers: new Map(
      loggers.map(({ module, wires }) => [
        module,
        (channel): WireState | undefined => {
          const wire = wires[String(channel)];
          return wire === undefined ? undefined : { ...wire, frequency: next(wire.frequency) ?? 0 };
        },
      ]),
    ),
  };
}

/** What happens to the next answer. */
export function scriptedFaults({ faults, chaos }: Script, draw: () => number): () => Mishap | 'none' {
  let turn = 0;
  return () => {
    const said = faults[turn];
    turn += 1;
    if (said !== undefined) return said;
    return draw() < chaos ? (MISHAPS[Math.floor(draw() * MISHAPS.length)] ?? 'none') : 'none';
  };
}
