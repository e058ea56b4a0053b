import { computed, effect, signal } from '@preact/signals';
import type { SoundState } from '../../../src/contract/live.ts';
import { SILENCE_MS, afterLook, quiet, toneDue } from '../state/alarm-sound.ts';
import { keep, kept } from './kept.ts';
import { session } from './session.ts';
import { audible, shown } from './site-watch.ts';
import { localNow } from './ticking.ts';
import { tonePlayer } from './tone-player.ts';
import type { TonePlayer } from './tone-player.ts';

const KEY = 'tailwatch.sound';

const wanted = signal(kept(KEY) !== 'off');
const letOut = signal<'on' | 'blocked'>('blocked');
const heard = signal(quiet);

/** Whether this page can be heard. */
export const soundState = computed((): SoundState => (wanted.value ? letOut.value : 'off'));
/** What is to be heard; silence that was asked for makes it no less due. */
export const toneNow = computed(() => toneDue(heard.value, localNow.value));
/** Until when there is silence though something is to be heard; null: there is none. */
export const silentUntil = computed(() =>
  toneNow.value !== null && heard.value.silentUntil > localNow.value ? heard.value.silentUntil : null,
);

let player: TonePlayer | undefined;

/** Silence for two minutes, here alone: nobody is answered, nothing is acknowledged. */
export function silence(): void {
  heard.value = { ...heard.value, silentUntil: Date.now() + SILENCE_MS };
}

/** Ends a silence before its time. */
export function endSilence(): void {
  heard.value = { ...heard.value, silentUntil: 0 };
}

/** Switches the sound of this browser off or on; where the browser blocks it, the click that does this unblocks it. */
export function switchSound(): void {
  if (soundState.value !== 'blocked') {
    wanted.value = !wanted.value;
    keep(KEY, wanted.value ? null : 'off');
  }
  player?.unlock();
}

/** Follows the site on screen with sound, while somebody is signed in. Any click or key unblocks it. */
export function followSound(): void {
  effect(() => {
    const isIn = session.value !== null;
    if (isIn && player === undefined && 'AudioContext' in window) {
      player = tonePlayer((state) => {
        letOut.value = state;
      });
    }
    if (!isIn) heard.value = quiet;
  });
  effect(() => {
    const site = shown.value;
    if (site !== null) heard.value = afterLook(heard.peek(), site.overview, Date.now());
  });
  effect(() => {
    const tone = wanted.value && silentUntil.value === null && session.value !== null ? toneNow.value : null;
    player?.play(tone);
  });
  effect(() => {
    audible.value = soundState.value;
  });
  // Not as the finger goes down: the click that follows would find the sound on, and switch it off.
  for (const gesture of ['click', 'keyup']) {
    window.addEventListener(gesture, () => {
      if (letOut.value === 'blocked') player?.unlock();
    });
  }
}
