import type { Instant } from '../../src/core/time.ts';

/** What the network tells the caller about a call. */
export type CallReport = 'ringing' | 'answered' | 'digit' | 'voicemail' | 'busy' | 'no-answer' | 'failed' | 'ended';

export type CallState = 'dialling' | 'ringing' | 'talking' | 'recording' | 'ended';

/** One call as the network sees it. */
export interface Call {
  readonly id: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
  readonly to: string;
  readonly language: string;
  readonly callback: string;
  readonly state: CallState;
  /** How it ended; null while it lasts. */
  readonly ending: CallEnding | null;
  /** The text that is said until a key is pressed. */
  readonly say: string;
  /** Everything said on the line, oldest first. */
  readonly heard: readonly string[];
  readonly pressed: readonly string[];
  /** Whether a key pressed while talking reaches the caller. */
  readonly gathering: boolean;
  /** The caller ends the call once the text is spoken. */
  readonly closing: boolean;
  readonly history: readonly { readonly state: string; readonly at: Instant }[];
}

export type CallEnding =
  | 'no-answer'
  | 'busy'
  | 'failed'
  | 'voicemail'
  | 'hung-up'
  | 'ended-by-caller'
  | 'talk-time-over';

export type CallEvent =
  | { readonly type: 'dialled' }
  | { readonly type: 'picked-up' }
  | { readonly type: 'pressed'; readonly digit: string }
  | { readonly type: 'hung-up' }
  | { readonly type: 'ended-by-caller' }
  | { readonly type: 'voicemail' | 'busy' | 'failed' | 'ring-time-over' | 'talk-time-over' | 'text-spoken' }
  | { readonly type: 'told'; readonly say?: string | undefined; readonly gather?: boolean; readonly hangup?: boolean };

type Told = Extract<CallEvent, { type: 'told' }>;

export interface CallStep {
  readonly next: Call;
  readonly reports: readonly { readonly event: CallReport; readonly digit?: string }[];
}

/**
 * What becomes of a call. An event that does not fit the state changes nothing.
 *
 *     dialling ─ dialled ─> ringing ─ picked-up ─> talking ─ hung-up, ended-by-caller, talk-time-over ─> ended
 *        │                     │                      └─ told to hang up, then text-spoken ────────────> ended
 *        │                     ├─ voicemail ─> recording ─ text-spoken ────────────────────────────────> ended
 *        └─ busy, failed ──────┴─ busy, failed, ring-time-over, hung-up (rejected: busy) ──────────────> ended
 */
export function step(call: Call, event: CallEvent, at: Instant): CallStep {
  switch (call.state) {
    case 'dialling':
      if (event.type === 'dialled') return moved(call, 'ringing', at, 'ringing');
      return notReached(call, event, at);
    case 'ringing':
      if (event.type === 'picked-up') return moved({ ...call, heard: [call.say] }, 'talking', at, 'answered');
      if (event.type === 'voicemail') return moved({ ...call, heard: [call.say] }, 'recording', at, 'voicemail');
      return notReached(call, event, at);
    case 'talking':
      return talking(call, event, at);
    case 'recording':
      if (event.type === 'text-spoken' || event.type === 'talk-time-over') return ended(call, 'voicemail', at, 'ended');
      if (event.type === 'ended-by-caller') return ended(call, 'ended-by-caller', at, 'ended');
      return unchanged(call);
    case 'ended':
      return unchanged(call);
  }
}

function notReached(call: Call, event: CallEvent, at: Instant): CallStep {
  switch (event.type) {
    case 'busy':
    case 'hung-up':
      return ended(call, 'busy', at, 'busy');
    case 'failed':
      return ended(call, 'failed', at, 'failed');
    case 'ring-time-over':
      return ended(call, 'no-answer', at, 'no-answer');
    case 'ended-by-caller':
      return ended(call, 'ended-by-caller', at, 'ended');
    case 'told':
      return event.hangup === true ? ended(call, 'ended-by-caller', at, 'ended') : unchanged(call);
    default:
      return unchanged(call);
  }
}

function talking(call: Call, event: CallEvent, at: Instant): CallStep {
  switch (event.type) {
    case 'pressed': {
      if (!call.gathering) return unchanged(call);
      const next = { ...call, pressed: [...call.pressed, event.digit], gathering: false };
      return { next, reports: [{ event: 'digit', digit: event.digit }] };
    }
    case 'told':
      return unchanged(saysNothing(event) ? call : told(call, event));
    case 'text-spoken':
      return call.closing ? ended(call, 'ended-by-caller', at, 'ended') : unchanged(call);
    case 'hung-up':
    case 'ended-by-caller':
    case 'talk-time-over':
      return ended(call, event.type, at, 'ended');
    default:
      return unchanged(call);
  }
}

const saysNothing = ({ say, gather, hangup }: Told): boolean => say === undefined && gather !== true && hangup !== true;

function told(call: Call, { say, gather, hangup }: Told): Call {
  return {
    ...call,
    say: say ?? call.say,
    heard: say === undefined ? call.heard : [...call.heard, say],
    gathering: hangup === true ? false : call.gathering || gather === true,
    closing: call.closing || hangup === true,
  };
}

const moved = (call: Call, state: CallState, at: Instant, report: CallReport): CallStep => ({
  next: { ...call, state, history: [...call.history, { state, at }] },
  reports: [{ event: report }],
});

const ended = (call: Call, ending: CallEnding, at: Instant, report: CallReport): CallStep => ({
  next: { ...call, state: 'ended', ending, gathering: false, history: [...call.history, { state: ending, at }] },
  reports: [{ event: report }],
});

const unchanged = (next: Call): CallStep => ({ next, reports: [] });
