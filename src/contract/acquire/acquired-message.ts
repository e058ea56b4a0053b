import type { Acquired, LineSaid } from '../../core/acquired.ts';

const ROOT = 'tailwatch/acquired';

/** What lines acquired, of any site and line. */
export const ACQUIRED = `${ROOT}/+/+`;
/** Topic of what a line acquired: an AcquiredMessage payload, QoS 1. */
export const acquiredTopic = (siteId: string, line: string): string => `${ROOT}/${siteId}/${line}`;
/** Whose it is; null: it is no such topic. */
export function acquiredFrom(topic: string): { readonly siteId: string; readonly line: string } | null {
  if (!topic.startsWith(`${ROOT}/`)) return null;
  const [siteId = '', line = '', ...more] = topic.slice(ROOT.length + 1).split('/');
  return siteId === '' || line === '' || more.length > 0 ? null : { siteId, line };
}

/** Values in one message at most: with all their words they stay below the bound of a payload. */
export const VALUES_A_MESSAGE = 100;
export const RAW_MAX = 200;
export const DETAIL_MAX = 300;

/** What a line gave in one go, as it travels. */
export interface AcquiredMessage {
  readonly values?: readonly {
    readonly sensor: string;
    readonly observedAt: number;
    /** When the line received it. */
    readonly receivedAt: number;
    readonly value: number | null;
    readonly quality?: 'uncertain' | 'bad';
    readonly why?: string;
    readonly raw?: string;
  }[];
  readonly said?: readonly Omit<LineSaid, 'siteId' | 'line'>[];
}

/** Values as messages, none of them large. What is no finite number travels as none, and is bad. */
export function acquiredMessages(acquired: readonly Acquired[]): AcquiredMessage[] {
  const values = acquired.map(({ sensorCode, observedAt, receivedAt, value, quality, why, raw }) => {
    const isNumber = value !== null && Number.isFinite(value);
    const worth = isNumber ? quality : 'bad';
    return {
      sensor: sensorCode,
      observedAt,
      receivedAt,
      value: isNumber ? value : null,
      ...(worth !== 'good' && { quality: worth, why: why ?? (isNumber ? 'said-doubtful' : 'not-a-number') }),
      ...(raw !== undefined && { raw: raw.slice(0, RAW_MAX) }),
    };
  });
  const count = Math.ceil(values.length / VALUES_A_MESSAGE);
  return Array.from({ length: count }, (_, i) => ({
    values: values.slice(i * VALUES_A_MESSAGE, (i + 1) * VALUES_A_MESSAGE),
  }));
}
