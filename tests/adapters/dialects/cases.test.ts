import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { assign, assignments } from '../../../adapters/dialects/assign.ts';
import { dialectMemory, readDialect } from '../../../adapters/dialects/read-dialect.ts';
import { DialectMapping } from '../../../src/contract/dialect-config.ts';
import { instant } from '../../../src/core/time.ts';

const CASES = path.join(import.meta.dirname, 'cases');

const Story = z.strictObject({
  /** What it shows, in a sentence. */
  story: z.string(),
  mapping: DialectMapping,
  messages: z.array(
    z.strictObject({
      topic: z.string(),
      /** Of arrival. */
      at: z.iso.datetime(),
      /** One of the three. */
      json: z.unknown().optional(),
      text: z.string().optional(),
      hex: z.string().optional(),
    }),
  ),
});
type Message = z.infer<typeof Story>['messages'][number];

const bytesOf = ({ json, text, hex }: Message): Uint8Array =>
  hex === undefined
    ? new TextEncoder().encode(text ?? JSON.stringify(json))
    : Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));

const time = (at: number): string => new Date(at).toISOString();

it.each(readdirSync(CASES))('%s', async (name) => {
  const folder = path.join(CASES, name);
  const { mapping, messages } = Story.parse(parse(readFileSync(path.join(folder, 'story.yaml'), 'utf8')));
  const memory = dialectMemory();
  const table = assignments(mapping);
  const outcome = messages.map((message) => {
    const receivedAt = instant(Date.parse(message.at));
    const told = readDialect(mapping, memory, { topic: message.topic, payload: bytesOf(message), receivedAt });
    const { acquired, wrong, unassigned } = assign(table, told, receivedAt);
    return {
      values: acquired.map(({ sensorCode, observedAt, value, quality, why }) =>
        [sensorCode, time(observedAt), value, quality, why]
          .filter((part) => part !== undefined)
          .map(String)
          .join(' '),
      ),
      wrong: [...told.wrong, ...wrong].map(({ reason, detail }) => `${reason}: ${detail}`),
      unassigned,
      asks: (told.asks ?? []).map((ask) => `${ask.topic} ${Buffer.from(ask.payload).toString('hex')}`),
    };
  });
  await expect(`${JSON.stringify(outcome, null, 2)}\n`).toMatchFileSnapshot(path.join(folder, 'expected.txt'));
});
