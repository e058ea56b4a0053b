import { beforeEach, describe, expect, test } from 'vitest';
import { applySite } from '../../src/app/site-config-store.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { connectInstrument } from '../support/instrument.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { openHouse } from '../support/running-house.ts';
import type { RunningProgram } from '../support/running-house.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { countReadings } from '../support/watched-pond.ts';

/** One measurement as an instrument sends it. */
export interface Message {
  readonly topic: string;
  readonly observedAt: number;
  readonly value: number;
}

/** A recorded trace, and what must come of it. */
export interface Trace {
  readonly name: string;
  /** Where the recording is missing a test is skipped. */
  readonly isThere: boolean;
  /** The YAML of the site it is played to. */
  readonly site: string;
  /** In their ordinary order. */
  readonly messages: () => readonly Message[];
  /** In other orders. */
  readonly orders?: Readonly<Record<string, () => readonly Message[]>>;
  /** A topic that the site listens to and that is nobody's: what comes on it is refused. */
  readonly endTopic: string;
  /** After a lost line the instrument sends what was not acknowledged one by one: that takes its time. */
  readonly alsoToOurBroker?: boolean;
  /** Readings that must be stored in the end, derived ones included. */
  readonly readings: number;
  /** Throws unless everything stored is what it must be, computed by other means. */
  readonly expectAll: () => Promise<void>;
}

interface Stage {
  readonly judge: RunningProgram;
  /** Resolves when the broker has acknowledged all of them. */
  readonly publish: (messages: readonly Message[]) => Promise<unknown>;
  readonly stored: (atLeast: number) => Promise<unknown>;
  readonly count: () => Promise<number>;
}

type Arrival = (stage: Stage, messages: readonly Message[], all: number) => Promise<void>;

const doubled = (messages: readonly Message[]): Message[] => messages.flatMap((each) => [each, each]);

/** In so many parts, as equal as may be. */
const parts = (messages: readonly Message[], count: number): (readonly Message[])[] =>
  Array.from({ length: count }, (_, i) =>
    messages.slice(Math.floor((i * messages.length) / count), Math.floor(((i + 1) * messages.length) / count)),
  );

/** Killed twice while messages come; what was not acknowledged comes again. */
const withKills: Arrival = async ({ judge, publish, stored, count }, messages, all) => {
  const [first = [], second = [], third = []] = parts(messages, 3);
  const begun = publish(first);
  await stored(all * 0.05);
  await judge.kill();
  const atFirstKill = await count();
  const goingOn = publish(second);
  await judge.start();
  await stored(atFirstKill + 1);
  await judge.kill();
  expect(await count()).toBeLessThan(all);
  await Promise.all([begun, goingOn, publish(third)]);
  await judge.start();
};

const twiceWithKills: Arrival = (stage, messages, all) => withKills(stage, doubled(messages), all);

/** However a trace comes, it is the same trace. */
const ARRIVALS: Readonly<Record<string, Arrival>> = {
  'as fast as it is acknowledged': async ({ publish }, messages) => {
    await publish(messages);
  },
  'in one burst, to a judge that was away': async ({ judge, publish }, messages) => {
    await judge.stop();
    await publish(messages);
    await judge.start();
  },
  'in four pieces, with a restart between them': async ({ judge, publish }, messages) => {
    for (const piece of parts(messages, 4)) {
      await publish(piece);
      await judge.stop();
      await judge.start();
    }
  },
  'all of it twice': async ({ publish, stored }, messages, all) => {
    await publish(messages);
    await stored(all);
    await publish(messages);
  },
  'each message twice, with two kills of the judge': twiceWithKills,
};

/** To the broker that is part of the judge: it goes down with it. */
const toOurBroker: Arrival = async ({ judge, publish, stored }, messages, all) => {
  const publishing = publish(messages);
  await stored(all * 0.1);
  await judge.kill();
  await judge.start();
  await publishing;
};

interface Line extends AsyncDisposable {
  readonly judgeEnv: Readonly<Record<string, string>>;
  readonly instrumentUrl: string;
}

async function mosquittoLine(): Promise<Line> {
  const broker = await startMosquitto();
  return {
    judgeEnv: { MQTT_URL: broker.urlOf('tailwatch') },
    instrumentUrl: broker.urlOf('instruments'),
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}

async function embeddedLine(): Promise<Line> {
  const door = `127.0.0.1:${String(await freePort())}`;
  return {
    judgeEnv: { MQTT_LISTEN: door, MQTT_PASSWORD: 'our-own-password', MQTT_DEVICE_PASSWORD: 'device-password' },
    instrumentUrl: `mqtt://instruments:device-password@${door}`,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The tests of one trace: every arrival in its ordinary order, and the hardest arrival in every other. */
export function describeTrace(database: TestDatabase, trace: Trace): void {
  const { messages: ordinary, orders = {} } = trace;
  const cases = [
    ...Object.entries(ARRIVALS).map(([name, arrival]) => ({ name, arrival, messages: ordinary, line: mosquittoLine })),
    ...(trace.alsoToOurBroker === true
      ? [
          {
            name: 'to our own broker, killed in the middle',
            arrival: toOurBroker,
            messages: ordinary,
            line: embeddedLine,
          },
        ]
      : []),
    ...Object.entries(orders).map(([name, messages]) => ({
      name: `${name}, each twice, with two kills`,
      arrival: twiceWithKills,
      messages,
      line: mosquittoLine,
    })),
  ];

  beforeEach(async () => {
    await database.pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
    await applySite(database.db, { text: trace.site, name: trace.name, who: 'test', now: hostClock().now() });
  });

  describe.skipIf(!trace.isThere)(`R2 ${trace.name}`, () => {
    test.each(cases)('$name', async ({ arrival, messages, line }) => {
      await using between = await line();
      await using house = await openHouse();
      const env = { DATABASE_URL: database.url, ...between.judgeEnv };
      const judge = await house.run('judge', ['src/main.ts', 'judge'], env);
      await using instrument = await connectInstrument(between.instrumentUrl);
      const count = () => countReadings(database);
      const stage: Stage = {
        judge,
        count,
        publish: (list) =>
          Promise.all(list.map(({ topic, observedAt, value }) => instrument.measure(topic, observedAt, value))),
        stored: (atLeast) =>
          eventually(async () => (await count()) >= atLeast, {
            withinMs: 90_000,
            what: `${String(atLeast)} readings`,
          }).catch(async (error: unknown) => {
            throw new Error(`${String(await count())} readings; the judge said: ${await judge.log()}`, {
              cause: error,
            });
          }),
      };
      await arrival(stage, messages(), trace.readings);
      await stage.stored(trace.readings);
      // The queue is in order: when this is refused, all of the trace has been committed, doubles too.
      await instrument.publish(trace.endTopic, 'the end');
      const refused = () => database.db.selectFrom('quarantine').select('topic').execute();
      await eventually(async () => (await refused()).length > 0, { withinMs: 60_000, what: 'the end being refused' });
      expect(await refused()).toEqual([{ topic: trace.endTopic }]);
      await trace.expectAll();
      expect(await count()).toBe(trace.readings);
      expect(await database.db.selectFrom('reading_conflict').selectAll().execute()).toEqual([]);
    });
  });
}
