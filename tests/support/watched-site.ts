import { stringify } from 'yaml';

interface WatchedSensor {
  readonly code: string;
  readonly intervalSeconds?: number;
  readonly installedOn?: string;
  readonly range?: { readonly min: number; readonly max: number };
  readonly item?: string;
  readonly unit?: string;
  readonly state?: string;
  readonly point?: string;
  readonly section?: string;
  readonly derive?: object;
  readonly plausibility?: object;
}

interface WatchedRule {
  readonly id?: string;
  readonly sensor: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly worse?: 'rising' | 'falling';
  readonly deadband?: number;
  readonly onDelaySeconds?: number;
  readonly offDelaySeconds?: number;
  readonly suppress?: readonly { readonly point: string; readonly state: string }[];
  /** Approved unless it says otherwise. */
  readonly approved?: undefined;
}

/** Nobody is called for limits that nobody approved, and an approval is of these limits. */
const approvalOf = ({ limits, worse, deadband, onDelaySeconds, offDelaySeconds }: WatchedRule) => ({
  by: 'test',
  on: '2024-05-01',
  document: JSON.stringify([limits, worse, deadband, onDelaySeconds, offDelaySeconds]),
});

interface WatchedSite {
  readonly site?: string;
  /** Ids of the sections. */
  readonly sections?: readonly string[];
  readonly sensors: readonly WatchedSensor[];
  readonly rules: readonly WatchedRule[];
  /** Records of many sensors, besides: `<site>/records/<device>/data`, values under `v`. */
  readonly records?: boolean;
}

/** The YAML of a site of which only the instruments and their limits matter. Times are epoch ms; topic `<site>/<sensor>/data`. */
export function watchedSite({ site = 'pond', sections, sensors, rules, records = false }: WatchedSite): string {
  const times = { observedAt: 't', time: 'epoch-ms' };
  const single = { topic: `${site}/{sensor}/data`, value: 'v', ...times };
  const record = { topic: `${site}/records/{device}/data`, values: 'v', ...times };
  const name = { zh: site, en: site };
  const content = {
    site,
    name,
    timeZone: 'Asia/Shanghai',
    facility: { kind: 'tailings-pond', class: 'three', construction: 'upstream', storage: 'wet', peopleBelow: true },
    mqtt: records ? [single, record] : single,
    sections: sections?.map((id) => ({ id, name: { zh: id, en: id } })),
    sensors: sensors.map((sensor) => ({
      name: { zh: sensor.code, en: sensor.code },
      item: 'pond-level',
      unit: 'm',
      intervalSeconds: 300,
      installedOn: '2020-01-01',
      range: { min: 0, max: 1000 },
      ...sensor,
    })),
    rules: rules.map((rule) => ({
      id: rule.sensor,
      worse: 'rising',
      deadband: 0.01,
      source: 'test',
      approved: approvalOf(rule),
      ...rule,
    })),
    contacts: [{ id: 'principal', name, duty: 'principal', phone: '+861000000001' }],
    callout: {
      ladders: {
        red: { answeredBy: ['principal'], rungs: [{ contact: 'principal', medium: 'voice', answerWithinSeconds: 60 }] },
      },
    },
  };
  // As a person would write it: said again, not referred to.
  return stringify(content, { aliasDuplicateObjects: false });
}
