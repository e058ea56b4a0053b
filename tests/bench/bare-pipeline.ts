// The least that could be called doing the job: receive, compare with four limits, store every 50 ms. It acknowledges
// at once, checks nothing and survives nothing.
//   node tests/bench/bare-pipeline.ts MQTT-URL DATABASE-URL TOPIC-PREFIX
import { connectAsync } from 'mqtt';
import pg from 'pg';
import { LIMITS } from './workload.ts';

const [mqttUrl = '', databaseUrl = '', prefix = ''] = process.argv.slice(2);
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
const broker = await connectAsync(mqttUrl, { clientId: 'bench-bare' });

const limits = Object.values(LIMITS);
const levels = new Map<string, number>();
let ids: number[] = [];
let times: number[] = [];
let values: number[] = [];
let isStoring = false;

broker.on('message', (topic, payload) => {
  const { t, v } = JSON.parse(payload.toString()) as { t: number; v: number };
  const level = limits.filter((limit) => v >= limit).length;
  if (level !== levels.get(topic)) levels.set(topic, level);
  ids.push(Number(topic.slice(prefix.length + 2, topic.indexOf('/', prefix.length + 2))));
  times.push(t);
  values.push(v);
});

const store = async (): Promise<void> => {
  if (isStoring || ids.length === 0) return;
  isStoring = true;
  const batch = [ids, times, values];
  [ids, times, values] = [[], [], []];
  await client.query({
    name: 'store',
    text: `insert into bare_reading (sensor_id, observed_at, received_at, value, quality)
      select s, to_timestamp(t / 1000), to_timestamp(t / 1000), v, 'good'
      from unnest($1::int[], $2::float8[], $3::float8[]) as r (s, t, v)`,
    values: batch,
  });
  isStoring = false;
};
setInterval(() => void store(), 50);

await broker.subscribeAsync(`${prefix}/+/data`, { qos: 1 });
process.send?.({ type: 'ready' });
process.once('disconnect', () => process.exit());
