import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { say } from '../live/language.ts';

export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

const FOUND_WITHIN_MS = 20_000;

/** Asks the phone where it is. It may refuse, and a page without HTTPS is told nothing: then words have to do. */
export function Locate({ location }: { readonly location: Signal<Location | null> }): JSX.Element {
  const words = say.value;
  const refused = useSignal(false);
  const found = location.value;
  const ask = (): void => {
    if (!('geolocation' in navigator)) {
      refused.value = true;
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        location.value = { latitude: coords.latitude, longitude: coords.longitude };
        refused.value = false;
      },
      () => {
        refused.value = true;
      },
      { enableHighAccuracy: true, timeout: FOUND_WITHIN_MS },
    );
  };
  return (
    <div class="report-locate">
      <button type="button" class="button" onClick={ask}>
        {words('findings.locate')}
      </button>
      {found !== null && (
        <span>{words('findings.located', { lat: found.latitude.toFixed(5), lon: found.longitude.toFixed(5) })}</span>
      )}
      {refused.value && <span class="quiet">{words('findings.noLocation')}</span>}
    </div>
  );
}
