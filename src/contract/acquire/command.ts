import { z } from 'zod';

/** Topic on which the acquire process `edge` is asked something about lines of a site: a Command payload. */
export const commandTopic = (siteId: string, edge: string): string => `tailwatch/command/${siteId}/${edge}`;
/** What a process hears that runs lines of any site; one at a mine hears its own topic. */
export const commandsTo = (edge: string): string => `tailwatch/command/+/${edge}`;
/** Topic of what an acquire process tells at once and nobody keeps: a Told payload. */
export const toldTopic = (siteId: string, edge: string): string => `tailwatch/told/${siteId}/${edge}`;
export const TOLD = 'tailwatch/told/+/+';

/** Site and process of a topic of either kind; null: it is none. */
export function siteAndEdge(topic: string): { readonly siteId: string; readonly edge: string } | null {
  const [, siteId, edge] = /^tailwatch\/(?:command|told)\/([^/]+)\/([^/]+)$/.exec(topic) ?? [];
  return siteId === undefined || edge === undefined ? null : { siteId, edge };
}

/** `measure`: have the devices of these sensors measure now. `look`: what came last, raw, to check the wiring. */
export const Command = z.object({
  id: z.string().min(1).max(80),
  line: z.string().min(1).max(80),
  do: z.enum(['measure', 'look']),
  sensors: z.array(z.string().max(80)).max(100).optional(),
});
export type Command = z.infer<typeof Command>;

export const RawSeen = z.object({
  at: z.string(),
  sensorCode: z.string().optional(),
  device: z.string().optional(),
  raw: z.string(),
  value: z.number().optional(),
  receivedAt: z.number(),
});

export const Told = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pulse'),
    at: z.number(),
    /** Of what waits in its spool. */
    waitingBytes: z.number(),
  }),
  z.object({
    kind: z.literal('answer'),
    id: z.string(),
    /** null: it was done. */
    fault: z.object({ code: z.string(), message: z.string() }).nullable(),
    raw: z.array(RawSeen).optional(),
  }),
]);
export type Told = z.infer<typeof Told>;
