import type { Kysely } from 'kysely';
import type { ClientBase } from 'pg';
import type { SiteMapping } from '../../adapters/mqtt/topic-map.ts';
import { loadPairing } from '../../ingest/io/derivation-store.ts';
import { loadPasts } from '../../ingest/io/past-store.ts';
import { loadHistories } from '../../ingest/io/reading-store.ts';
import type { PairingDesk } from '../../ingest/pairing.ts';
import type { Marks, Registry, SensorMemory } from '../../ingest/sensor-memory.ts';
import { loadLevelStates } from '../../rules/io/level-state.ts';
import { loadVisibilityStates } from '../../rules/io/visibility-state.ts';
import { firstSight } from '../../rules/visibility.ts';
import type { Sight } from '../../rules/visibility.ts';
import { mappingsOf } from '../contract/mqtt-config.ts';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { loadLineBook } from './line-book.ts';
import type { LineBook } from './line-book.ts';
import { loadMaintenance } from './maintenance-windows.ts';
import type { MaintenanceWindows } from './maintenance-windows.ts';
import { derivedSince, loadSites } from './site-config-store.ts';
import { derivationsOf } from './site-derivations.ts';
import { linesOfSensors, whoAsksFor } from './site-lines.ts';
import type { AskedBy } from './site-lines.ts';
import { channelsOf, rulesOf, sensorsOf } from './site-model.ts';
import type { RuledSensor } from './level-judgement.ts';

/** Everything a judge holds in memory of its partition, as the database has it at one moment. */
export interface PartitionMemory {
  readonly registry: Registry & {
    mark(marks: ReadonlyMap<number, Marks>): void;
    memoryOf(sensorId: number): Omit<SensorMemory, 'sensor'>;
  };
  readonly pairing: PairingDesk;
  /** What is judged and seen; channels are not. */
  readonly sensors: ReadonlyMap<number, RuledSensor>;
  /** How lines that acquire stand. */
  readonly lines: LineBook;
  /** Who has the instrument of a sensor measure, by the sensor's number; of what no line asks for there is nobody. */
  readonly askedBy: ReadonlyMap<number, AskedBy>;
  readonly mappings: readonly SiteMapping[];
  /** Tells whether a site has a newer configuration than this memory. */
  readonly versions: ReadonlyMap<string, number>;
  readonly maintenance: {
    /** Of the newest beginning or end by hand that this memory knows. */
    readonly revision: number;
    /** Loads all windows anew, also into what readings are admitted by. */
    reload(): Promise<MaintenanceWindows>;
  };
}

type Remembered = { -readonly [K in keyof SensorMemory]: SensorMemory[K] };
const NEVER = instant(-Infinity);

interface WhatToLoad {
  readonly partition: string;
  readonly startedAt: Instant;
}

/** Loads the partition. The lease must be held, or another judge may write behind it. */
export async function loadPartition(
  client: ClientBase,
  db: Kysely<Database>,
  { partition, startedAt }: WhatToLoad,
): Promise<PartitionMemory> {
  const sites = await loadSites(db);
  const siteIds = sites.map(({ siteId }) => siteId);
  const sensors = sites.flatMap(sensorsOf);
  const rules = Map.groupBy(sites.flatMap(rulesOf), ({ sensorId }) => sensorId);
  const channels = sites.flatMap(channelsOf);
  const derivations = sites.flatMap(derivationsOf);
  const derived = new Set(derivations.map(({ sensor }) => sensor.id));
  const histories = await loadHistories(
    client,
    [...channels, ...sensors].map(({ id }) => id),
  );
  const pasts = await loadPasts(client, [...channels, ...sensors]);
  const pairing = await loadPairing(client, { derivations, since: await derivedSince(db, sites), startedAt });
  let maintenance = await loadMaintenance(db, partition, sites);
  const [states, sights] = [await loadLevelStates(db, siteIds), await loadVisibilityStates(db, siteIds)];

  const lines = await loadLineBook(db, siteIds);
  const linesOf = new Map(sites.flatMap((site) => [...linesOfSensors(site)]));

  const byId = new Map<number, Remembered>();
  const byCode = new Map<string, Map<string, Remembered>>(siteIds.map((siteId) => [siteId, new Map()]));
  const ruled = new Map<number, RuledSensor>();
  for (const sensor of [...channels, ...sensors]) {
    const { newestStoredAt = NEVER, judgedUpTo = NEVER } = histories.get(sensor.id) ?? {};
    const past = pasts.get(sensor.id) ?? null;
    const memory = { sensor, newestStoredAt, judgedUpTo, past, maintenance: maintenance.of(sensor.id) };
    byId.set(sensor.id, memory);
    // Nobody reports what is derived.
    if (!derived.has(sensor.id)) byCode.get(sensor.siteId)?.set(sensor.code, memory);
  }
  for (const sensor of sensors) {
    const heard = histories.get(sensor.id)?.heard ?? null;
    const restsUntil = maintenance.restsUntil(sensor.id);
    const sight: Sight = {
      ...firstSight(sensor),
      ...sights.get(sensor.id),
      heard,
      restsUntil,
      lines: linesOf.get(sensor.id),
    };
    const own = (rules.get(sensor.id) ?? []).map((rule) => ({ rule, state: states.get(rule.target) }));
    ruled.set(sensor.id, { sensor, sight, rules: own });
  }
  return {
    registry: {
      find: (siteId, sensorCode) => byCode.get(siteId)?.get(sensorCode),
      mark(marks) {
        for (const [id, mark] of marks) Object.assign(byId.get(id) ?? {}, mark);
      },
      memoryOf: (id) => byId.get(id) ?? { newestStoredAt: NEVER, judgedUpTo: NEVER, past: null, maintenance: [] },
    },
    pairing,
    sensors: ruled,
    lines,
    askedBy: new Map(sites.flatMap((site) => [...whoAsksFor(site)])),
    mappings: sites.flatMap(({ siteId, config }) => mappingsOf(config).map((mapping) => ({ siteId, ...mapping }))),
    versions: new Map(sites.map(({ siteId, version }) => [siteId, version])),
    maintenance: {
      get revision() {
        return maintenance.revision;
      },
      async reload() {
        maintenance = await loadMaintenance(db, partition, sites);
        for (const [id, memory] of byId) Object.assign(memory, { maintenance: maintenance.of(id) });
        return maintenance;
      },
    },
  };
}
