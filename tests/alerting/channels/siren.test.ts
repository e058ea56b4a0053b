import { afterEach, beforeEach, expect, test } from 'vitest';
import { sirenCarrier } from '../../../alerting/channels/siren-carrier.ts';
import { startSirenSlave } from '../../../simulators/siren/slave.ts';
import type { SirenSlave } from '../../../simulators/siren/slave.ts';

let slave: SirenSlave;
beforeEach(async () => {
  slave = await startSirenSlave({ port: 0, unit: 3 });
});
afterEach(() => slave[Symbol.asyncDispose]());

const siren = (more: { readonly coil?: number; readonly unit?: number; readonly port?: number } = {}) =>
  sirenCarrier({ siren: 'dam', host: '127.0.0.1', port: slave.port, unit: 3, coil: 5, timeoutMs: 500, ...more });
const request = { attemptId: '0b9c2d1e-1111-4222-8333-444455556666', to: 'dam', text: '' };

test('a siren that is called sounds, twice as once, and falls silent when it is hung up', async () => {
  const reference = await siren().call(request);
  await siren().call(request);
  expect(slave.coils.flatMap((isOn, i) => (isOn ? [i] : []))).toEqual([5]);
  await siren().hangUp(reference);
  expect(slave.coils).not.toContain(true);
});

test('one that reads back otherwise did not sound: refused; one that cannot be silenced is tried again', async () => {
  slave.weld(5);
  await expect(siren().call(request)).rejects.toMatchObject({ code: 'carrier/refused', facts: { code: 'read-back' } });
  slave.coils[5] = true;
  await expect(siren().hangUp('coil 5')).rejects.toMatchObject({ code: 'carrier/unreachable' });
});

test('an exception of the slave is a refusal: no such coil, no such unit', async () => {
  for (const wrong of [{ coil: 16 }, { unit: 9 }])
    await expect(siren(wrong).call(request)).rejects.toMatchObject({ code: 'carrier/refused' });
});

test('a slave that does not answer, or is not there, cannot be reached', async () => {
  slave.silence();
  await expect(siren().call(request)).rejects.toMatchObject({ code: 'carrier/unreachable' });
  await expect(siren({ port: 1 }).about()).rejects.toMatchObject({ code: 'carrier/unreachable' });
});

test('another siren is not this one; looked after it is only read', async () => {
  await expect(siren().call({ ...request, to: 'village' })).rejects.toMatchObject({ code: 'carrier/refused' });
  expect(await siren().about()).toMatchObject({ simulated: false });
  expect(slave.coils).not.toContain(true);
});
