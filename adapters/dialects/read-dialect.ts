import type { DialectMapping } from '../../src/contract/dialect-config.ts';
import type { Instant } from '../../src/core/time.ts';
import { readCampbell } from './campbell.ts';
import { readChirpstack } from './chirpstack.ts';
import { readGeoHazard } from './geo-hazard.ts';
import { noNodes, readSparkplug } from './sparkplug.ts';
import type { SparkplugNodes } from './sparkplug.ts';
import { seenNames } from './seen-names.ts';
import type { SeenNames } from './seen-names.ts';
import type { Message } from './told.ts';
import { uplinkTimes } from './uplink-times.ts';
import type { UplinkTimes } from './uplink-times.ts';

/** What dialects remember from one message to the next. It is bounded, and nothing is lost with it. */
export interface DialectMemory {
  readonly uplinks: UplinkTimes;
  readonly nodes: SparkplugNodes;
  /** What was told and no sensor is. */
  readonly unassigned: SeenNames;
}

/** For a process that begins. */
export const dialectMemory = (): DialectMemory => ({
  uplinks: uplinkTimes(),
  nodes: noNodes(),
  unassigned: seenNames(),
});

export interface DialectArrival {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly receivedAt: Instant;
}

/** What a message tells in the dialect of its mapping. Total: whatever the bytes are, it is said what is wrong with them. */
export function readDialect(mapping: DialectMapping, memory: DialectMemory, arrival: DialectArrival): Message {
  switch (mapping.dialect) {
    case 'geo-hazard':
      return readGeoHazard(arrival.payload, mapping.utcOffset);
    case 'campbell':
      return readCampbell(arrival.payload, mapping.utcOffset);
    case 'chirpstack':
      return readChirpstack(arrival.payload, mapping.layouts ?? [], memory.uplinks);
    case 'sparkplug':
      return readSparkplug(memory.nodes, arrival);
  }
}
