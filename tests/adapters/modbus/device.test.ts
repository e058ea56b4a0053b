import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Outcome, Query } from '../../../adapters/modbus/bus.ts';
import { loggerDevice, slaveDevice } from '../../../adapters/modbus/device.ts';
import { rtuRequest, rtuShape } from '../../../adapters/modbus/rtu-frame.ts';
import { findFrame } from '../../../adapters/modbus/shape-frame.ts';
import { wireRequest, wireShape } from '../../../adapters/modbus/vibrating-wire-frame.ts';
import { freesunLoggers, modbusSlaves } from '../../../src/contract/acquire/modbus-slaves.ts';

const CASES = path.join(import.meta.dirname, 'cases');

/** What stands in `case.yaml`: a device, the frames on the line in their order, and what they say. */
const Case = z.strictObject({
  slave: z.unknown().optional(),
  logger: z.unknown().optional(),
  line: z.array(z.strictObject({ asked: z.string(), came: z.string() })),
  how: z.string(),
  values: z.record(z.string(), z.unknown()),
});

const hexOf = (bytes: Uint8Array): string =>
  (Buffer.from(bytes).toString('hex').toUpperCase().match(/../g) ?? []).join(' ');

it.each(readdirSync(CASES))('the frames of %s say what stands in its case', async (story) => {
  const { slave, logger, line, how, values } = Case.parse(
    parse(readFileSync(path.join(CASES, story, 'case.yaml'), 'utf8')),
  );
  const device =
    logger === undefined
      ? slaveDevice(modbusSlaves(1, 247).parse([slave])[0]!)
      : loggerDevice(freesunLoggers.parse([logger])[0]!);
  const left = [...line];
  const ask = (query: Query): Promise<Outcome> => {
    const frame = query.kind === 'read' ? rtuRequest(query) : wireRequest(query);
    const shape = query.kind === 'read' ? rtuShape(query) : wireShape(query);
    const next = left.shift();
    expect(hexOf(frame)).toBe(next?.asked);
    const found = findFrame(Uint8Array.from(Buffer.from((next?.came ?? '').replaceAll(' ', ''), 'hex')), [shape]);
    return Promise.resolve(found?.answer ?? { kind: 'no-answer' });
  };
  const result = await device.poll(ask, 0);
  expect(left).toEqual([]);
  expect(result.how).toBe(how);
  expect(
    Object.fromEntries(result.polled.map(({ sensor, value, why, raw }) => [sensor, value ?? `${String(why)}: ${raw}`])),
  ).toEqual(values);
});

it('A6 what was refused is read alone from then on, and all together again after an hour', async () => {
  const points = [0, 1, 2, 3].map((address) => ({ sensor: `s${String(address)}`, address }));
  const device = slaveDevice(modbusSlaves(1, 247).parse([{ name: 'a', unit: 1, every: 1, points }])[0]!);
  const asked: string[] = [];
  let isThere = false;
  const ask = (query: Query): Promise<Outcome> => {
    if (query.kind !== 'read') throw new Error('a slave is read');
    const { address, count } = query;
    asked.push(`${String(address)}+${String(count)}`);
    const isRefused = !isThere && address <= 2 && address + count > 2;
    return Promise.resolve(
      isRefused ? { kind: 'exception', code: 2 } : { kind: 'data', data: new Uint8Array(2 * count) },
    );
  };
  await device.poll(ask, 0);
  expect(asked.splice(0)).toEqual(['0+4', '0+2', '2+2', '2+1', '3+1']);
  await device.poll(ask, 1_000);
  expect(asked.splice(0)).toEqual(['0+2', '2+1', '3+1']);
  isThere = true;
  const { polled, detail } = await device.poll(ask, 3_700_000);
  expect(asked).toEqual(['0+4']);
  expect(polled.every(({ quality }) => quality === 'good')).toBe(true);
  expect(detail).toBe('');
});
