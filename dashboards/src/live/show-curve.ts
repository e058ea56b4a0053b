import { select } from './curve-reader.ts';

/** Shows the curve of a sensor, and brings it into sight where it lies below the tiles. */
export function showCurveOf(sensorId: number): void {
  select(sensorId);
  // After the panel has taken its new height.
  requestAnimationFrame(() => {
    const panel = document.querySelector('.curve');
    if (panel !== null && window.matchMedia('(max-width: 1099px)').matches) panel.scrollIntoView({ block: 'nearest' });
  });
}
