import type { zhFields } from '../zh/fields.ts';

/** What the inputs of forms are called where one is refused, in English. */
export const enFields: Record<keyof typeof zhFields, string> = {
  'field.note': 'Note',
  'field.target': 'What is monitored',
  'field.token': 'Link',
  'field.body': 'What was sent',
  'field.query': 'What was asked for',
  'field.url': 'Address',
  'field.headers': 'Head of what was sent',
  'field.request': 'What was asked',
  'field.grants': 'Roles',
  'field.groupIds': 'Groups',
  'field.memberIds': 'Members',
  'field.identity': 'Identity at the sign-in provider',
  'field.kind': 'Kind',
  'field.siteIds': 'Sites',
  'field.days': 'Days it holds',
  'field.scopes': 'What it may',
  'field.topics': 'Topics',
  'field.to': 'Level it is lowered to',
  'field.text': 'Text of the configuration',
  'field.seen': 'Callouts looked at',
};
