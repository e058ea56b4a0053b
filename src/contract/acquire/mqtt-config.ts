import { z } from 'zod';
import { lineHead } from './line-head.ts';
import type { LineSensor } from './line-head.ts';

/** A line to a broker of somebody else's. */
export const MqttLine = z.strictObject({
  ...lineHead,
  protocol: z.literal('mqtt'),
});
type MqttLine = z.infer<typeof MqttLine>;

/** What it reports, each with its place in the line. */
export const sensorsOfMqttLine = (_line: MqttLine): readonly LineSensor[] => [];
