/** Chooses what the curve is shown of, and brings it into sight where it lies below what was pressed. */
export function showCurveOf(choose: () => void): void {
  choose();
  // After the panel has taken its new height.
  requestAnimationFrame(() => {
    const panel = document.querySelector('.curve');
    if (panel !== null && window.matchMedia('(max-width: 1099px)').matches) panel.scrollIntoView({ block: 'nearest' });
  });
}
