import { z } from 'zod';
import { DialectMapping } from '../dialect-config.ts';
import { LineName, lineHead } from './line-head.ts';
import type { LineSensor } from './line-head.ts';

/** A line to a broker of somebody else's. */
export const MqttLine = z
  .strictObject({
    ...lineHead,
    protocol: z.literal('mqtt').describe('A broker of somebody else’s, to which the instruments publish.'),
    url: z
      .string()
      .max(300)
      .regex(
        /^mqtts?:\/\/[A-Za-z0-9.:[\]_-]+$/,
        'must be mqtt:// or mqtts:// with a host and a port, no user and no path',
      )
      .describe('Where it is: `mqtts://broker.example:8883`.'),
    user: z.string().min(1).max(200).optional().describe('Who we are there.'),
    password: LineName.optional().describe('Name of the secret with the password.'),
    ca: LineName.optional().describe('Name of the secret with the certificate by which the broker is known, PEM.'),
    certificate: LineName.optional().describe('Name of the secret with our certificate, PEM; with `key`.'),
    key: LineName.optional().describe('Name of the secret with the key of our certificate, PEM.'),
    version: z
      .enum(['any', '5', '3.1.1'])
      .default('any')
      .describe('Of MQTT; any: 5, and 3.1.1 where the broker knows no 5.'),
    clientId: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('`tailwatch-<site>-<line>` if left out. The broker keeps the session by it.'),
    share: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,40}$/, 'must be 1 to 40 letters, digits and "-"')
      .optional()
      .describe('Group of a shared subscription: each message goes to one of those that have the same.'),
    commands: z
      .strictObject({
        topic: z
          .string()
          .min(1)
          .max(200)
          .regex(/^[^#+$\p{Cc}\p{Cs}]*$/u, 'must be a topic with {device} for the device')
          .refine((topic) => topic.split('/').includes('{device}'), 'must have {device} as one whole level')
          .describe('geo-hazard: where a device hears commands, {device} in place of its number.'),
        apiKey: LineName.optional().describe('Name of the secret with the apikey that a command carries.'),
      })
      .optional()
      .describe('How devices are asked to measure now; Sparkplug B needs nothing for it.'),
    mappings: z.array(DialectMapping).min(1).max(20).describe('What is published there, as under `mqtt` of the site.'),
  })
  .superRefine(({ certificate, key, url, ca, mappings }, ctx) => {
    const say = (path: (string | number)[], message: string): void => ctx.addIssue({ code: 'custom', path, message });
    if ((certificate === undefined) !== (key === undefined)) say(['key'], 'a certificate and its key stand together');
    if (!url.startsWith('mqtts:') && (ca ?? certificate) !== undefined)
      say(['url'], 'must be mqtts:// where there are certificates');
    const codes = new Set<string>();
    mappings.forEach(({ sensors }, i) => {
      sensors.forEach(({ code }, j) => {
        if (codes.has(code)) say(['mappings', i, 'sensors', j, 'code'], `"${code}" is told by another mapping already`);
      });
      for (const { code } of sensors) codes.add(code);
    });
  });
export type MqttLine = z.infer<typeof MqttLine>;

/** What it reports, each with its place in the line. */
export const sensorsOfMqttLine = ({ mappings }: MqttLine): readonly LineSensor[] =>
  mappings.flatMap(({ sensors }, i) =>
    sensors.map(({ device, code }, j) => ({ code, device, path: ['mappings', i, 'sensors', j, 'code'] })),
  );
