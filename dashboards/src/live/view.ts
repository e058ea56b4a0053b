import { computed, signal } from '@preact/signals';
import { maySomewhere } from './permission.ts';
import { session } from './session.ts';

/** Pages of the site on screen by what one comes for; the first of each group is where its name leads. */
export const VIEW_GROUPS = {
  watch: ['room', 'alarms', 'rounds'],
  leave: ['evacuation'],
  plans: ['rehearsal', 'drill', 'accident', 'figures'],
  crew: ['roster', 'people'],
  measuring: ['sources', 'lines', 'points', 'changes'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type ViewGroup = keyof typeof VIEW_GROUPS;
type GroupedView = (typeof VIEW_GROUPS)[ViewGroup][number];
export const GROUP_NAMES = Object.keys(VIEW_GROUPS) as ViewGroup[];

/** Pages within the page; the first is what a control room looks at. */
export const VIEWS = [...Object.values(VIEW_GROUPS).flat(), 'screens', 'account'] as const;
export type View = (typeof VIEWS)[number];

const HASHES: Readonly<Record<View, string>> = {
  room: '',
  alarms: '#alarms',
  figures: '#figures',
  accident: '#accident',
  evacuation: '#evacuation',
  sources: '#connections',
  lines: '#lines',
  points: '#points',
  rounds: '#rounds',
  roster: '#roster',
  people: '#people',
  screens: '#screens',
  account: '#account',
  changes: '#changes',
  rehearsal: '#rehearsal',
  drill: '#drill',
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

/** The pages of a group that are there for whoever is signed in. */
export const viewsOf = (group: ViewGroup): readonly GroupedView[] =>
  VIEW_GROUPS[group].filter((one: GroupedView) => isOpen(one));

/** The group of a page; the own account is of none. */
export const groupOf = (of: View): ViewGroup | undefined =>
  GROUP_NAMES.find((group) => VIEW_GROUPS[group].some((one) => one === (of === 'screens' ? 'people' : of)));

/** Address of a page. */
export const hrefOf = (of: View): string => HASHES[of] || '#';
