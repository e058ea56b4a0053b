import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { parseSiteFile } from '../../src/app/site-file.ts';

const FOLDER = 'config/templates';
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

/** What a template says of itself; the rest are lists of a site's file. */
const Template = z.strictObject({
  template: z.string(),
  name: z.strictObject({ zh: z.string(), en: z.string() }),
  unverified: z.array(z.string()),
  acquire: z.array(z.looseObject({})).optional(),
  mqtt: z.array(z.looseObject({})).optional(),
  channels: z.array(z.looseObject({})).optional(),
  sensors: z.array(z.looseObject({ state: z.literal('commissioning') })).min(1),
});

const pond = parse(readFileSync('tests/support/small-pond.yaml', 'utf8')) as Record<'mqtt' | 'sensors', unknown> & {
  sensors: object[];
};

describe.each(files)('the template %s', (file) => {
  const {
    template,
    name: _name,
    unverified: _unverified,
    ...lists
  } = Template.parse(parse(readFileSync(`${FOLDER}/${file}`, 'utf8')));

  it('is called as its file, and its sensors call nobody yet', () => {
    expect(`${template}.yaml`).toBe(file);
    expect(readFileSync(`${FOLDER}/README.md`, 'utf8')).toContain(`\`${file}\``);
  });

  it('stands in a site as it is: nothing in it is missing, unknown, or reported by nobody', () => {
    const { acquire, mqtt = [], channels = [], sensors } = lists;
    const site = { ...pond, acquire, mqtt: [pond.mqtt, ...mqtt], channels, sensors: [...pond.sensors, ...sensors] };
    const { config } = parseSiteFile(stringify(site), file);
    const reported = JSON.stringify([config.acquire, mqtt]);
    const derived = sensors.filter((sensor) => 'derive' in sensor).map((sensor) => sensor['code']);
    for (const { code } of [...(config.channels ?? []), ...config.sensors.slice(pond.sensors.length)])
      if (!derived.includes(code)) expect(reported).toContain(`"${code}"`);
  });

  it('says of constants that they are nobody’s', () => {
    const constants = sensorsOf(lists.sensors).flatMap(({ derive }) => derive?.calibrations ?? []);
    for (const { source } of constants) expect(source).toMatch(/^(EXAMPLE|SL 651-2014 )/);
  });
});

interface Derived {
  readonly derive?: { readonly calibrations: readonly { readonly source: string }[] };
}
const sensorsOf = (sensors: readonly object[]) => sensors as readonly Derived[];
