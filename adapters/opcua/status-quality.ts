import type { DeviceQuality, NotGood } from '../../src/core/acquired.ts';

/** What a status code says of the value beside it. */
export interface StatusVerdict {
  readonly quality: DeviceQuality;
  readonly why?: NotGood;
  /** The server had more values than its queue holds: some before this one are lost. */
  readonly hasLost: boolean;
}

/** Codes that say what is wrong (OPC UA Part 4, 7.39, and Part 8, 6.3.2), without the bits behind them. */
const REASONS: ReadonlyMap<number, NotGood> = new Map([
  [0x8005, 'not-connected'], // BadCommunicationError
  [0x800a, 'no-answer'], // BadTimeout
  [0x8031, 'not-connected'], // BadNoCommunication
  [0x8032, 'not-connected'], // BadWaitingForInitialData
  [0x808a, 'not-connected'], // BadNotConnected
  [0x808b, 'device-fault'], // BadDeviceFailure
  [0x808c, 'sensor-fault'], // BadSensorFailure
  [0x808d, 'out-of-service'], // BadOutOfService
  [0x408f, 'last-known'], // UncertainNoCommunicationLastUsableValue
  [0x4090, 'last-known'], // UncertainLastUsableValue
  [0x4091, 'substituted'], // UncertainSubstituteValue
  [0x4092, 'substituted'], // UncertainInitialValue
  [0x4093, 'sensor-fault'], // UncertainSensorNotAccurate
  [0x4094, 'over-range'], // UncertainEngineeringUnitsExceeded
  [0x4209, 'substituted'], // UncertainSimulatedValue
  [0x420a, 'calibrating'], // UncertainSensorCalibration
]);

/** GoodLocalOverride: somebody at the plant has put a number there. Good for a pump, not for what people flee from. */
const LOCAL_OVERRIDE = 0x0096;

/** There is a number beside it that a sensor at the end of its range, or a hand, has put there. By the limit bits. */
const LIMITED: readonly (NotGood | null)[] = [null, 'under-range', 'over-range', 'substituted'];

const SEMANTICS_CHANGED = 0x4000;
const INFO_OF_VALUE = 0x0400;
const INFO_MASK = 0x0c00;
const OVERFLOW = 0x0080;

/**
 * Reads the 32 bits of a status code. The two highest decide: 00 good, 01 uncertain, the rest bad. A good value is
 * uncertain all the same where it was put there by hand, stands at a limit of its sensor, or has just got another unit.
 */
export function statusVerdict(status: number): StatusVerdict {
  const hasInfo = (status & INFO_MASK) === INFO_OF_VALUE;
  const hasLost = hasInfo && (status & OVERFLOW) !== 0;
  const code = status >>> 16;
  const severity = status >>> 30;
  if (severity > 1) return { quality: 'bad', why: REASONS.get(code) ?? 'said-bad', hasLost };
  if (severity === 1) return { quality: 'uncertain', why: REASONS.get(code) ?? 'said-doubtful', hasLost };
  const limited = hasInfo ? LIMITED[(status >>> 8) & 3] : null;
  if (limited) return { quality: 'uncertain', why: limited, hasLost };
  if (code === LOCAL_OVERRIDE) return { quality: 'uncertain', why: 'substituted', hasLost };
  if ((status & SEMANTICS_CHANGED) !== 0) return { quality: 'uncertain', why: 'said-doubtful', hasLost };
  return { quality: 'good', hasLost };
}
