import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DataType,
  DataValue,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  ServerCapabilities,
} from 'node-opcua';
import { buildPlant } from './plant.ts';
import type { LastSet, Plant, PlantNode } from './plant.ts';

interface OpcUaServerOptions {
  /** 0 takes any free port at the first start, and the same at each restart. */
  readonly port: number;
  readonly nodes: readonly PlantNode[];
  /** Whether it speaks Basic256Sha256, signed and encrypted, beside the open line. */
  readonly isSecure?: boolean;
  /** Who may sign in, with which password; then nobody else may. */
  readonly users?: Readonly<Record<string, string>>;
}

/** An OPC UA server with a small plant, and what goes wrong with such servers. Disposing it closes its port. */
export interface PlantServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  readonly plant: Plant;
  stop(): Promise<void>;
  /** Starts again, with no memory of sessions and subscriptions. `shifted`: its namespaces get other indexes. */
  start(options?: { readonly shifted?: boolean; readonly newCertificate?: boolean }): Promise<void>;
  /** Deletes all subscriptions and tells nobody. */
  dropSubscriptions(): void;
  /** Its subscriptions tell of a node no more, and go on. */
  deafen(name: string): void;
  /** Ends all sessions. */
  closeSessions(): void;
  /** Its clock goes on from `at`, for itself and as it tells it. */
  setClock(at: number): void;
  /** Sessions open now. */
  sessions(): number;
}

export async function startPlantServer(options: OpcUaServerOptions): Promise<PlantServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-opcua-'));
  const past = new Map<string, LastSet>();
  let certificate = 0;
  const port = options.port === 0 ? await freePort() : options.port;
  let running = await begin(false);
  let isRunning = true;

  async function begin(shifted: boolean) {
    const server = serverOf(options, port, path.join(folder, String(certificate)));
    await server.initialize();
    const space = server.engine.addressSpace;
    if (space === null) throw new Error('the server has no address space');
    if (shifted) space.registerNamespace('http://other.example/first');
    const plant = buildPlant(space, options.nodes, past);
    await server.start();
    return { server, plant };
  }
  const stop = async (): Promise<void> => {
    if (!isRunning) return;
    isRunning = false;
    await running.server.shutdown(0);
  };

  return {
    endpoint: `opc.tcp://127.0.0.1:${String(port)}/dam`,
    port,
    get plant() {
      return running.plant;
    },
    stop,
    async start({ shifted = false, newCertificate = false } = {}) {
      await stop();
      if (newCertificate) certificate += 1;
      running = await begin(shifted);
      isRunning = true;
    },
    dropSubscriptions() {
      for (const session of sessionsOf(running.server)) for (const id of session.subscriptionIds()) session.forget(id);
    },
    deafen(name) {
      for (const session of sessionsOf(running.server)) session.deafen(`s=${name}`);
    },
    closeSessions() {
      for (const session of sessionsOf(running.server)) session.close();
    },
    setClock(at) {
      const since = Date.now() - at;
      const node = running.server.engine.addressSpace?.findNode('i=2258') as unknown as Clocked;
      const now = () => new Date(Date.now() - since);
      node.readAttribute = () => new DataValue({ value: { dataType: DataType.DateTime, value: now() } });
    },
    sessions: () => sessionsOf(running.server).length,
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Clocked {
  readAttribute: () => DataValue;
}

function serverOf({ isSecure = false, users }: OpcUaServerOptions, port: number, folder: string): OPCUAServer {
  return new OPCUAServer({
    port,
    hostname: '127.0.0.1',
    resourcePath: '/dam',
    disableDiscovery: true,
    // Asking what a server offers is always open.
    securityPolicies: isSecure ? [SecurityPolicy.None, SecurityPolicy.Basic256Sha256] : [SecurityPolicy.None],
    securityModes: isSecure
      ? [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt]
      : [MessageSecurityMode.None],
    serverCertificateManager: certificates(path.join(folder, 'server')),
    userCertificateManager: certificates(path.join(folder, 'users')),
    allowAnonymous: users === undefined,
    userManager: { isValidUser: (name: string, password: string) => users?.[name] === password },
    maxConnectionsPerEndpoint: 100,
    serverCapabilities: new ServerCapabilities({ maxSessions: 100 }),
  });
}

const certificates = (rootFolder: string): OPCUACertificateManager =>
  new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: true, disableFileWatchers: true });

/** What the library lets only itself do. */
interface Inside {
  readonly engine: {
    readonly _sessions?: Readonly<Record<string, InsideSession>>;
    closeSession(token: unknown, deleteSubscriptions: boolean, reason: string): void;
  };
}
interface InsideSession {
  readonly authenticationToken: unknown;
  readonly publishEngine: {
    readonly subscriptions: readonly InsideSubscription[];
  };
}

interface InsideSubscription {
  readonly id: number;
  terminate(): void;
  readonly monitoredItems: ReadonlyMap<
    number,
    { readonly itemToMonitor: { readonly nodeId: { toString(): string } }; setMonitoringMode(mode: number): void }
  >;
}
const DISABLED = 0;

function sessionsOf(server: OPCUAServer) {
  const { engine } = server as unknown as Inside;
  return Object.values(engine._sessions ?? {}).map((session) => ({
    subscriptionIds: () => session.publishEngine.subscriptions.map(({ id }) => id),
    forget(id: number) {
      session.publishEngine.subscriptions.find((each) => each.id === id)?.terminate();
    },
    deafen(id: string) {
      for (const { monitoredItems } of session.publishEngine.subscriptions)
        for (const item of monitoredItems.values())
          if (item.itemToMonitor.nodeId.toString().endsWith(id)) item.setMonitoringMode(DISABLED);
    },
    close() {
      engine.closeSession(session.authenticationToken, true, 'Terminated');
    },
  }));
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}
