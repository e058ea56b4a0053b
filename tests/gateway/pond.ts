import type { Kysely } from 'kysely';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import type { SiteConfig } from '../../src/contract/site-config.ts';
import { instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';

/** When these tests play. */
export const NOW = instant(Date.UTC(2026, 6, 1));

/** A pond of two sensors, one rule and three people. */
export const POND: SiteConfig = {
  site: 'pond',
  name: { zh: '示范库', en: 'Demo pond' },
  timeZone: 'Asia/Shanghai',
  facility: { kind: 'tailings-pond', class: 'three', construction: 'upstream', storage: 'wet', peopleBelow: true },
  mqtt: { topic: 'pond/{sensor}', value: 'value', observedAt: 'observedAt', time: 'iso' },
  sensors: ['level', 'p1'].map((code) => ({
    code,
    name: { zh: code, en: code },
    item: 'pond-level' as const,
    unit: 'm' as const,
    intervalSeconds: 60,
    installedOn: '2020-01-01',
    range: { min: 0, max: 500 },
  })),
  rules: [
    {
      id: 'high',
      sensor: 'level',
      worse: 'rising',
      limits: { blue: 338.7, red: 338.89 },
      deadband: 0.02,
      onDelaySeconds: 0,
      offDelaySeconds: 0,
      source: 'design report',
      approved: { by: 'chief engineer', on: '2024-05-01', document: 'design report' },
    },
  ],
  contacts: [
    { id: 'control', name: { zh: '调度室', en: 'Control room' }, duty: 'control-room', phone: '+861000000001' },
    { id: 'duty', name: { zh: '值班', en: 'Duty officer' }, duty: 'duty-officer', phone: '+861000000002' },
    { id: 'principal', name: { zh: '矿长', en: 'Principal' }, duty: 'principal', phone: '+861000000003' },
  ],
  callout: {
    redialSeconds: 30,
    followUpSeconds: 300,
    ladders: {
      red: { answeredBy: ['principal'], rungs: [{ contact: 'principal', medium: 'voice', answerWithinSeconds: 60 }] },
    },
  },
};

export const POLICY: CalloutPolicy = {
  siteId: 'pond',
  siteName: POND.name,
  timeZone: POND.timeZone,
  configVersion: 1,
  contacts: POND.contacts,
  targets: {},
  redialMs: 30_000,
  followUpMs: 300_000,
  ladders: {
    red: {
      answeredBy: ['principal'],
      rungs: [{ contactId: 'principal', medium: 'voice', answerWithinMs: 60_000 }],
    },
  },
};

/** Stores the pond under a name and returns the numbers of its sensors by code. */
export async function storePond(
  db: Kysely<Database>,
  site = 'pond',
): Promise<Readonly<Record<'level' | 'p1', number>>> {
  const config = { ...POND, site };
  await db
    .insertInto('site')
    .values({ id: site, name: JSON.stringify(POND.name) })
    .execute();
  await db
    .insertInto('site_config')
    .values({
      site_id: site,
      version: 1,
      content: JSON.stringify(config),
      applied_at: new Date(NOW),
      applied_by: 'test',
    })
    .execute();
  const rows = await db
    .insertInto('sensor')
    .values(POND.sensors.map(({ code }) => ({ site_id: site, code })))
    .returning(['id', 'code'])
    .execute();
  const id = (code: string) => rows.find((row) => row.code === code)?.id ?? 0;
  return { level: id('level'), p1: id('p1') };
}

interface StoredReading {
  readonly at: number;
  readonly value: number;
  readonly receivedAt?: number;
  readonly quality?: 'good' | 'doubtful';
  readonly flags?: string[];
}

export const storeReadings = (db: Kysely<Database>, sensorId: number, readings: readonly StoredReading[]) =>
  db
    .insertInto('reading')
    .values(
      readings.map(({ at, value, receivedAt = at, quality = 'good', flags }) => ({
        sensor_id: sensorId,
        observed_at: new Date(at),
        received_at: new Date(receivedAt),
        value,
        quality,
        flags: flags ?? null,
      })),
    )
    .execute();
