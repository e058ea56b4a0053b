import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { residentMegabytes } from '../bench/memory.ts';
import { LIMITS, readingAt, sensorCodes } from '../bench/workload.ts';
import { eventually } from '../support/eventually.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { openHouse } from '../support/running-house.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply, countReadings } from '../support/watched-pond.ts';

interface Soak {
  readonly perSecond: number;
  readonly lengthMs: DurationMs;
}

const SENSORS = 100;
/** Readings in a message. */
const EACH = 20;

/** Readings at a steady rate for a long time: each is stored once, and the judge's memory does not grow with them. */
export async function soak({ perSecond, lengthMs }: Soak): Promise<void> {
  const database = await testDatabase();
  const count = (perSecond * lengthMs) / SECOND;
  const firstMs = Date.UTC(2025, 0, 1);
  test(
    `A3 ${String(perSecond)} readings a second for ${String(lengthMs / SECOND)} s: all stored once, in bounded memory`,
    async () => {
      await using broker = await startMosquitto();
      await using house = await openHouse();
      const codes = sensorCodes(SENSORS);
      const rules = codes.map((sensor) => ({ sensor, limits: LIMITS }));
      await apply(database, { sensors: codes.map((code) => ({ code, intervalSeconds: 1 })), rules, records: true });
      const judge = await house.run('judge', ['src/main.ts', 'judge'], {
        DATABASE_URL: database.url,
        MQTT_URL: broker.urlOf('tailwatch'),
      });
      const words = [broker.port, 'instruments', 'instruments', 'pond', SENSORS, count, firstMs, EACH, perSecond];
      const generator = spawn(process.execPath, ['tests/bench/generator.ts', ...words.map(String)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      const published = once(generator, 'exit');
      const stored = (share: number) =>
        eventually(async () => (await countReadings(database)) >= count * share, {
          what: `${String(share)} of ${String(count)} readings`,
          withinMs: lengthMs + 2 * MINUTE,
        });

      await stored(0.3);
      const { now: early } = await residentMegabytes(judge);
      await stored(1);
      await published;
      const { now: late } = await residentMegabytes(judge);

      expect(await countReadings(database)).toBe(count);
      const last = readingAt(count - 1, { sensors: SENSORS, each: EACH, firstMs });
      const newest = database.db.selectFrom('reading').select((eb) => eb.fn.max('observed_at').as('at'));
      expect((await newest.executeTakeFirstOrThrow()).at.getTime()).toBe(last.at);
      expect(await database.db.selectFrom('quarantine').select('reason').execute()).toEqual([]);
      // Two thirds of all readings came between the two; what a collector leaves lying is allowed for.
      if (process.platform === 'linux') expect(late, `after ${String(early)} MB`).toBeLessThan(early * 1.5 + 100);
    },
    lengthMs + 5 * MINUTE,
  );
}
