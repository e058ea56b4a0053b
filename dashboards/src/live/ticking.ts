import { signal } from '@preact/signals';

/** This machine's time, once a second and just after each full second: ages and countdowns follow it. */
export const localNow = signal(Date.now());

const tick = (): void => {
  localNow.value = Date.now();
  setTimeout(tick, 1000 - (Date.now() % 1000) + 5);
};
tick();
