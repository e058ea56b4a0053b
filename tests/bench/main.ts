// npm run bench [-- ROUNDS [COUNT [SENSORS]]]: how fast samples become judged readings, beside the least that could be
// called doing the job and beside the database alone. Prints ratios: times depend on the machine and its mood.
import { openBenchHouse } from './house.ts';
import type { BenchHouse } from './house.ts';
import { readingToPage } from './live-latency.ts';
import { copyRows, publishAndStore } from './throughput.ts';

const [rounds = 4, count = 200_000, sensors = 100] = process.argv.slice(2).map(Number);
const DAY_MS = 86_400_000;

/** Of an even number the mean of the middle two. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
const thousands = (rate: number): string => `${(rate / 1000).toFixed(1).padStart(7)} thousand a second`;

async function throughput(house: BenchHouse): Promise<void> {
  const mqtt = house.broker.urlOf('tailwatch');
  await house.programs.run('judge', ['src/main.ts', 'judge'], { DATABASE_URL: house.databaseUrl, MQTT_URL: mqtt });
  await house.programs.run('bare', ['tests/bench/bare-pipeline.ts', mqtt, house.databaseUrl, 'bare'], {});
  const rates = { tailwatch: [] as number[], bare: [] as number[], copy: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const run = { sensors, count, firstMs: Math.floor(Date.now() / 1000) * 1000 - (rounds - round) * 30 * DAY_MS };
    const ours = async () => rates.tailwatch.push(await publishAndStore(house, 'reading', 'pond', run));
    const bare = async () => rates.bare.push(await publishAndStore(house, 'bare_reading', 'bare', run));
    // Whoever comes second finds a warmer database and another mood of the machine.
    for (const contender of round % 2 === 0 ? [bare, ours] : [ours, bare]) await contender();
    rates.copy.push(await copyRows(house, run));
    const [mine, theirs] = [rates.tailwatch.at(-1) ?? NaN, rates.bare.at(-1) ?? NaN];
    process.stdout.write(`round ${String(round + 1)} of ${String(rounds)}: ratio ${(mine / theirs).toFixed(2)}\n`);
  }
  const [ours, bare, copy] = [median(rates.tailwatch), median(rates.bare), median(rates.copy)];
  process.stdout.write(`
${String(count)} QoS 1 messages of one reading, ${String(sensors)} sensors with four limits each, median of ${String(rounds)}
  tailwatch: acknowledged after commit, stored once, judged   ${thousands(ours)}
  bare pipeline: receive, compare, unnest every 50 ms         ${thousands(bare)}
  COPY alone                                                  ${thousands(copy)}
  tailwatch / bare pipeline = ${(ours / bare).toFixed(2)}    tailwatch / COPY = ${(ours / copy).toFixed(2)}
`);
}

await using house = await openBenchHouse(sensors);
await throughput(house);
const { p50, p99 } = await readingToPage(house);
process.stdout.write(`
from publishing a reading to its arrival at a page, committed and judged: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms
`);
