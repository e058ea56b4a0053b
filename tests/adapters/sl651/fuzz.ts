import fc from 'fast-check';
import { expect } from 'vitest';
import { bodyOf } from '../../../adapters/sl651/body-decode.ts';
import { framer } from '../../../adapters/sl651/frame.ts';
import { joiner } from '../../../adapters/sl651/joined-frame.ts';
import { acquiredOf } from '../../../adapters/sl651/station-decode.ts';
import { reportHex, telegram } from '../../../simulators/sl651/telegram.ts';
import { Sl651Line } from '../../../src/contract/acquire/sl651-config.ts';
import { instant } from '../../../src/core/time.ts';

const STATION = '0000000042';
const IDS = ['20', '26', '39', '3B', '27', '45', 'F4', 'F5', '04', 'FF11'];
const [station] = Sl651Line.parse({
  name: 'a',
  protocol: 'sl651',
  listen: { port: 1 },
  stations: [
    {
      name: 'a',
      address: STATION,
      elements: IDS.map((element, i) => ({ element, sensor: `s-${String(i)}`, scale: 1e300 })),
    },
  ],
}).stations;

const hexDigits = (max: number) => fc.uint8Array({ maxLength: max }).map((bytes) => Buffer.from(bytes).toString('hex'));
const element = fc.record({
  id: fc.constantFrom(...IDS),
  value: fc.option(fc.integer({ min: -999, max: 9_999 })),
  bytes: fc.constantFrom(4, 5),
  decimals: fc.integer({ min: 0, max: 3 }),
});
/** The content of a message: right, right and cut or spoilt, or anything. */
const content = fc.oneof(
  fc.array(element, { maxLength: 6 }).map((elements) => reportHex(STATION, '2603141400', elements)),
  fc
    .tuple(fc.array(element, { maxLength: 6 }), fc.nat({ max: 60 }), hexDigits(30))
    .map(([elements, cut, rest]) => reportHex(STATION, '2603141400', elements).slice(0, cut * 2) + rest),
  hexDigits(120),
);
const message = fc
  .record({
    func: fc.constantFrom('2f', '30', '31', '32', '33', '34', '35', '36', '37'),
    content,
    part: fc.option(fc.record({ number: fc.integer({ min: 0, max: 4 }), of: fc.integer({ min: 0, max: 4 }) }), {
      nil: undefined,
    }),
    more: fc.boolean(),
  })
  .map(({ func, content: body, part, more }) =>
    telegram({
      centre: 1,
      station: STATION,
      password: '0000',
      func,
      serial: 1,
      sentAt: '260314140003',
      content: body,
      more,
      ...(part && { part }),
    }),
  );
const rubbish = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
const stream = fc.array(fc.oneof(message, rubbish, fc.constant(Buffer.from('7e7e', 'hex'))), { maxLength: 6 });

/** Any stream in any pieces: frames or nothing, values that are finite or absent, in the end nothing left, and no message lost but for rubbish around it. */
export function holdSl651Total(numRuns: number): void {
  const at = instant(Date.UTC(2026, 2, 14, 6));
  const join = joiner();
  fc.assert(
    fc.property(stream, fc.array(fc.nat({ max: 200 }), { maxLength: 4 }), (parts, cuts) => {
      const all = Buffer.concat(parts);
      const one = framer();
      const whole = [...one.push(all), ...one.giveUp()];
      const pieces = framer();
      const ends = [0, ...cuts.filter((cut) => cut < all.length).toSorted((a, b) => a - b), all.length];
      const found = ends.slice(1).flatMap((end, i) => pieces.push(all.subarray(ends[i], end)));
      expect([...found, ...pieces.giveUp()]).toEqual(whole);
      for (const frame of whole) {
        const body = bodyOf(join.add(frame) ?? frame, 8 * 3_600_000);
        if (station === undefined) throw new Error('no station');
        for (const { value, quality, observedAt } of acquiredOf(station, body, at)) {
          expect(value === null ? quality === 'bad' : Number.isFinite(value)).toBe(true);
          expect(Number.isSafeInteger(observedAt)).toBe(true);
        }
      }
    }),
    { numRuns },
  );
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), (messages) => {
      expect(framer().push(Buffer.concat(messages))).toHaveLength(messages.length);
    }),
    { numRuns: Math.ceil(numRuns / 10) },
  );
}
