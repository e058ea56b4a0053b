import { z } from 'zod';
import { lineHead } from './line-head.ts';
import type { LineSensor } from './line-head.ts';

/** A line to an OPC UA server. */
export const OpcUaLine = z.strictObject({
  ...lineHead,
  protocol: z.literal('opcua'),
});
type OpcUaLine = z.infer<typeof OpcUaLine>;

/** What it reports, each with its place in the line. */
export const sensorsOfOpcUaLine = (_line: OpcUaLine): readonly LineSensor[] => [];
