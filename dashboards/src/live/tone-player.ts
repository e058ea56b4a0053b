import type { SoundState } from '../../../src/contract/live.ts';
import type { Tone } from '../state/alarm-sound.ts';

interface Note {
  /** After the beginning, seconds. */
  readonly at: number;
  readonly hertz: number;
  readonly seconds: number;
}

/** Short patterns that no telephone and no computer makes by itself; the harmonics of a square wave carry through a noisy room. */
const PATTERNS: Readonly<Record<Exclude<Tone, null>, readonly Note[]>> = {
  level: [
    { at: 0, hertz: 660, seconds: 0.18 },
    { at: 0.22, hertz: 880, seconds: 0.18 },
    { at: 0.44, hertz: 1175, seconds: 0.42 },
  ],
  calling: [0, 0.3, 0.6, 0.9].flatMap((at) => [
    { at, hertz: 988, seconds: 0.13 },
    { at: at + 0.14, hertz: 740, seconds: 0.13 },
  ]),
};
/** From the beginning of one pattern to that of the next. */
const AGAIN_MS: Readonly<Record<Exclude<Tone, null>, number>> = { level: 2000, calling: 2500 };
const LOUDNESS = 0.8;

export interface TonePlayer {
  /** Lets a tone be heard again and again; null is silence. */
  readonly play: (tone: Tone) => void;
  /** Asks the browser to let sound out: it does after a click, or where it was started so. */
  readonly unlock: () => void;
  readonly close: () => void;
}

/** Plays tones with Web Audio and says whether the browser lets them out. */
export function tonePlayer(onState: (state: Extract<SoundState, 'on' | 'blocked'>) => void): TonePlayer {
  const context = new AudioContext({ latencyHint: 'interactive' });
  let playing: Tone = null;
  let timer: number | undefined;
  const tell = (): void => onState(context.state === 'running' ? 'on' : 'blocked');
  const unlock = (): void => void context.resume().then(tell, tell);

  const once = (): void => {
    if (playing === null) return;
    // Notes for a context that stands still would all be heard at once when it goes on.
    if (context.state !== 'running') return unlock();
    for (const note of PATTERNS[playing]) sound(context, note);
  };

  context.addEventListener('statechange', tell);
  unlock();
  tell();
  return {
    play: (tone) => {
      if (tone === playing) return;
      playing = tone;
      clearInterval(timer);
      if (tone === null) return;
      once();
      timer = window.setInterval(once, AGAIN_MS[tone]);
    },
    unlock,
    close: () => {
      clearInterval(timer);
      void context.close().catch(() => undefined);
    },
  };
}

function sound(context: AudioContext, { at, hertz, seconds }: Note): void {
  const begin = context.currentTime + at;
  const oscillator = new OscillatorNode(context, { type: 'square', frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  // Edges of 10 ms: without them each note would begin and end with a click.
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.01);
  gain.gain.setValueAtTime(LOUDNESS, begin + seconds - 0.01);
  gain.gain.linearRampToValueAtTime(0, begin + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(begin + seconds);
}
