import { connectAsync } from 'mqtt';
import {
  LIVE_READINGS,
  LiveReadings,
  PULSE_TOPIC,
  Pulse,
  UNRECORDED_TOPIC,
  Unrecorded,
} from '../../src/contract/live.ts';
import { eventually } from '../support/eventually.ts';
import { connectInstrument } from '../support/instrument.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { startOwnPostgres } from '../support/own-postgres.ts';
import { openHouse } from '../support/running-house.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { apply, countReadings } from '../support/watched-pond.ts';

export const TOPIC = 'pond/level/data';
export const SITE = {
  sensors: [{ code: 'level' }],
  rules: [{ sensor: 'level', limits: { blue: 10, yellow: 20, orange: 30, red: 40 }, deadband: 1 }],
};
/** The first byte of an acknowledgement. */
const PUBACK = 0x40;

/** A judge, its broker and a PostgreSQL of its own, each a process that a test may take away; and somebody who listens. */
export async function openDarkPond() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await startOwnPostgres());
  await apply(database, SITE);
  const broker = stack.use(await startMosquitto());
  const proxy = stack.use(await startTcpProxy({ port: broker.port }));
  const house = stack.use(await openHouse());
  const mqttUrl = new URL(broker.urlOf('tailwatch'));
  mqttUrl.port = String(proxy.port);
  const judge = await house.run('judge', ['src/main.ts', 'judge'], {
    DATABASE_URL: database.url,
    MQTT_URL: mqttUrl.href,
    JUDGE_TICK_MS: '100',
  });
  const instrument = stack.use(await connectInstrument(broker.urlOf('instruments')));

  const heard: { unrecorded: Unrecorded[]; pulses: Pulse[]; readings: LiveReadings[] } = {
    unrecorded: [],
    pulses: [],
    readings: [],
  };
  const listener = await connectAsync(broker.urlOf('tailwatch'), { reconnectPeriod: 100 });
  stack.defer(() => listener.endAsync(true));
  listener.on('error', () => {});
  listener.on('message', (topic, payload) => {
    const message: unknown = JSON.parse(payload.toString());
    if (topic === UNRECORDED_TOPIC) heard.unrecorded.push(Unrecorded.parse(message));
    else if (topic === PULSE_TOPIC) heard.pulses.push(Pulse.parse(message));
    else heard.readings.push(LiveReadings.parse(message));
  });
  await listener.subscribeAsync([LIVE_READINGS, PULSE_TOPIC, UNRECORDED_TOPIC]);

  let acknowledged = 0;
  proxy.watch = (fromJudge) => {
    if (fromJudge[0] === PUBACK) acknowledged += 1;
    return true;
  };
  const start = Date.now() - 3_600_000;
  const sent: { readonly at: number; readonly value: number }[] = [];
  const owned = stack.move();

  return {
    database,
    broker,
    judge,
    heard,
    sent,
    /** Times that the judge has acknowledged something. */
    get acknowledged() {
      return acknowledged;
    },
    /** The instrument measures, a second apart; resolves when the broker has it. */
    async measure(...values: readonly number[]): Promise<void> {
      for (const value of values) {
        const at = start + sent.length * 1_000;
        sent.push({ at, value });
        await instrument.measure(TOPIC, at, value);
      }
    },
    stored: () =>
      eventually(async () => (await countReadings(database)) === sent.length, {
        withinMs: 60_000,
        what: `all ${String(sent.length)} readings`,
      }),
    told: (level: string) =>
      eventually(() => heard.unrecorded.at(-1)?.targets.some((target) => target.level === level), {
        withinMs: 60_000,
        what: `${level}, not recorded`,
      }),
    /** The newest pulse is of a judge that records, and nothing unrecorded was told with it. */
    isOver: () =>
      eventually(
        () => {
          const pulse = heard.pulses.at(-1);
          return pulse?.database === true && pulse.at > (heard.unrecorded.at(-1)?.at ?? Infinity);
        },
        { withinMs: 60_000, what: 'the end of the dark' },
      ),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
export type DarkPond = Awaited<ReturnType<typeof openDarkPond>>;
