import fc from 'fast-check';
import { expect } from 'vitest';
import { assign, assignments } from '../../../adapters/dialects/assign.ts';
import { dialectMemory, readDialect } from '../../../adapters/dialects/read-dialect.ts';
import { DialectMapping } from '../../../src/contract/dialect-config.ts';
import { NOT_GOOD } from '../../../src/core/acquired.ts';
import { instant } from '../../../src/core/time.ts';

const FIELDS = ['L1', 'L1.x', 'level', 'a', 'u', 'f'];
const sensors = ['d', 'n', 'n/g'].flatMap((device, i) =>
  FIELDS.map((field, j) => ({
    device,
    field,
    code: `s-${String(i)}-${String(j)}`,
    scale: 1e300,
    believedWhile: [{ field: 'L1', atMost: 1 }],
  })),
);
const LAYOUT = [
  {
    fPort: 2,
    fields: [
      { name: 'u', at: 0, type: 'u32le' },
      { name: 'f', at: 2, type: 'f32be' },
    ],
  },
];
const mappings = (['geo-hazard', 'campbell', 'chirpstack', 'sparkplug'] as const).map((dialect) =>
  DialectMapping.parse({
    dialect,
    topic: dialect === 'sparkplug' ? 'spBv1.0/g/#' : 'a/+',
    untimed: 'arrival',
    sensors,
    ...(dialect === 'chirpstack' && { layouts: LAYOUT }),
  }),
);

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const anything = fc.jsonValue({ maxDepth: 5 });
const number = fc.oneof(
  fc.double(),
  fc.constantFrom('NAN', '', '-', '1e999', '0x10', ' 5 ', '1.5', true, null),
  anything,
);
const time = fc.oneof(
  fc.constantFrom('2026-03-14T06:00:00Z', '2026-03-14 06:00:00', '2026-02-30T00:00:00Z', 1e13, '9'.repeat(13)),
  fc.string(),
);
const device = fc.constantFrom('d', 'n', '__proto__', 'x');
const field = fc.oneof(fc.constantFrom(...FIELDS, '__proto__', 'constructor'), fc.string());
const within = (inner: fc.Arbitrary<unknown>, name: fc.Arbitrary<string>) => fc.dictionary(name, inner, { maxKeys: 4 });

/** Payloads that come near to being right, so that more than the first check is met. */
const NEAR: readonly fc.Arbitrary<Uint8Array>[] = [
  within(
    within(fc.oneof(number, within(fc.oneof(number, within(number, field)), time.map(String))), field),
    device,
  ).map(text),
  fc
    .record({
      loggerID: fc.oneof(device, anything),
      observationNames: fc.array(field),
      observations: within(fc.array(number), time.map(String)),
    })
    .map((properties) => text({ properties })),
  fc
    .record({
      names: fc.array(field),
      data: fc.array(fc.record({ time, vals: fc.array(number) })),
      station: fc.oneof(device, anything),
    })
    .map(({ names, data, station }) =>
      text({ head: { environment: { station_name: station }, fields: names.map((name) => ({ name })) }, data }),
    ),
  fc
    .record(
      {
        time,
        deviceInfo: fc.record({ devEui: device }),
        devAddr: fc.string(),
        fCnt: fc.integer(),
        fPort: fc.constantFrom(2, 3),
        data: fc.oneof(fc.base64String(), fc.string()),
        object: fc.oneof(within(number, field), anything),
      },
      { requiredKeys: [] },
    )
    .map(text),
];
/** Bytes that are, or are near to, protobuf: keys and lengths that fit more often than chance lets them. */
const wire = fc
  .array(
    fc.oneof(
      fc.constantFrom(0x08, 0x12, 0x18, 0x0a, 0x10, 0x20, 0x38, 0x50, 0x65, 0x69, 0x70, 0x7a, 0x4a),
      fc.nat({ max: 255 }),
      fc.nat({ max: 12 }),
    ),
    {
      maxLength: 80,
    },
  )
  .map((bytes) => Uint8Array.from(bytes));
const frame = fc
  .tuple(fc.constantFrom(3, 5), fc.oneof(NEAR[0] ?? wire, fc.uint8Array()), fc.uint8Array({ maxLength: 6 }))
  .map(([type, json, rest]) => {
    const head = [type, json.length >> 8, json.length & 255];
    return Uint8Array.from([...head, ...json, ...rest]);
  });
const payload = fc.oneof(fc.uint8Array({ maxLength: 300 }), wire, frame, anything.map(text), ...NEAR);
const topic = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('NBIRTH', 'DBIRTH', 'NDATA', 'DDATA', 'NDEATH', 'DDEATH', 'NCMD', 'x'),
      fc.constantFrom('n', 'n/g', '', 'm/a/b'),
    )
    .map(([type, who]) => `spBv1.0/g/${type}/${who}`),
  fc.string(),
);

/** Any message in any dialect, one after the other as a memory meets them: values are finite or absent, and all else is said. */
export function holdDialectsTotal(numRuns: number): void {
  const memory = dialectMemory();
  const receivedAt = instant(Date.UTC(2026, 2, 14, 6));
  const tables = mappings.map((mapping) => ({ mapping, table: assignments(mapping) }));
  fc.assert(
    fc.property(fc.constantFrom(...tables), topic, payload, ({ mapping, table }, on, bytes) => {
      const message = readDialect(mapping, memory, { topic: on, payload: bytes, receivedAt });
      const { acquired, wrong } = assign(table, message, receivedAt);
      for (const { value, quality, why, observedAt } of acquired) {
        expect(value === null || Number.isFinite(value)).toBe(true);
        expect(Number.isSafeInteger(observedAt)).toBe(true);
        if (value === null) expect(quality).toBe('bad');
        if (quality !== 'good') expect(NOT_GOOD).toContain(why);
      }
      for (const { detail, reason } of [...message.wrong, ...wrong]) expect(`${reason} ${detail}`).toMatch(/^\S+ \S/);
    }),
    { numRuns },
  );
  expect(memory.nodes.size).toBeLessThanOrEqual(2_000);
}
