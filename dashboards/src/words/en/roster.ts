import type { zhRoster } from '../zh/roster.ts';

/** Words of who is on duty, in English. */
export const enRoster: Record<keyof typeof zhRoster, string> = {
  'problem.workbook/invalid': 'The file is no usable Excel workbook, or something in it is wrong.',
  'problem.roster/invalid': 'Something in the roster is wrong: it was not saved.',
  'problem.roster/not-found': 'There is no such exception, or it is over.',
  'problem.roster/not-own': 'You enter and end only your own absence.',
  'problem.roster/overtaken': 'Somebody else has just changed the roster: look at it again.',
  'problem.swap/not-found': 'There is no such swap.',
  'problem.swap/not-open': 'This swap has been answered, or is over.',
  'problem.swap/not-yours':
    'Only the people of the rotation ask for a swap, agree or withdraw; an engineer enters which account is whose.',
  'field.baseVersion': 'Version',
  'field.rotationId': 'Rotation',
  'field.from': 'Beginning',
  'field.until': 'End',
  'field.people': 'People',
  'field.contactId': 'Person',
  'field.standIn': 'Stand-in',
  'field.exceptionId': 'Exception',
  'field.other': 'The other',
  'field.swapId': 'Swap',
  'field.word': 'Answer',
  'field.givesFrom': 'Beginning of what is given',
  'field.givesUntil': 'End of what is given',
  'field.takesFrom': 'Beginning of what is taken',
  'field.takesUntil': 'End of what is taken',
  'field.rotations': 'Rotations',
  'field.holidays': 'Holidays',
  'field.accounts': 'Accounts',
  'field.responsible': 'Who is told of gaps',
  'field.file': 'File',
};
