import { z } from 'zod';

const Latitude = z.number().min(-90).max(90);
const Longitude = z.number().min(-180).max(180);

/** Where people would have to be warned: the area of CAP messages. */
export const WarningArea = z
  .strictObject({
    description: z
      .strictObject({
        zh: z.string().trim().min(1).max(300).describe('In Chinese.'),
        en: z.string().trim().min(1).max(300).describe('In English.'),
      })
      .describe('What the area is called.'),
    polygon: z
      .array(
        z.strictObject({
          latitude: Latitude.describe('Degrees, WGS 84.'),
          longitude: Longitude.describe('Degrees, WGS 84.'),
        }),
      )
      .min(3)
      .max(100)
      .describe('Its corners; the last is joined to the first.')
      .optional(),
    circle: z
      .strictObject({
        latitude: Latitude.describe('Of its middle, degrees, WGS 84.'),
        longitude: Longitude.describe('Of its middle, degrees, WGS 84.'),
        kilometres: z.number().positive().max(500).describe('Its radius.'),
      })
      .describe('A circle, beside the polygon or in its place.')
      .optional(),
  })
  .describe("Where people would have to be warned, for CAP messages; the site's name stands for it if left out.");
