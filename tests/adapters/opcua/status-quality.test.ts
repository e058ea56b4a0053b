import { StatusCodes } from 'node-opcua-client';
import { describe, expect, it } from 'vitest';
import { statusVerdict } from '../../../adapters/opcua/status-quality.ts';

const GOOD = { quality: 'good', hasLost: false };
const uncertain = (why: string) => ({ quality: 'uncertain', why, hasLost: false });
const bad = (why: string) => ({ quality: 'bad', why, hasLost: false });

describe('a status is a quality', () => {
  it.each([
    ['Good', GOOD],
    ['GoodClamped', GOOD],
    ['GoodLocalOverride', uncertain('substituted')],
    ['Uncertain', uncertain('said-doubtful')],
    ['UncertainNoCommunicationLastUsableValue', uncertain('last-known')],
    ['UncertainLastUsableValue', uncertain('last-known')],
    ['UncertainSubstituteValue', uncertain('substituted')],
    ['UncertainInitialValue', uncertain('substituted')],
    ['UncertainSensorNotAccurate', uncertain('sensor-fault')],
    ['UncertainEngineeringUnitsExceeded', uncertain('over-range')],
    ['UncertainSubNormal', uncertain('said-doubtful')],
    ['UncertainSimulatedValue', uncertain('substituted')],
    ['UncertainSensorCalibration', uncertain('calibrating')],
    ['Bad', bad('said-bad')],
    ['BadNodeIdUnknown', bad('said-bad')],
    ['BadCommunicationError', bad('not-connected')],
    ['BadTimeout', bad('no-answer')],
    ['BadNoCommunication', bad('not-connected')],
    ['BadWaitingForInitialData', bad('not-connected')],
    ['BadNotConnected', bad('not-connected')],
    ['BadDeviceFailure', bad('device-fault')],
    ['BadSensorFailure', bad('sensor-fault')],
    ['BadOutOfService', bad('out-of-service')],
  ])('%s, by the number that the standard gives it', (name, verdict) => {
    const { value } = (StatusCodes as unknown as Record<string, { value: number }>)[name] ?? { value: NaN };
    expect(statusVerdict(value)).toEqual(verdict);
  });

  it.each([
    ['its sensor is at its lower limit', 0x0500, uncertain('under-range')],
    ['its sensor is at its upper limit', 0x0600, uncertain('over-range')],
    ['it cannot change', 0x0700, uncertain('substituted')],
    ['its unit has just changed', 0x4000, uncertain('said-doubtful')],
    ['values before it are lost', 0x0480, { quality: 'good', hasLost: true }],
    ['limit bits stand there that mean nothing', 0x0300, GOOD],
  ])('good, but %s', (_what, bits, verdict) => {
    expect(statusVerdict(bits)).toEqual(verdict);
  });

  it('the reserved severity is bad', () => {
    expect(statusVerdict(0xc000_0000)).toEqual(bad('said-bad'));
  });
});
