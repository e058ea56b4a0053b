import type { CallEvent } from './call.ts';
import { keyAskedFor, wrongKey } from './listening.ts';

/** What a person does with a ringing or speaking phone. */
export type Gesture = 'pick-up' | 'hang-up' | 'voicemail' | 'busy' | { readonly press: string };

/** What the gesture is to the call. */
export function eventOf(gesture: Gesture): CallEvent {
  if (typeof gesture === 'object') return { type: 'pressed', digit: gesture.press };
  switch (gesture) {
    case 'pick-up':
      return { type: 'picked-up' };
    case 'hang-up':
      return { type: 'hung-up' };
    case 'voicemail':
    case 'busy':
      return { type: gesture };
  }
}

/** What a scripted `right`, `wrong`, `hang-up` or key is, once the text was heard. */
export function intendedGesture(press: string, spoken: string): Gesture {
  if (press === 'hang-up') return 'hang-up';
  if (press === 'wrong') return { press: wrongKey(spoken) };
  // Nobody can press what was never named: then any key is as good as another.
  return { press: press === 'right' ? (keyAskedFor(spoken) ?? '0') : press };
}
