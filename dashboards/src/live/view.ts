import { computed, signal } from '@preact/signals';
import { maySomewhere } from './permission.ts';
import { session } from './session.ts';

/** Pages of the site on screen. */
export const SITE_VIEWS = [
  'room',
  'evacuation',
  'alarms',
  'sources',
  'points',
  'rounds',
  'roster',
  'changes',
  'rehearsal',
  'accident',
  'figures',
] as const;

/** Pages within the page; the first is what a control room looks at. */
export const VIEWS = [...SITE_VIEWS, 'people', 'screens', 'account'] as const;
export type View = (typeof VIEWS)[number];

const HASHES: Readonly<Record<View, string>> = {
  room: '',
  alarms: '#alarms',
  figures: '#figures',
  accident: '#accident',
  evacuation: '#evacuation',
  sources: '#connections',
  points: '#points',
  rounds: '#rounds',
  roster: '#roster',
  people: '#people',
  screens: '#screens',
  account: '#account',
  changes: '#changes',
  rehearsal: '#rehearsal',
};

const ofAddress = (): View => VIEWS.find((view) => view !== 'room' && HASHES[view] === window.location.hash) ?? 'room';

const asked = signal<View>(ofAddress());

/** The page on screen, as the address says it: a link to one leads there, and so does the back button. A screen on a wall has one. */
export const view = computed(
  (): View => (session.value?.kind === 'person' && isOpen(asked.value) ? asked.value : 'room'),
);

/** Pages of an administrator; to others they are not there. */
const NEEDS = { people: 'people/manage', screens: 'credential/manage' } as const;
const isOpen = (one: View): boolean => (one !== 'people' && one !== 'screens') || maySomewhere(NEEDS[one]);

window.addEventListener('hashchange', () => {
  asked.value = ofAddress();
  window.scrollTo(0, 0);
});

/** Address of a page. */
export const hrefOf = (of: View): string => HASHES[of] || '#';
