import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { Aedes } from 'aedes';
import type { Client } from 'aedes';
import type { KeptCertificate } from './certificate.ts';
import {
  ACQUIRE_USER,
  BROKER_USER,
  SHARED_USER,
  brokerGuests,
  isInternal,
  mayPublish,
  maySubscribe,
} from './broker-guests.ts';
import type { BrokerDevice, BrokerRefusal, Guest } from './broker-guests.ts';
import { isOfThisMachine } from './peer.ts';

/** Connections at most: with what one may hold unread, this bounds the memory a flood can take. */
const CONNECTIONS_MAX = 1_100;
/** A packet that announces more is no reading: its line is cut. As config/mosquitto.conf. */
const PACKET_BYTES_MAX = 16_777_216;
/** What all lines together may hold in packets that are still incomplete; above it, those that hold much are cut. */
const INCOMPLETE_BYTES_MAX = 67_108_864;
const INCOMPLETE_BYTES_ALWAYS = 65_536;
/** What one of our own processes may leave unread, beyond what the sockets hold; above it, it is cut and connects anew. */
const UNREAD_BYTES_MAX = 4_194_304;

interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where it listens with TLS besides; null: nowhere. */
  readonly secure?: { readonly host: string; readonly port: number; readonly certificate: KeptCertificate } | null;
  /** Of the user `tailwatch`: our own processes. */
  readonly password: string;
  /** Of the user `acquire`; absent or null: there is none. */
  readonly acquirePassword?: string | null;
  /** Of the user `instruments`, who is let in from this machine only; null: there is none. */
  readonly devicePassword: string | null;
  /**
   * Every message outside `tailwatch/`, with the device that published it; null: the shared user or one of ours. It is
   * acknowledged, and delivered to subscribers, when `settle` is called.
   */
  readonly onMessage: (topic: string, payload: Uint8Array, settle: () => void, device: BrokerDevice | null) => void;
  /** A message whose packet announced more than is taken; its line has been cut. The topic is empty when it had not come. */
  readonly onOversized?: (topic: string, bytes: number, device: BrokerDevice | null) => void;
  /** Somebody was not let in, or was cut. The user and topic are a stranger's words. */
  readonly onRefused?: (refusal: RefusedGuest) => void;
}

/** Who was refused, and why. */
export interface RefusedGuest {
  readonly why: BrokerRefusal;
  readonly user: string;
  readonly address: string;
  /** What it would have published on; null where it was not let in. */
  readonly topic: string | null;
}

export interface EmbeddedBroker extends AsyncDisposable {
  readonly port: number;
  /** Of the listener with TLS; null: there is none. */
  readonly securePort: number | null;
  publish(topic: string, payload: string | Uint8Array): void;
  /** Lets these devices in and no others; whoever is connected and not among them is cut. */
  admit(devices: readonly BrokerDevice[]): void;
  /**
   * Takes no more from instruments; what is on the way waits in their sockets, unacknowledged, and who connects waits
   * for the answer. Our own processes are served as ever.
   */
  pause(): void;
  resume(): void;
}

/**
 * An MQTT 3.1.1 broker in this process (aedes). It acknowledges a message before it delivers it, so the reading
 * commit happens where it asks whether the message may be published at all: no `settle`, no acknowledgement.
 *
 * No subscriber holds up anybody else. aedes would let a hundred messages wait for those who do not read, and then
 * publish, and acknowledge, nothing more: here there is no such limit, and who falls too far behind is cut.
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const list = brokerGuests(options);
  /** Who was let in; whoever is none may do nothing. */
  const guests = new WeakMap<Client, Guest>();
  const connected = new Set<Client>();
  const wills = new WeakMap<Client, string>();
  const refused = (client: Client, why: BrokerRefusal, user = '', topic: string | null = null): void => {
    options.onRefused?.({ why, user, topic, address: socketOf(client).remoteAddress ?? '' });
  };
  const broker = await Aedes.createBroker({
    concurrency: 0,
    // A client id begins with the user: only then may MQTT 3.1 be longer than it says.
    maxClientsIdLength: Number.MAX_SAFE_INTEGER,
    preConnect: (client, packet, done) => {
      if (packet.will !== undefined) wills.set(client, packet.will.topic);
      // The same client id is the same instrument, whose older line is closed: nobody may take another user's.
      if (packet.username !== BROKER_USER && packet.clientId !== '')
        packet.clientId = `${packet.username ?? ''}/${packet.clientId}`;
      done(null, true);
    },
    authenticate: (client, user, password, done) => {
      const socket = socketOf(client);
      if (socket.destroyed) return done(null, false);
      const guest = list.signIn({ user, password, isLocal: isOfThisMachine(socket) });
      if (typeof guest === 'string') {
        refused(client, guest, user);
        return done(null, false);
      }
      const will = wills.get(client);
      if (will !== undefined && !mayPublish(guest, will)) {
        refused(client, 'topic', user, will);
        return done(null, false);
      }
      guests.set(client, guest);
      connected.add(client);
      socket.once('close', () => connected.delete(client));
      if (guest.kind === 'service') {
        cutWhenFarBehind(client);
        return done(null, true);
      }
      whenNotPaused(socket, () => {
        done(null, guests.has(client));
      });
    },
    authorizeSubscribe: (client, subscription, done) => {
      const guest = guests.get(client);
      done(null, guest !== undefined && maySubscribe(guest, subscription.topic) ? subscription : null);
    },
    authorizePublish: (client, packet, done) => {
      // A last will, of a line that is gone: that it may be published was looked at when it came.
      if (client === null) return done(null);
      const guest = guests.get(client);
      if (guest === undefined || !mayPublish(guest, packet.topic)) {
        if (guest !== undefined) refused(client, 'topic', userOf(guest), packet.topic);
        return done(new Error('this topic is not the client’s'));
      }
      if (isInternal(packet.topic)) return done(null);
      // A retained reading would be kept in memory for a subscriber to take as new.
      packet.retain = false;
      goOnReading(client);
      const settle = (): void => {
        done(null);
      };
      options.onMessage(packet.topic, packet.payload as Uint8Array, settle, deviceOf(guest));
    },
  });
  const sockets = new Set<Socket>();
  /** What goes on for a socket when the pause is over. */
  const held = new Map<Socket, () => void>();
  let paused = false;
  const whenNotPaused = (socket: Socket, goOn: () => void): void => {
    if (paused) held.set(socket, goOn);
    else goOn();
  };
  const cutOversized = incompletePackets((client, topic, bytes) => {
    const guest = guests.get(client);
    if (guest === undefined) return;
    if (topic === '' || mayPublish(guest, topic)) options.onOversized?.(topic, bytes, deviceOf(guest));
    else refused(client, 'topic', userOf(guest), topic);
  });

  const accept = (socket: Socket): void => {
    if (connected.size >= CONNECTIONS_MAX) return void socket.destroy();
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      held.delete(socket);
    });
    // aedes pulls with `read`, a chunk when it is done with the last; its own `pause` loses count of what is under way.
    const read = socket.read.bind(socket);
    socket.read = (size?: number): unknown => {
      if (!paused || !isInstrument(guests.get(client))) return read(size);
      if (!held.has(socket)) held.set(socket, () => socket.emit('readable'));
      return null;
    };
    const client = broker.handle(socket);
    cutOversized(socket, client);
  };
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, accept);
  server.maxConnections = CONNECTIONS_MAX;
  const port = await listen(server, options.host, options.port);
  const secure = options.secure === undefined || options.secure === null ? null : secureServer(options.secure, accept);
  const securePort = secure && (await listen(secure.server, options.secure?.host ?? '', options.secure?.port ?? 0));

  return {
    port,
    securePort,
    publish(topic, payload) {
      const packet = {
        cmd: 'publish',
        qos: 0,
        retain: false,
        dup: false,
        topic,
        payload:
          typeof payload === 'string'
            ? Buffer.from(payload)
            : Buffer.from(payload.buffer, payload.byteOffset, payload.length),
      } as const;
      broker.publish(packet, () => {});
    },
    admit(devices) {
      list.admit(devices);
      for (const client of connected) {
        const guest = guests.get(client);
        const still = guest === undefined ? null : list.still(guest);
        if (still !== null) guests.set(client, still);
        else {
          // First: a last will of it is not published any more.
          guests.delete(client);
          socketOf(client).destroy();
        }
      }
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      const waiting = [...held.values()];
      held.clear();
      for (const goOn of waiting) goOn();
    },
    async [Symbol.asyncDispose]() {
      const servers = secure === null ? [server] : [server, secure.server];
      const closed = Promise.all(servers.map((each) => new Promise<void>((resolve) => each.close(() => resolve()))));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      secure?.cut();
      await closed;
    },
  };
}

/** Whoever has not agreed on a key within this time is cut; a client that speaks plain text is at once. */
const HANDSHAKE_WITHIN_MS = 10_000;

function secureServer({ certificate }: { readonly certificate: KeptCertificate }, accept: (socket: Socket) => void) {
  const { cert, key } = certificate.pair;
  const keepAlive = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 };
  const server = createSecureServer({ cert, key, handshakeTimeout: HANDSHAKE_WITHIN_MS, ...keepAlive }, accept);
  server.maxConnections = CONNECTIONS_MAX;
  const lines = new Set<Socket>();
  server.on('connection', (line: Socket) => {
    lines.add(line);
    line.on('close', () => lines.delete(line));
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  certificate.serve(server);
  return {
    server,
    /** Also those who are still at the handshake. */
    cut: () => {
      for (const line of lines) line.destroy();
    },
  };
}

const isInstrument = (guest: Guest | undefined): boolean => guest !== undefined && guest.kind !== 'service';
const deviceOf = (guest: Guest): BrokerDevice | null => (guest.kind === 'device' ? guest.device : null);
const USERS = { service: BROKER_USER, acquire: ACQUIRE_USER, shared: SHARED_USER } as const;
const userOf = (guest: Guest): string => (guest.kind === 'device' ? guest.device.username : USERS[guest.kind]);

const socketOf = (client: Client): Socket => (client as unknown as { conn: Socket }).conn;

/** The part of an aedes client that decides when the next chunk is read from its socket. */
interface ChunkReader {
  _parsingBatch: number;
  _nextBatch(): void;
}
const willRead = new WeakSet<Client>();

/**
 * aedes reads the next chunk of a line when all messages of the last are acknowledged. While the database is away none
 * is, and what comes is to be seen all the same: only a pause holds a line up.
 */
function goOnReading(client: Client): void {
  if (willRead.has(client)) return;
  willRead.add(client);
  // Not from here: the parser is in the middle of this chunk.
  setImmediate(() => {
    willRead.delete(client);
    if (client.closed) return;
    const reader = client as unknown as ChunkReader;
    reader._parsingBatch = 1;
    reader._nextBatch();
  });
}

/** aedes would wait for what is unread to be read, up to a minute, with all that publish. */
function cutWhenFarBehind(client: Client): void {
  const socket = socketOf(client);
  Object.assign(client, {
    waitForDrain(done: (error: null, client: Client) => void) {
      if (socket.writableLength > UNREAD_BYTES_MAX) socket.destroy();
      setImmediate(done, null, client);
    },
  });
}

/** The part of aedes' parser that is looked into: the packet that is being read, and the bytes of it that have come. */
interface PacketParser {
  readonly packet: { readonly cmd: string | null; readonly length: number };
  readonly _list: {
    readonly length: number;
    readUInt16BE(at: number): number;
    toString(encoding: 'utf8', from: number, to: number): string;
  };
}

type Cut = (client: Client, topic: string, bytes: number) => void;

/**
 * aedes has no limit of its own: the bytes of an incomplete packet pile up in its parser. Cuts a line whose packet
 * announces too much, and one that holds much while all lines together hold too much.
 */
function incompletePackets(told: Cut): (socket: Socket, client: Client) => void {
  const parsers = new Map<Socket, PacketParser>();
  const held = (): number => [...parsers.values()].reduce((sum, { _list }) => sum + _list.length, 0);
  return (socket, client) => {
    const { _parser: parser } = client as unknown as { _parser: PacketParser };
    parsers.set(socket, parser);
    socket.on('close', () => parsers.delete(socket));
    socket.on('readable', () => {
      if (socket.destroyed) return;
      const isTooMuch = parser._list.length > INCOMPLETE_BYTES_ALWAYS && held() > INCOMPLETE_BYTES_MAX;
      if (!isTooMuch && parser.packet.length <= PACKET_BYTES_MAX) return;
      // Whoever is not signed in could fill the quarantine.
      if (client.connected && parser.packet.cmd === 'publish') told(client, topicOf(parser), parser.packet.length);
      parsers.delete(socket);
      socket.destroy();
    });
  };
}

/** The topic stands first in a PUBLISH. */
function topicOf({ _list: bytes }: PacketParser): string {
  const end = bytes.length < 2 ? 0 : 2 + bytes.readUInt16BE(0);
  return end > 2 && end <= bytes.length ? bytes.toString('utf8', 2, end) : '';
}

const listen = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
