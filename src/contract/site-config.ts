import { z } from 'zod';
import { CHANNEL_UNITS, ITEMS, SENSOR_STATES, UNITS } from '../core/sensor.ts';
import { AccidentReports } from './accident-config.ts';
import { AcquireConfig } from './acquire/acquire-config.ts';
import { AlarmConfig, SuppressConfig } from './alarm-config.ts';
import { DrillConfig } from './drill-config.ts';
import { DeriveConfig } from './derive-config.ts';
import { DUTIES, LadderConfig, Seconds } from './ladder-config.ts';
import { MqttConfig } from './mqtt-config.ts';
import { WarningArea } from './warning-area.ts';
import { Clock, OpensConfig } from './opens-config.ts';
import { referenceFaults } from './site-references.ts';

const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9 and "-", not starting with "-"');
/** Control characters and half characters are refused: the database could not store them. */
const Text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of plain text');
const Words = z.strictObject({
  zh: Text(80).describe('In Chinese; screens and calls use it first.'),
  en: Text(80).describe('In English.'),
});

const Range = z
  .strictObject({
    min: z.number().describe('Lowest value it can give, in `unit`.'),
    max: z.number().describe('Highest value it can give, in `unit`.'),
  })
  .refine(({ min, max }) => min < max, { path: ['max'], error: 'must be above min' })
  .describe('What the instrument can physically read, in `unit`; outside it a reading is doubtful.');

const Plausibility = z
  .strictObject({
    perHourMax: z.number().positive().describe('The largest believable change an hour.').optional(),
    spike: z
      .strictObject({
        readings: z
          .int()
          .min(5)
          .max(31)
          .default(7)
          .describe('Readings whose median it is compared with, itself included.'),
        deviations: z.number().positive().default(4).describe('How many robust standard deviations are too many.'),
        floor: z.number().positive().describe('A smaller distance from the median is never a spike.'),
      })
      .describe('Hampel filter.')
      .optional(),
    stepAfterGap: z.number().positive().describe('The largest believable change over a gap.').optional(),
    stuck: z
      .strictObject({
        readings: z.int().min(3).max(100).describe('So many readings in a row without a change are too many.'),
        resolution: z
          .number()
          .nonnegative()
          .default(0)
          .describe('A change up to it is none: at least the step in which values are shown.'),
        idleAt: z.number().describe('At or below this the value may rest: no rain, a dry tip.').optional(),
      })
      .describe('For what trembles while it lives.')
      .optional(),
  })
  .describe(
    'What a value must be to be believed, in `unit`; else the reading is doubtful. What is absent is not looked at.',
  );

const ChannelConfig = z.strictObject({
  code: Id.describe('Unique among channels and sensors of the site; also in the topic.'),
  name: Words.describe('What screens say.'),
  quantity: z
    .enum(['frequency', 'resistance', 'temperature', 'pressure', 'tips', 'level', 'position', 'voltage', 'other'])
    .describe('What the instrument gives.'),
  unit: z.enum(CHANNEL_UNITS).describe('Unit of its readings. Fixed once there are readings.'),
  intervalSeconds: Seconds.describe('How often it reports; what waits for it counts on that.'),
  installedOn: z.iso.date().describe('Readings from before this day (UTC) carry a clock fault.'),
  range: Range,
  plausibility: Plausibility.optional(),
});

const SensorConfig = z.strictObject({
  code: Id.describe('Unique in the site; also in the topic.'),
  name: Words.describe('What screens and calls say.'),
  item: z.enum(ITEMS).describe('监测项目: the kind of quantity.'),
  unit: z.enum(UNITS).describe('Unit of its readings and limits. Fixed once there are readings.'),
  intervalSeconds: Seconds.describe('How often it reports; three missed make it blind.'),
  installedOn: z.iso.date().describe('Readings from before this day (UTC) carry a clock fault.'),
  range: Range,
  state: z
    .enum(SENSOR_STATES)
    .optional()
    .describe('in-service if left out; commissioning: shows colour, calls nobody; retired: kept, not judged.'),
  point: Id.optional().describe('Point it belongs to: what is put in maintenance as one. Its code if left out.'),
  section: z.string().optional().describe('Id of the section (断面) it watches; a section keeps an eye of its own.'),
  plausibility: Plausibility.optional(),
  derive: DeriveConfig.optional().describe(
    'Its readings are made of others by a formula; nobody may report it. Without it the instrument reports it.',
  ),
});

const Limits = z
  .strictObject({
    blue: z.number().describe('蓝, the mildest.'),
    yellow: z.number().describe('黄.'),
    orange: z.number().describe('橙.'),
    red: z.number().describe('红, the gravest.'),
  })
  .partial()
  .refine((limits) => Object.keys(limits).length > 0, 'at least one level needs a limit');

const RuleConfig = z.strictObject({
  id: Id.describe('Unique in the site, never reused.'),
  sensor: z.string().describe('Code of the sensor it watches.'),
  worse: z
    .enum(['rising', 'falling'])
    .describe('rising: higher is worse (levels); falling: lower is worse (beach, freeboard).'),
  limits: Limits.describe("Value at which each level is entered, in the sensor's unit; a level may be absent."),
  deadband: z
    .number()
    .nonnegative()
    .describe('How far back past a limit a reading must go to leave its level, same unit.'),
  onDelaySeconds: z
    .number()
    .nonnegative()
    .default(0)
    .describe('How long it must stay past a limit to enter its level; below one interval, one reading is enough.'),
  offDelaySeconds: z
    .number()
    .nonnegative()
    .default(0)
    .describe('How long it must stay back before each single step down; below one interval, one reading is enough.'),
  source: Text(300).describe('Where the limits come from; shown beside them.'),
  approved: z
    .strictObject({
      by: Text(80).describe('Who approved them.'),
      on: z.iso.date().describe('When.'),
      document: Text(200).describe('Under which number or title.'),
    })
    .optional()
    .describe('Without it the limits show colour and tell the engineer: no phone rings.'),
  suppress: SuppressConfig.optional(),
});

const Phone = z.string().regex(/^\+\d{7,15}$/, {
  error: ({ input }) =>
    String(input).includes('*')
      ? 'is masked: who may see telephone numbers has to write it in full'
      : 'must be +, country code and number, digits only',
});

const Contact = z.strictObject({
  id: Id.describe('Unique in the site.'),
  name: Words.describe('Who it is.'),
  duty: z.enum(DUTIES).describe('What the person answers for; decides which levels their answer settles.'),
  phone: Phone.describe('In quotes, +86… is a number to YAML. Never logged; shown masked.'),
  otherPhones: z
    .array(Phone)
    .max(4)
    .optional()
    .describe('Further numbers of the same person, tried one after the other when the one before reaches nobody.'),
  mail: z
    .string()
    .max(200)
    .regex(/^[^\s@,;<>"]+@[^\s@,;<>"]+$/, 'must be a mail address')
    .optional()
    .describe('Where mail reaches him; without it a rung by mail reaches nobody.'),
  siren: Id.optional().describe('The siren that sounds for him, by its name in the file of carriers.'),
});

const Callout = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        id: Id.describe('Unique among the groups of the site.'),
        name: Words.describe('What screens say.'),
        members: z.array(z.string()).min(1).describe('Ids of contacts.'),
      }),
    )
    .optional()
    .describe('People whom a rung names as one.'),
  redialSeconds: Seconds.max(60)
    .default(30)
    .describe('After three wrong digits the same phone rings again within this time; 60 at most.'),
  followUpSeconds: Seconds.default(300).describe(
    'How long the present responder has for news at a level already answered.',
  ),
  quietHours: z
    .strictObject({
      from: Clock.describe('Their first minute, by a clock of the site, such as `22:00`.'),
      to: Clock.describe('Their end; over midnight where it is earlier than `from`.'),
    })
    .refine(({ from, to }) => from !== to, { path: ['to'], error: 'is the same as `from`' })
    .optional()
    .describe(
      'Nobody is called for a measured blue or yellow before their end; it shows on the screen at once. Orange, red, findings, weather, lost eyes and faults of the system never wait.',
    ),
  evacuateStartsBroadcast: z
    .boolean()
    .optional()
    .describe(
      '撤离令即广播: whether an order to evacuate calls and texts all prepared groups by itself, however it is given and whatever it names. Left out, no: a person presses. Never in a drill.',
    ),
  ladders: z
    .strictObject({
      blue: LadderConfig.describe('Who is called at blue; without it, nobody: it shows on the screen.'),
      yellow: LadderConfig.describe(
        'Who is called at yellow, or `default`; without it, whom a milder level calls, or nobody.',
      ),
      orange: LadderConfig.describe(
        'Who is called at orange, or `default`; without it, whom a milder level calls, or nobody.',
      ),
      red: LadderConfig.describe(
        "Who is called at red, or `default`. Must be there; settled by the mine's principal or the deputy on record.",
      ),
    })
    .partial()
    .describe('Who is called at which level; left out, as if each but blue said `default`.'),
});

/** One site as it is written under `config/sites/`. Parsed once, when it is applied; afterwards the database is the truth. */
export const SiteConfig = z
  .strictObject({
    site: Id.describe('Names the site for ever; unique.'),
    name: Words.describe('What screens and calls say.'),
    timeZone: z
      .string()
      .refine(isTimeZone, 'must be an IANA time zone such as Asia/Shanghai')
      .describe('IANA time zone in which times are shown and spoken.'),
    service: z
      .enum(['trial', 'in-service'])
      .optional()
      .describe(
        '投运: what the mine says of the site, on its pages. `in-service` is refused until a real call was answered at the site by its key, within 90 days. Calls go out all the same, whatever stands here.',
      ),
    facility: z
      .strictObject({
        kind: z.literal('tailings-pond').describe('What it is.'),
        class: z.enum(['one', 'two', 'three', 'four', 'five']).describe('尾矿库等别.'),
        construction: z.enum(['upstream', 'centreline', 'downstream', 'one-off']).describe('筑坝方式.'),
        storage: z.enum(['wet', 'dry']).describe('湿式 or 干式.'),
        peopleBelow: z.boolean().describe('头顶库: people live within 1 km below the dam.'),
      })
      .describe('Facts of the facility. Its class is no warning level.'),
    mqtt: MqttConfig,
    acquire: AcquireConfig.optional(),
    channels: z
      .array(ChannelConfig)
      .optional()
      .describe(
        'What instruments give and nobody judges: frequencies, resistances, tips. Sensors are derived from it.',
      ),
    sections: z
      .array(z.strictObject({ id: Id.describe('Unique in the site.'), name: Words.describe('What screens say.') }))
      .optional()
      .describe('断面: monitoring sections.'),
    sensors: z.array(SensorConfig).min(1).describe('What is measured, in the order of the page.'),
    rules: z.array(RuleConfig).describe('Which value is which level.'),
    contacts: z.array(Contact).min(1).describe('The people.'),
    callout: Callout.describe('叫应: whom to call and how long to wait.'),
    alarms: AlarmConfig.optional(),
    warningArea: WarningArea.optional(),
    opens: OpensConfig.optional(),
    drills: DrillConfig.optional(),
    accidentReports: AccidentReports.optional(),
  })
  .superRefine(
    (site, ctx) => {
      for (const fault of referenceFaults(site)) ctx.addIssue({ code: 'custom', ...fault });
    },
    { when: () => true },
  );
export type SiteConfig = z.infer<typeof SiteConfig>;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
