import type { zhMachinery } from '../zh/machinery.ts';

/** What watches over the calling itself, and copies of a database, in English. */
export const enMachinery: Record<keyof typeof zhMachinery, string> = {
  'banner.unarmed': 'A copy of a database that nobody has armed: NOBODY IS CALLED',
  'banner.unarmedDetail':
    'It was restored from a backup, or found at another place. An administrator has to look at the list and arm it; until then report up the ladder with your own phone.',
  'banner.standIn': 'The calling process does not respond: the gateway calls in its place',
  'banner.standInDetail':
    'Phones are dialled, but nothing is left behind this. Tell whoever looks after the machine, now.',
  'arm.look': 'Look at the list and arm',
  'arm.title': 'Arm this database',
  'arm.explain':
    'Once armed, each of these callouts goes on with the next person. Answer or close first what is no longer true. Do not arm while the original still runs: people would be called twice.',
  'arm.none': 'No callout is unfinished.',
  'arm.line': '{site}: since {opened}, due {due}',
  'arm.answered': 'answered',
  'arm.confirm': 'I have looked: arm it',
  'problem.installation/armed': 'It is armed already.',
  'problem.installation/list-changed': 'The list has changed: look at it again.',
};
