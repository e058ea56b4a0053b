// npm run bench [-- ROUNDS [COUNT [SENSORS]]]: how fast samples become judged readings, beside the least that could be
// called doing the job and beside the database alone. Prints ratios: times depend on the machine and its mood.
import { firstCalls } from './first-call.ts';
import { openBenchHouse } from './house.ts';
import type { BenchHouse } from './house.ts';
import { liveLine } from './live-latency.ts';
import { residentMegabytes } from './memory.ts';
import { pollsOverTheory } from './modbus-line.ts';
import { startWithManySensors } from './start-time.ts';
import { copyRows, publishAndStore, unnestRows } from './throughput.ts';
import type { Run } from './throughput.ts';

const [rounds = 4, count = 200_000, sensors = 100] = process.argv.slice(2).map(Number);
const DAY_MS = 86_400_000;
/** Readings in a record. */
const EACH = 20;

/** Of an even number the mean of the middle two. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const thousands = (rate: number): string => `${(rate / 1000).toFixed(1).padStart(7)} thousand a second`;

type Contender = (run: Run) => Promise<number>;

/** Rates of some contenders, each round in another order: whoever comes second finds a warmer database. */
async function race(each: number, contenders: Readonly<Record<string, Contender>>): Promise<Record<string, number>> {
  const names = Object.keys(contenders);
  const rates = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const run = { sensors, count, each, firstMs: Math.floor(Date.now() / 1000) * 1000 - nextSpan() };
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) rates.get(name)?.push((await contenders[name]?.(run)) ?? NaN);
    const line = names.map((name) => `${name} ${thousands(rates.get(name)?.at(-1) ?? NaN).trim()}`);
    say(`round ${String(round + 1)} of ${String(rounds)}: ${line.join(', ')}`);
  }
  return Object.fromEntries(names.map((name) => [name, median(rates.get(name) ?? [])]));
}

/** Runs lie thirty days apart, later ones later. */
let spans = 3 * rounds + 3;
const nextSpan = (): number => (spans -= 1) * 30 * DAY_MS;

async function main(house: BenchHouse): Promise<void> {
  const mqtt = house.broker.urlOf('tailwatch');
  const judge = await house.programs.run('judge', ['src/main.ts', 'judge'], {
    DATABASE_URL: house.databaseUrl,
    MQTT_URL: mqtt,
  });
  const bare = await house.programs.run('bare', ['tests/bench/bare-pipeline.ts', mqtt, house.databaseUrl, 'bare'], {});
  const ours: Contender = (run) => publishAndStore(house, 'reading', 'pond', run);

  const single = await race(1, {
    tailwatch: ours,
    bare: (run) => publishAndStore(house, 'bare_reading', 'bare', run),
    copy: (run) => copyRows(house, run),
  });
  await bare.kill();
  const { tailwatch = NaN, bare: least = NaN, copy = NaN } = single;
  say(`
${String(count)} QoS 1 messages of one reading, ${String(sensors)} sensors with four limits each, median of ${String(rounds)}
  tailwatch: acknowledged after commit, stored once, judged   ${thousands(tailwatch)}
  bare pipeline: receive, compare, unnest every 50 ms         ${thousands(least)}
  COPY alone                                                  ${thousands(copy)}
  tailwatch / bare pipeline = ${(tailwatch / least).toFixed(2)}    tailwatch / COPY = ${(tailwatch / copy).toFixed(2)}
`);

  const records = await race(EACH, { tailwatch: ours, unnest: (run) => unnestRows(house, run) });
  const { tailwatch: inRecords = NaN, unnest = NaN } = records;
  say(`
${String(count)} readings, ${String(EACH)} in a QoS 1 message, median of ${String(rounds)}
  tailwatch: acknowledged after commit, stored once, judged   ${thousands(inRecords)}
  unnest alone: the same rows, no broker, nothing judged      ${thousands(unnest)}
  tailwatch / unnest = ${(inRecords / unnest).toFixed(2)}
`);

  await using live = await liveLine(house, sensors);
  for (const perSecond of [50, 1_000]) {
    const { p50, p99 } = await live.latencyAt(perSecond);
    say(
      `from publishing a reading to a page, ${String(perSecond)} readings a second: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    );
  }
  for (const [name, program] of Object.entries({ judge, gateway: live.gateway })) {
    const { now, most } = await residentMegabytes(program);
    say(`resident memory of ${name}: ${now.toFixed(0)} MB, ${most.toFixed(0)} MB at most`);
  }
  await judge.kill();

  const { calm, burdened, bare: leastCall, firstEach, everybody } = await firstCalls(house);
  const ms = ({ p50, p99 }: { readonly p50: number; readonly p99: number }): string =>
    `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
  say(`
from a committed level to the first call at the carrier
  tailwatch                                                  ${ms(calm)}
  tailwatch, with 100,000 callouts that are over             ${ms(burdened)}
  bare caller: hear, read, write down, ask                   ${ms(leastCall)}
  tailwatch / bare caller = ${(calm.p50 / leastCall.p50).toFixed(1)}    with those that are over / without = ${(burdened.p50 / calm.p50).toFixed(2)}
200 ponds red at once, five persons each: first calls of all after ${firstEach.toFixed(1)} s, everybody's after ${everybody.toFixed(1)} s
`);

  const start = await startWithManySensors(house);
  say(
    `start of a judge with ${String(start.sensors)} sensors: ${start.seconds.toFixed(1)} s, ${start.megabytes.toFixed(0)} MB resident`,
  );
}

say(`polls by a Modbus line of 9600 baud / what it can carry = ${(await pollsOverTheory()).toFixed(2)}\n`);
await using house = await openBenchHouse(sensors);
await main(house);
