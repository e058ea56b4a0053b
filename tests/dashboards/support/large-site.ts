import type {
  ConnectionsView,
  MaintenanceView,
  RuleView,
  SensorView,
  SiteOverview,
} from '../../../src/contract/http.ts';
import type { Level } from '../../../src/core/level.ts';
import type { Item, Unit } from '../../../src/core/sensor.ts';
import { NOW, sampleSite } from './sample-site.ts';

const MINUTE = 60_000;
const words = (zh: string, en: string) => ({ zh, en });

interface Wanted {
  readonly code: string;
  readonly name: SensorView['name'];
  readonly item: Item;
  readonly unit: Unit;
  readonly value: number;
  readonly section?: string;
  readonly point?: string;
  /** Limits blue to red; none: no rule judges it. */
  readonly limits?: readonly [number, number, number, number];
  readonly level?: Level;
  readonly sensor?: Partial<SensorView>;
  readonly rule?: Partial<RuleView>;
}

/** Somebody changes the probe of point 2-3 until 40 minutes from now. */
export const sampleWork = (now = NOW, changes: Partial<MaintenanceView> = {}): MaintenanceView => ({
  maintenanceId: '0c1f61c2-6f5a-4e0e-9f2f-0d0c5e1d7a01',
  point: 'piezo-2-3',
  reason: '更换传感器',
  from: now - 20 * MINUTE,
  until: now + 40 * MINUTE,
  startedBy: 'operator',
  endedAt: null,
  endedBy: null,
  substitute: null,
  ...changes,
});

function wanted(now: number): Wanted[] {
  const doubtful = (value: number, flags: string[]) => ({
    newest: { observedAt: now - 2400, receivedAt: now - 2100, value, doubtful: true, flags },
  });
  const pond: Wanted[] = [
    {
      code: 'pond-level',
      name: words('库水位', 'Pond level'),
      item: 'pond-level',
      unit: 'm',
      value: 338.912,
      limits: [338.7, 338.8, 338.86, 338.89],
      level: 'red',
    },
    {
      code: 'pond-rise',
      name: words('库水位上升速率', 'Rate of rise'),
      item: 'rate-of-rise',
      unit: 'm/d',
      value: 0.42,
    },
    {
      code: 'rain-1h',
      name: words('1 小时降水量', 'Rain of 1 h'),
      item: 'rainfall',
      unit: 'mm',
      value: 31.5,
      limits: [16, 30, 50, 70],
      level: 'yellow',
    },
    {
      code: 'rain-24h',
      name: words('24 小时降水量', 'Rain of 24 h'),
      item: 'rainfall',
      unit: 'mm',
      value: 143.6,
      limits: [50, 100, 140, 200],
      level: 'orange',
      rule: { approved: null, guarded: false },
    },
    { code: 'beach-min', name: words('最小干滩长度', 'Shortest beach'), item: 'beach-length', unit: 'm', value: 118.4 },
    {
      code: 'flood-height',
      name: words('防洪高度', 'Flood-control height'),
      item: 'freeboard',
      unit: 'm',
      value: 1.09,
    },
    { code: 'freeboard', name: words('坝顶超高', 'Freeboard'), item: 'freeboard', unit: 'm', value: 1.59 },
    { code: 'baro', name: words('气压', 'Air pressure'), item: 'air-pressure', unit: 'kPa', value: 97.3 },
  ];
  const sections = [1, 2, 3].flatMap((section): Wanted[] => [
    ...[1, 2, 3].flatMap((hole): Wanted[] => {
      const id = `${String(section)}-${String(hole)}`;
      const of = { section: `section-${String(section)}`, point: `piezo-${id}` };
      const level: Wanted = {
        ...of,
        code: `piezo-${id}-level`,
        name: words(`测点 ${id} 浸润线水位`, `Point ${id} water level`),
        item: 'phreatic-level',
        unit: 'm',
        value: 331.27 - hole,
      };
      const depth: Wanted = {
        ...of,
        code: `piezo-${id}-depth`,
        name: words(`测点 ${id} 浸润线埋深`, `Point ${id} phreatic depth`),
        item: 'phreatic-depth',
        unit: 'm',
        value: 6.42 + hole,
        limits: [6, 5, 4, 3.5],
        level: 'normal',
        rule: { worse: 'falling' },
      };
      if (id === '1-2')
        return [
          level,
          {
            ...depth,
            value: 2.31,
            level: 'red',
            sensor: doubtful(2.31, ['spike', 'too-fast']),
            rule: { worse: 'falling', verified: false },
          },
        ];
      if (id === '2-1') return [level, { ...depth, value: 5.61, level: 'blue' }];
      if (id === '2-2')
        return [
          { ...level, sensor: doubtful(329.1, ['no-barometer']) },
          {
            ...depth,
            sensor: { ...doubtful(8.4, ['input-doubtful']), visibility: 'doubtful', visibilitySince: now - 95_000 },
          },
        ];
      if (id === '2-3') return [level, depth].map((one) => ({ ...one, sensor: { maintenance: sampleWork(now) } }));
      if (id === '3-1')
        return [level, depth].map((one) => ({
          ...one,
          sensor: {
            visibility: 'blind',
            visibilitySince: now - 25 * MINUTE,
            newest: { observedAt: now - 26 * MINUTE, receivedAt: now - 26 * MINUTE, value: one.value, doubtful: false },
          },
        }));
      if (id === '3-3')
        return [level, depth].map((one) => ({
          ...one,
          sensor: { state: 'commissioning' },
          rule: { ...one.rule, guarded: false },
        }));
      return [level, depth];
    }),
    {
      section: `section-${String(section)}`,
      code: `beach-${String(section)}`,
      name: words(`${String(section)} 号断面干滩长度`, `Section ${String(section)} beach length`),
      item: 'beach-length',
      unit: 'm',
      value: 118.4 + 9 * section,
      limits: [100, 85, 75, 70],
      level: 'normal',
      rule: { worse: 'falling' },
    },
  ]);
  const moving = (kind: 'gnss' | 'slope', count: number, zh: string, en: string, section?: string): Wanted[] =>
    Array.from({ length: count }, (_, i) => i + 1).flatMap((n): Wanted[] => {
      const of = { point: `${kind}-${String(n)}`, ...(section !== undefined && { section }) };
      return [
        {
          ...of,
          code: `${kind}-${String(n)}-horizontal`,
          name: words(`${zh} ${String(n)} 水平位移`, `${en} ${String(n)} horizontal`),
          item: 'displacement',
          unit: 'mm',
          value: 4.2 * n,
          limits: [20, 35, 50, 70],
          level: 'normal',
        },
        {
          ...of,
          code: `${kind}-${String(n)}-settlement`,
          name: words(`${zh} ${String(n)} 沉降`, `${en} ${String(n)} settlement`),
          item: 'displacement',
          unit: 'mm',
          value: 2.1 * n,
          limits: [20, 35, 50, 70],
          level: 'normal',
        },
        {
          ...of,
          code: `${kind}-${String(n)}-velocity`,
          name: words(`${zh} ${String(n)} 速率`, `${en} ${String(n)} velocity`),
          item: 'velocity',
          unit: 'mm/d',
          value: 0.3 * n,
          limits: [2, 5, 10, 20],
          level: 'normal',
        },
      ];
    });
  const old: Wanted = {
    code: 'piezo-old',
    name: words('旧测压管', 'Old standpipe'),
    item: 'phreatic-level',
    unit: 'm',
    value: 330,
    sensor: { state: 'retired' },
  };
  return [
    ...pond,
    ...sections,
    ...moving('gnss', 4, '坝体 GNSS', 'Dam GNSS'),
    ...moving('slope', 3, '边坡 GNSS', 'Slope GNSS', 'slope'),
    old,
  ];
}

/** A site of some fifty sensors in sections, with one of every kind of trouble. */
export function largeSite(now = NOW, changes: Partial<SiteOverview> = {}): SiteOverview {
  const list = wanted(now);
  const [plainSensor] = sampleSite(now).sensors;
  const [plainRule] = sampleSite(now).rules;
  if (plainSensor === undefined || plainRule === undefined) throw new Error('the small site has sensors and rules');
  const sensors = list.map(
    ({ code, name, item, unit, value, section, point, sensor }, i): SensorView => ({
      ...plainSensor,
      sensorId: i + 1,
      code,
      name,
      item,
      unit,
      point: point ?? code,
      sectionId: section ?? null,
      newest: { observedAt: now - 2400, receivedAt: now - 2100, value, doubtful: false },
      ...sensor,
    }),
  );
  const rules = list.flatMap(({ code, limits, level = 'normal', rule }, i): RuleView[] =>
    limits === undefined
      ? []
      : [
          {
            ...plainRule,
            target: `demo-pond/${code}`,
            ruleId: code,
            sensorId: i + 1,
            limits: { blue: limits[0], yellow: limits[1], orange: limits[2], red: limits[3] },
            level,
            changedAt: level === 'normal' ? null : now - 9 * MINUTE,
            ...rule,
          },
        ],
  );
  const sections = [1, 2, 3].map((n) => ({
    sectionId: `section-${String(n)}`,
    name: words(`${String(n)} 号断面`, `Section ${String(n)}`),
  }));
  return {
    ...sampleSite(now),
    sections: [...sections, { sectionId: 'slope', name: words('库岸边坡', 'Bank slope') }],
    sensors,
    rules,
    ...changes,
  };
}

/** How those sensors and some channels reach us: one never did, one is silent, one is refused, some are doubtful. */
export function sampleConnections(now = NOW, changes: Partial<ConnectionsView> = {}): ConnectionsView {
  type Source = ConnectionsView['sources'][number];
  const source = (sensorId: number, code: string, name: Source['name'], of: Partial<Source> = {}): Source => ({
    sensorId,
    code,
    name,
    kind: 'derived',
    unit: 'm',
    intervalMs: 5000,
    lastAt: now - 2100,
    lastGoodAt: now - 2100,
    latencyMs: 312,
    counts: { good: 17_204, doubtful: 0, late: 0, doubled: 0, refused: 0 },
    flags: [],
    refusal: null,
    ...of,
  });
  const sensors = largeSite(now).sensors.map(({ sensorId, code, name, unit, newest }) =>
    source(sensorId, code, name, {
      unit,
      ...(newest?.doubtful === true && {
        flags: newest.flags ?? [],
        lastGoodAt: now - 95_000,
        counts: { good: 16_112, doubtful: 1092, late: 3, doubled: 2, refused: 0 },
      }),
    }),
  );
  const channels = [1, 2, 3].flatMap((n): Source[] => {
    const frequency = source(
      100 + n,
      `piezo-1-${String(n)}-frequency`,
      words(`渗压计 1-${String(n)} 频率`, `Piezometer 1-${String(n)} frequency`),
      { kind: 'channel', unit: 'Hz' },
    );
    if (n === 1)
      return [
        {
          ...frequency,
          lastAt: null,
          lastGoodAt: null,
          latencyMs: null,
          counts: { good: 0, doubtful: 0, late: 0, doubled: 0, refused: 0 },
        },
      ];
    if (n === 2)
      return [
        {
          ...frequency,
          lastAt: now - 26 * MINUTE,
          lastGoodAt: now - 26 * MINUTE,
          latencyMs: -185_000,
          counts: { good: 9_800, doubtful: 12, late: 0, doubled: 4, refused: 0 },
        },
      ];
    return [
      {
        ...frequency,
        refusal: { at: now - 1000, reason: 'value-null', detail: '$.frequency is null' },
        counts: { good: 17_000, doubtful: 0, late: 0, doubled: 0, refused: 204 },
      },
    ];
  });
  const carrier = {
    name: 'aliyun-voice',
    kind: 'aliyun-voice',
    media: ['voice' as const],
    reachable: true,
    simulated: false,
    detail: '阿里云语音',
    balance: null,
    noTemplate: [],
    failingSince: null,
    faults: 0,
    testedAt: now - 60 * MINUTE,
  };
  return {
    now,
    line: { judge: true, broker: true, database: true },
    sources: [...sensors, ...channels],
    carriers: [carrier],
    ...changes,
  };
}
