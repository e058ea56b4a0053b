import { zhManagement } from './zh/management.ts';
import { zhAccount } from './zh/account.ts';
import { zhAccidents } from './zh/accidents.ts';
import { zhFigures } from './zh/figures.ts';
import { zhAlarms } from './zh/alarms.ts';
import { zhAnswerLink } from './zh/answer-link.ts';
import { zhCallout } from './zh/callout.ts';
import { zhChanges } from './zh/changes.ts';
import { zhDrills } from './zh/drills.ts';
import { zhEvacuation } from './zh/evacuation.ts';
import { zhFields } from './zh/fields.ts';
import { zhInput } from './zh/input.ts';
import { zhLines } from './zh/lines.ts';
import { zhMachinery } from './zh/machinery.ts';
import { zhOpenId } from './zh/openid.ts';
import { zhPeople } from './zh/people.ts';
import { zhRoster } from './zh/roster.ts';
import { zhRounds } from './zh/rounds.ts';
import { zhRehearsal } from './zh/rehearsal.ts';
import { zhResponse } from './zh/response.ts';
import { zhRoom } from './zh/room.ts';

/** Every word the page shows, in Chinese. The keys of this dictionary are the keys of every other. */
export const zh = {
  ...zhRoom,
  ...zhAlarms,
  ...zhFigures,
  ...zhAccidents,
  ...zhResponse,
  ...zhCallout,
  ...zhFields,
  ...zhInput,
  ...zhAnswerLink,
  ...zhAccount,
  ...zhManagement,
  ...zhPeople,
  ...zhChanges,
  ...zhOpenId,
  ...zhLines,
  ...zhMachinery,
  ...zhRoster,
  ...zhRounds,
  ...zhEvacuation,
  ...zhDrills,
  ...zhRehearsal,
} as const;

export type WordKey = keyof typeof zh;
