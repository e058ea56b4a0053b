import { describe, expect, it } from 'vitest';
import { crc16 } from '../../../adapters/sl651/crc-codec.ts';
import { ESC, downFrame, framer } from '../../../adapters/sl651/frame.ts';
import { joiner } from '../../../adapters/sl651/joined-frame.ts';
import { answerIn, telegram } from '../../../simulators/sl651/telegram.ts';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
/** Recorded; see tests/adapters/sl651/cases. */
const HEARTBEAT = bytesOf('7E7E01001234567812342F0008020003591011155111036BCA');
const message = (serial: number, more: Partial<Parameters<typeof telegram>[0]> = {}): Uint8Array =>
  telegram({
    centre: 1,
    station: '0012345678',
    password: '1234',
    func: '32',
    serial,
    sentAt: '260314140000',
    content: '',
    ...more,
  });

it('the check sum is that of Modbus', () => {
  expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x4b37);
});

describe('frames out of a stream', () => {
  it('are found in whatever pieces they come', () => {
    for (let cut = 1; cut < HEARTBEAT.length; cut += 1) {
      const input = framer();
      expect([...input.push(HEARTBEAT.subarray(0, cut)), ...input.push(HEARTBEAT.subarray(cut))]).toMatchObject([
        { centre: 1, station: '0012345678', password: 0x1234, func: 0x2f, part: null, more: false },
      ]);
      expect(input.skipped).toBe(0);
    }
  });

  it('A12 rubbish before, between and in them costs no frame but the one it lies in', () => {
    const input = framer();
    const rubbish = bytesOf('00FF7E7E7E027E');
    const broken = message(2).slice();
    broken[20] = (broken[20] ?? 0) ^ 0xff;
    const stream = Buffer.concat([rubbish, message(1), rubbish, broken, message(3)]);
    const found = [...input.push(stream), ...input.giveUp()];
    expect(found.map(({ body }) => body[1])).toEqual([1, 3]);
  });

  it('one that was broken off hides the next no longer than nothing comes', () => {
    const input = framer();
    expect(input.push(message(1).subarray(0, 16))).toEqual([]);
    const found = [...input.push(message(1)), ...input.giveUp()];
    expect(found.map(({ body }) => body[1])).toEqual([1]);
  });

  it('does not take what goes down, or an address that is no decimal, for one', () => {
    const down = downFrame({
      centre: 1,
      station: '0012345678',
      password: 0x1234,
      func: 0x32,
      body: bytesOf('0001'),
      end: ESC,
    });
    const input = framer();
    expect([...input.push(down), ...input.push(message(1, { station: '00123456ab' })), ...input.giveUp()]).toEqual([]);
  });
});

it('an answer is read by the station as it was meant', () => {
  const body = bytesOf('00ff260314140001');
  const down = downFrame({ centre: 1, station: '0012345678', password: 0x1234, func: 0x32, body, end: ESC });
  expect(answerIn(Buffer.from(down))).toEqual({
    answer: { station: '0012345678', func: '32', serial: 255, end: '1b' },
    length: down.length,
  });
});

describe('messages of several packets', () => {
  const part = (number: number, of: number, func = '36') => {
    const [frame] = framer().push(message(number, { func, part: { number, of }, more: number < of }));
    if (frame === undefined) throw new Error('no frame');
    return frame;
  };
  const serials = (body: Uint8Array | undefined): number[] => [...(body ?? [])].filter((_, i) => i % 8 === 1);

  it('are whole when the last missing packet is there, in whatever order, one of them twice', () => {
    const join = joiner();
    expect(join.add(part(2, 3))).toBeNull();
    expect(join.add(part(1, 3))).toBeNull();
    expect(join.add(part(2, 3))).toBeNull();
    const whole = join.add(part(3, 3));
    expect(serials(whole?.body)).toEqual([1, 2, 3]);
    expect(whole?.part).toBeNull();
  });

  it('of another function begin anew, and a packet beyond their count is none', () => {
    const join = joiner();
    join.add(part(1, 2));
    expect(join.add(part(1, 2, '31'))).toBeNull();
    expect(join.add(part(3, 2, '31'))).toBeNull();
    expect(serials(join.add(part(2, 2, '31'))?.body)).toEqual([1, 2]);
  });
});
