import { enManagement } from './en/management.ts';
import { enAccount } from './en/account.ts';
import { enAccidents } from './en/accidents.ts';
import { enFigures } from './en/figures.ts';
import { enAlarms } from './en/alarms.ts';
import { enAnswerLink } from './en/answer-link.ts';
import { enCallout } from './en/callout.ts';
import { enChanges } from './en/changes.ts';
import { enDrills } from './en/drills.ts';
import { enEvacuation } from './en/evacuation.ts';
import { enFields } from './en/fields.ts';
import { enInput } from './en/input.ts';
import { enLines } from './en/lines.ts';
import { enMachinery } from './en/machinery.ts';
import { enOpenId } from './en/openid.ts';
import { enPeople } from './en/people.ts';
import { enRoster } from './en/roster.ts';
import { enRounds } from './en/rounds.ts';
import { enRehearsal } from './en/rehearsal.ts';
import { enResponse } from './en/response.ts';
import { enRoom } from './en/room.ts';
import type { WordKey } from './zh.ts';

/** Every word the page shows, in English. */
export const en: Record<WordKey, string> = {
  ...enRoom,
  ...enAlarms,
  ...enFigures,
  ...enAccidents,
  ...enResponse,
  ...enCallout,
  ...enFields,
  ...enInput,
  ...enAnswerLink,
  ...enAccount,
  ...enManagement,
  ...enPeople,
  ...enChanges,
  ...enOpenId,
  ...enLines,
  ...enMachinery,
  ...enRoster,
  ...enRounds,
  ...enEvacuation,
  ...enDrills,
  ...enRehearsal,
};
