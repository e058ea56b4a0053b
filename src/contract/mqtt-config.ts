import { z } from 'zod';
import { haveTopicInCommon } from '../core/topic-filter.ts';
import { DialectMapping } from './dialect-config.ts';

const Line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of plain text');

/** Levels of a topic that stand for any level of one. */
export const SENSOR = '{sensor}';
export const DEVICE = '{device}';
const count = (topic: string, placeholder: string): number =>
  topic.split('/').filter((level) => level === placeholder).length;

const JsonMapping = z
  .strictObject({
    dialect: z.literal('json').describe('JSON of our own or of whoever writes it so; `json` if left out.').optional(),
    topic: Line(200)
      .refine((topic) => !/[#+]/.test(topic), 'must have no MQTT wildcard')
      .refine(
        (topic) => topic.split('/').every((level) => isAny(level) || !/[{}]/.test(level)),
        'may have {sensor} and {device} as whole levels, and no other braces',
      )
      .describe(
        "Topic of one sensor's messages, {sensor} in place of its code; or of one device's records, {device} in place of its name if there are several.",
      ),
    value: Line(200)
      .describe(
        'Where the number is in the JSON payload: keys joined by dots; `value` if left out. Not beside `values`.',
      )
      .optional(),
    values: Line(200)
      .describe('Of a record: where the numbers of several sensors are in the payload, each under its code.')
      .optional(),
    observedAt: Line(200).default('observedAt').describe('Where the time of measurement is in the JSON payload.'),
    time: z
      .enum(['iso', 'epoch-ms', 'epoch-s'])
      .default('iso')
      .describe('How that time is written; iso needs a zone (Z or +08:00).'),
  })
  .superRefine(({ topic, value, values }, ctx) => {
    const say = (key: string, message: string): void => ctx.addIssue({ code: 'custom', path: [key], message });
    const [sensors, devices] = [count(topic, SENSOR), count(topic, DEVICE)];
    if (values === undefined) {
      if (sensors !== 1) say('topic', 'must have {sensor} as one whole level, or `values` beside it');
      if (devices > 0) say('topic', 'has {device} only where `values` give several sensors');
      return;
    }
    if (value !== undefined) say('value', 'stands instead of `values`, not beside it');
    if (sensors > 0) say('topic', 'has no {sensor} where `values` name the sensors');
    if (devices > 1) say('topic', 'must have {device} once at most');
  })
  .transform(({ value = 'value', values, topic, observedAt, time }) => {
    const common = { topic, observedAt, time };
    return values === undefined ? { ...common, value } : { ...common, values };
  });

const Mapping = z.discriminatedUnion('dialect', [JsonMapping, DialectMapping]);

/** How messages are laid out: those of one sensor, a device's records of several, or what a dialect of MQTT tells. */
export const MqttConfig = z
  .union([Mapping, z.array(Mapping).min(1)])
  .describe('Where its instruments publish, and how a payload is read.');
type MqttConfig = z.infer<typeof MqttConfig>;
export type JsonMapping = z.infer<typeof JsonMapping>;
export type MqttMapping = z.infer<typeof Mapping>;
/** How a time is written. */
export type WrittenTime = JsonMapping['time'];

/** A site's mappings, however many it has. */
export const mappingsOf = ({ mqtt }: { readonly mqtt: MqttConfig }): readonly MqttMapping[] =>
  Array.isArray(mqtt) ? mqtt : [mqtt];

/** What to subscribe to, or to allow, for a template. */
export const filterOf = (topic: string): string => topic.replace(SENSOR, '+').replace(DEVICE, '+');

/** Where the instruments of a site publish, as filters of MQTT, each once. */
export const filtersOf = (config: { readonly mqtt: MqttConfig }): string[] => [
  ...new Set(mappingsOf(config).map(({ topic }) => filterOf(topic))),
];

/** Whether some topic fits both templates: each level is the same, or in one of them stands for any. */
export const haveCommonTopic = (one: string, other: string): boolean =>
  haveTopicInCommon(filterOf(one), filterOf(other));

const isAny = (level: string): boolean => level === SENSOR || level === DEVICE;
