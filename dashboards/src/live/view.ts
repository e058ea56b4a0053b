import { signal } from '@preact/signals';

/** Pages within the page; the first is what a control room looks at. */
export const VIEWS = ['room', 'sources', 'points'] as const;
export type View = (typeof VIEWS)[number];

const HASHES: Readonly<Record<View, string>> = { room: '', sources: '#connections', points: '#points' };

const ofAddress = (): View => VIEWS.find((view) => view !== 'room' && HASHES[view] === window.location.hash) ?? 'room';

/** The page on screen, as the address says it: a link to one leads there, and so does the back button. */
export const view = signal<View>(ofAddress());

window.addEventListener('hashchange', () => {
  view.value = ofAddress();
  window.scrollTo(0, 0);
});

/** Address of a page. */
export const hrefOf = (of: View): string => HASHES[of] || '#';
