import { applySite } from '../../src/app/site-config-store.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { watchedSite } from '../support/watched-site.ts';
import type { BenchHouse } from './house.ts';
import { residentMegabytes } from './memory.ts';
import { LIMITS } from './workload.ts';

const SITES = 60;
const SENSORS_A_SITE = 1_000;

export interface StartTime {
  readonly sensors: number;
  /** From starting the judge until it says that it takes samples. */
  readonly seconds: number;
  readonly megabytes: number;
}

/** How long a judge takes to begin with sixty thousand sensors, each with a rule and a day of readings behind it. */
export async function startWithManySensors(house: BenchHouse): Promise<StartTime> {
  for (let site = 0; site < SITES; site += 1) {
    const codes = Array.from({ length: SENSORS_A_SITE }, (_, i) => `s${String(i)}`);
    const text = watchedSite({
      site: `many-${String(site)}`,
      sensors: codes.map((code) => ({ code })),
      rules: codes.map((sensor) => ({ sensor, limits: LIMITS })),
    });
    await applySite(house.database.db, { text, name: 'bench', who: 'bench', now: hostClock().now() });
  }
  await house.database.pool.query(
    `insert into reading (sensor_id, observed_at, received_at, value, quality)
     select id, now() - hour * interval '1 hour', now() - hour * interval '1 hour', 338.5, 'good'
     from sensor cross join generate_series(1, 24) as hour where site_id like 'many-%' on conflict do nothing`,
  );
  const begin = performance.now();
  const judge = await house.programs.run('judge-many', ['src/main.ts', 'judge'], {
    DATABASE_URL: house.databaseUrl,
    MQTT_URL: house.broker.urlOf('tailwatch'),
  });
  const seconds = (performance.now() - begin) / 1000;
  const { now } = await residentMegabytes(judge);
  await judge.kill();
  return { sensors: SITES * SENSORS_A_SITE, seconds, megabytes: now };
}
