import type { WarningLevel } from '../../src/core/level.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Words } from '../policy.ts';
import type { CAP_CERTAINTIES, CAP_MESSAGES, CAP_SEVERITIES, CAP_STATUSES, CAP_URGENCIES } from './cap-names.ts';

/** One CAP message, as far as this service writes one. */
export interface CapAlert {
  /** Without blanks, commas, `<` and `&`; so is `sender`. */
  readonly identifier: string;
  readonly sender: string;
  readonly sent: Instant;
  readonly timeZone: string;
  readonly status: (typeof CAP_STATUSES)[number];
  readonly msgType: (typeof CAP_MESSAGES)[number];
  /** Who may read it; the scope is always Restricted. */
  readonly restriction: string;
  /** Earlier messages of the same callout, oldest first. */
  readonly references: readonly Pick<CapAlert, 'sender' | 'identifier' | 'sent'>[];
  readonly infos: readonly CapInfo[];
}

export interface CapInfo {
  readonly language: 'zh-CN' | 'en-US';
  readonly event: string;
  readonly responseType: 'Prepare' | 'Monitor' | 'AllClear';
  readonly grade: CapGrade;
  readonly senderName: string;
  readonly headline: string;
  readonly description: string;
  /** 蓝 to 红, which CAP has no word for. */
  readonly level: string;
  readonly area: CapArea;
}

export interface CapGrade {
  readonly urgency: (typeof CAP_URGENCIES)[number];
  readonly severity: (typeof CAP_SEVERITIES)[number];
  readonly certainty: (typeof CAP_CERTAINTIES)[number];
}

export interface CapArea {
  readonly areaDesc: string;
  readonly polygon: readonly CapPlace[] | null;
  readonly circle: (CapPlace & { readonly kilometres: number }) | null;
}

/** WGS 84, degrees. */
interface CapPlace {
  readonly latitude: number;
  readonly longitude: number;
}

/** Where people would have to be warned. */
export interface WarningArea {
  readonly description: Words;
  readonly polygon: CapArea['polygon'];
  readonly circle: CapArea['circle'];
}

/**
 * What a level is in the words of CAP: our reading, in docs/alarms.md for whoever receives it. A level is a limit that was
 * passed, not a failure that was seen: none is Observed.
 */
export const GRADES: Readonly<Record<WarningLevel, CapGrade>> = {
  blue: { urgency: 'Future', severity: 'Minor', certainty: 'Possible' },
  yellow: { urgency: 'Future', severity: 'Moderate', certainty: 'Possible' },
  orange: { urgency: 'Expected', severity: 'Severe', certainty: 'Likely' },
  red: { urgency: 'Immediate', severity: 'Extreme', certainty: 'Likely' },
};

/** Of a callout that somebody closed. */
export const OVER: CapGrade = { urgency: 'Past', severity: 'Minor', certainty: 'Observed' };
