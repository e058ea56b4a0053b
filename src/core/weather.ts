import type { WarningLevel } from './level.ts';
import type { Instant } from './time.ts';

/** What a message of the weather bureau does to those before it. */
export const WEATHER_KINDS = ['alert', 'update', 'cancel'] as const;
export type WeatherKind = (typeof WEATHER_KINDS)[number];

/** A message of the weather bureau. */
export interface WeatherMessage {
  /** The sender's own: the same again is the same message. */
  readonly identifier: string;
  readonly kind: WeatherKind;
  /** False: an exercise or a test. It is kept, and calls nobody. */
  readonly isActual: boolean;
  readonly event: { readonly zh: string; readonly en: string };
  readonly level: WarningLevel;
  readonly area: string;
  readonly sentAt: Instant;
  /** `null`: until it is cancelled. */
  readonly expiresAt: Instant | null;
  /** Identifiers of the messages that it updates or cancels. */
  readonly references: readonly string[];
}

const COLOURS = {
  blue: { zh: '蓝色', en: 'blue' },
  yellow: { zh: '黄色', en: 'yellow' },
  orange: { zh: '橙色', en: 'orange' },
  red: { zh: '红色', en: 'red' },
} as const;

/** What is spoken of a warning, with what has to be decided because of it. */
export function weatherWords({ event, level, area }: Pick<WeatherMessage, 'event' | 'level' | 'area'>) {
  const where = area.length > 40 ? `${area.slice(0, 40).toWellFormed()}…` : area;
  return {
    zh: `气象台发布${event.zh}${COLOURS[level].zh}预警${where === '' ? '' : `，${where}`}，请立即决定是否停产、撤人`,
    en: `weather bureau: ${COLOURS[level].en} warning of ${event.en}${where === '' ? '' : `, ${where}`}; decide at once whether to stop work and evacuate`,
  };
}

/** The key under which a warning, and what updates it, is reported. */
export const weatherKey = (rootId: string): string => `weather:${rootId}`;
