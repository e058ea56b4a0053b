import { z } from 'zod';
import { At } from './shape.ts';

/** What signs in to the broker. */
export const DeviceView = z.object({
  deviceId: z.string(),
  siteId: z.string(),
  name: z.string(),
  username: z.string().describe('Its user at the broker: SITE.NAME.'),
  topics: z.array(z.string()).describe('Where it may publish: filters of MQTT.'),
  followsSite: z.boolean().describe("They are those of the site's mappings, also of later ones."),
  createdBy: z.string(),
  createdAt: At,
  revokedAt: At.nullable(),
  revokedBy: z.string().nullable(),
  lastSeenAt: At.nullable().describe(
    'When it last published, to the minute; null: not yet, or through an outside broker.',
  ),
});
export type DeviceView = z.infer<typeof DeviceView>;

export const AddDevice = z.strictObject({
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/,
      'must be 1 to 40 of A-Z, a-z, 0-9, "-" and "_", beginning with none of the signs',
    ),
  topics: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(50)
    .optional()
    .describe("Left out: those of the site's mappings."),
});
export type AddDevice = z.infer<typeof AddDevice>;

export const AddedDevice = DeviceView.extend({ password: z.string().describe('Told only now.') });
export type AddedDevice = z.infer<typeof AddedDevice>;
