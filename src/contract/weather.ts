import { z } from 'zod';
import { WARNING_LEVELS } from '../core/level.ts';
import { WEATHER_KINDS } from '../core/weather.ts';
import { At, Line } from './shape.ts';

export const AnnounceWeather = z.strictObject({
  identifier: Line(200)
    .trim()
    .describe("The bureau's number, or one made by the page: the same again is the same warning."),
  kind: z.enum(WEATHER_KINDS).optional().describe('alert if left out.'),
  event: z
    .strictObject({ zh: Line(80).trim().min(1), en: Line(80).trim().min(1).optional() })
    .describe('Of what is warned: 暴雨. English is as Chinese if left out.'),
  level: z.enum(WARNING_LEVELS).describe('The colour.'),
  area: Line(200).trim().optional(),
  sent: At.optional().describe('Now if left out.'),
  expires: At.optional().describe('Until it is cancelled if left out.'),
  references: z.array(Line(200)).max(50).optional().describe('Identifiers that it updates or cancels.'),
});
export type AnnounceWeather = z.infer<typeof AnnounceWeather>;

export const EndWeather = z.strictObject({ reason: Line(300).trim().min(1) });
export type EndWeather = z.infer<typeof EndWeather>;

export const WeatherView = z.object({
  warningId: z.string(),
  siteId: z.string(),
  identifier: z.string(),
  kind: z.enum(WEATHER_KINDS),
  actual: z.boolean().describe('False: an exercise or a test, which calls nobody.'),
  event: z.object({ zh: z.string(), en: z.string() }),
  level: z.enum(WARNING_LEVELS),
  area: z.string(),
  sentAt: At,
  expiresAt: At.nullable(),
  recordedBy: z.string(),
  recordedAt: At,
  endedAt: At.nullable(),
  endedWhy: z.enum(['cancelled', 'replaced', 'expired', 'by-hand', 'not-actual']).nullable(),
  calls: z.boolean().describe('It stands at a colour that people are called for.'),
});
export type WeatherView = z.infer<typeof WeatherView>;
