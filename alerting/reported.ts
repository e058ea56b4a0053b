import type { Happening, Miss } from './callout-event.ts';
import type { CarrierReport } from './carrier-report.ts';

const MISSES: Readonly<Partial<Record<CarrierReport['event'], Miss>>> = {
  'voicemail': 'voicemail',
  'busy': 'busy',
  'no-answer': 'no-answer',
  'failed': 'failed',
  'undelivered': 'failed',
};

/** An attempt, as far as a report on it needs. */
interface Reported {
  readonly number: number;
  readonly medium: string;
  readonly status: string;
}

export interface Moved {
  readonly status: 'ringing' | 'answered' | 'ended';
  readonly outcome?: 'delivered';
}

/** Where a report moves an attempt by itself. Statuses go one way: a report that comes late moves nothing back. */
export function movedTo({ status, medium }: Reported, event: CarrierReport['event']): Moved | null {
  const before = ['queued', 'claimed', 'handed-over'];
  if (event === 'ringing') return before.includes(status) ? { status: 'ringing' } : null;
  if (event === 'answered') return [...before, 'ringing'].includes(status) ? { status: 'answered' } : null;
  if (event === 'delivered' && (medium === 'sms' || medium === 'mail'))
    return before.includes(status) ? { status: 'ended', outcome: 'delivered' } : null;
  return null;
}

/** What a report says to the callout; `null`: nothing. */
export function happeningOf({ number, status }: Reported, { event, digit }: CarrierReport): Happening | null {
  const outcome = MISSES[event];
  if (outcome !== undefined) return { type: 'missed', attempt: number, outcome };
  if (event === 'answered') return { type: 'picked-up', attempt: number };
  if (event === 'digit') return { type: 'digit', attempt: number, digit: digit ?? '' };
  if (event === 'ended')
    return { type: 'missed', attempt: number, outcome: status === 'answered' ? 'hung-up' : 'no-answer' };
  return null;
}

/** Whether nothing more comes of this call or message. */
export const isLast = (event: CarrierReport['event']): boolean => event === 'ended' || MISSES[event] !== undefined;
