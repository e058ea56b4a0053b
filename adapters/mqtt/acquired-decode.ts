import { z } from 'zod';
import { acquiredFrom } from '../../src/contract/acquire/acquired-message.ts';
import { LINE_FAULTS, LINE_STATES, NOT_GOOD } from '../../src/core/acquired.ts';
import type { LineSaid } from '../../src/core/acquired.ts';
import { PAYLOAD_BYTES_MAX } from '../../src/core/sample.ts';
import type { Doubted, Refusal, RefusalReason, Sample } from '../../src/core/sample.ts';
import { instant } from '../../src/core/time.ts';
import type { Arrival, Decoded } from './arrival.ts';

/** From 1970 to the year 9999, whole: part of a reading's key. */
const When = z
  .int()
  .min(0)
  .max(Date.UTC(9999, 11, 31));
const Value = z.object({
  sensor: z.string().min(1).max(80),
  observedAt: When,
  receivedAt: When,
  value: z.number().nullable(),
  quality: z.enum(['uncertain', 'bad']).optional(),
  /** A newer line may know reasons that we do not. */
  why: z.enum(NOT_GOOD).optional().catch(undefined),
});
const Said = z.object({
  device: z.string().min(1).max(80).nullable(),
  state: z.enum(LINE_STATES),
  fault: z.enum(LINE_FAULTS).nullable().catch('internal'),
  detail: z.string().max(1_000).nullable(),
  at: When,
});
const Message = z.object({ values: z.array(z.unknown()).optional(), said: z.array(z.unknown()).optional() });

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * What a line of ours sent. Total, as `decode` is: each value stands for itself, and what cannot be read of it is refused.
 * Whose it is says the topic, on which nobody else may publish; null: it is not such a topic.
 */
export function decodeAcquired({ topic, payload, receivedAt }: Arrival): Decoded | null {
  const from = acquiredFrom(topic);
  if (from === null) return null;
  const refuse = (reason: RefusalReason, detail: string, sensorCodes: readonly string[] = []): Refusal => ({
    reason,
    detail,
    receivedAt,
    siteId: from.siteId,
    sensorCodes,
    topic,
    payload: payload.slice(0, PAYLOAD_BYTES_MAX),
  });
  const whole = (reason: RefusalReason, detail: string): Decoded => ({
    samples: [],
    refusals: [refuse(reason, detail)],
  });
  if (payload.length > PAYLOAD_BYTES_MAX) return whole('payload-too-large', `${String(payload.length)} bytes`);
  const message = Message.safeParse(parsed(payload));
  if (!message.success) return whole('payload-not-json', 'not a message of a line');
  const { values = [], said = [] } = message.data;

  const samples: Sample[] = [];
  const faults: string[] = [];
  const codes: string[] = [];
  for (const [i, each] of values.entries()) {
    const { data, error } = Value.safeParse(each);
    if (data === undefined) {
      faults.push(`$.values[${String(i)}].${error.issues[0]?.path.join('.') ?? ''} is wrong`);
      const { sensor } = (each ?? {}) as { readonly sensor?: unknown };
      if (typeof sensor === 'string') codes.push(sensor);
      continue;
    }
    const doubt = doubtOf(data);
    samples.push({
      siteId: from.siteId,
      sensorCode: data.sensor,
      observedAt: instant(data.observedAt),
      receivedAt,
      acquiredAt: instant(data.receivedAt),
      value: data.value,
      ...(doubt !== undefined && { doubt }),
    });
  }
  const lines = said.flatMap((each, i): LineSaid[] => {
    const { data } = Said.safeParse(each);
    if (data !== undefined) return [{ ...from, ...data, at: instant(data.at) }];
    faults.push(`$.said[${String(i)}] is wrong`);
    return [];
  });
  const refusals = faults.length === 0 ? [] : [refuse('value-missing', faults.slice(0, 8).join('; '), codes)];
  return { samples, refusals, ...(lines.length > 0 && { lines }) };
}

function doubtOf({ value, quality, why }: z.infer<typeof Value>): Doubted | undefined {
  if (value === null) return { quality: 'bad', why: why ?? 'not-a-number' };
  if (quality === undefined) return undefined;
  return { quality, why: why ?? (quality === 'bad' ? 'said-bad' : 'said-doubtful') };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload));
  } catch {
    return undefined;
  }
}
