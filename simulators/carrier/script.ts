import { z } from 'zod';

const Ms = z.number().int().nonnegative().max(3_600_000);
const Press = z.union([
  z.enum(['right', 'wrong', 'hang-up']),
  z.string().regex(/^[0-9*#]$/u, 'must be one key, "right", "wrong" or "hang-up"'),
]);

export const CallEntry = z.discriminatedUnion('behaviour', [
  z.strictObject({ behaviour: z.literal('silent').describe('Rings until the ring time is over.') }),
  z.strictObject({ behaviour: z.literal('busy') }),
  z.strictObject({ behaviour: z.literal('fails').describe('The network cannot reach it.') }),
  z.strictObject({ behaviour: z.literal('voicemail'), afterMs: Ms.default(0).describe('How long it rings first.') }),
  z.strictObject({
    behaviour: z.literal('answers'),
    afterMs: Ms.default(0).describe('How long it rings first.'),
    presses: z
      .array(Press)
      .default(['right'])
      .describe('Keys in turn, each once the line listens; "right" is the key the text asks for.'),
    thenAfterMs: Ms.default(0).describe('How long each key is thought about.'),
  }),
]);
const MessageEntry = z.discriminatedUnion('behaviour', [
  z.strictObject({ behaviour: z.literal('reads').describe('Delivered, and nobody replies.') }),
  z.strictObject({ behaviour: z.literal('undelivered') }),
  z.strictObject({
    behaviour: z.literal('replies'),
    afterMs: Ms.default(0),
    text: z
      .string()
      .min(1)
      .max(500)
      .default('code')
      .describe('"code" is the code the message asks for; else this text as it stands.'),
  }),
]);

/** How a phone behaves: its calls take the entries for calls in turn, its messages those for messages; the last one repeats. */
export const Script = z.array(z.union([CallEntry, MessageEntry])).max(200);
export type Script = z.infer<typeof Script>;
export type ScriptEntry = z.input<typeof Script>[number];
export type CallEntry = z.infer<typeof CallEntry>;
type MessageEntry = z.infer<typeof MessageEntry>;

const isForMessages = (entry: Script[number]): entry is MessageEntry =>
  entry.behaviour === 'reads' || entry.behaviour === 'undelivered' || entry.behaviour === 'replies';
const isForCalls = (entry: Script[number]): entry is CallEntry => !isForMessages(entry);

/** What the phone does with its call number `index`, from 0. Without a word in its script it rings and waits for a person. */
export function onCall(script: Script, index: number): CallEntry {
  const entries = script.filter(isForCalls);
  return entries[Math.min(index, entries.length - 1)] ?? { behaviour: 'silent' };
}

/** What the phone does with its message number `index`, from 0. */
export function onMessage(script: Script, index: number): MessageEntry {
  const entries = script.filter(isForMessages);
  return entries[Math.min(index, entries.length - 1)] ?? { behaviour: 'reads' };
}
