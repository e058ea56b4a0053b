import { connect } from 'mqtt';
import type { MqttClient, Packet } from 'mqtt';
import { brokerAddress } from '../../src/core/broker-address.ts';
import type { BrokerTrust } from '../../src/platform/broker-trust.ts';

/** Unacknowledged messages the broker may send us: several commits' worth. Without it mosquitto stops at 20. */
const RECEIVE_MAXIMUM = 20_000;
/**
 * A packet above this is the broker's to drop, silently: nothing else bounds what a stranger can make us hold. A broker that
 * takes no more itself (config/mosquitto.conf) refuses it to the publisher instead. What comes is quarantined and counted.
 */
const PACKET_BYTES_MAX = 16_777_216 + 65_536;
const NEVER_EXPIRES = 0xffff_ffff;
const KEEPALIVE_S = 30;
const CONNECT_WITHIN_MS = 5_000;
/** `Unacceptable protocol version` of MQTT 3.1.1, `Unsupported Protocol Version` of MQTT 5. */
const OTHER_VERSION = new Set([1, 132]);

/** One connection to a broker, from CONNECT to its end: it never connects again by itself. */
export interface MqttLine {
  readonly client: MqttClient;
  /** Acknowledges a message of this line; nothing once the line has ended. */
  acknowledge(messageId: number): void;
}

interface LineOptions {
  /** With user and password. */
  readonly url: string;
  /** By what we and an mqtts broker know each other. */
  readonly trust?: BrokerTrust | undefined;
  readonly clientId: string;
  /** Any if left out. */
  readonly version?: 'any' | '5' | '3.1.1';
  /** Called before the first message can arrive: a kept session delivers right behind its CONNACK. */
  readonly prepare: (line: MqttLine) => void;
}

/**
 * Opens a line in a session the broker keeps, whose messages are acknowledged only by `acknowledge`.
 * MQTT 5 where the broker speaks it, for its receive maximum; else 3.1.1, where the broker's own limit holds.
 */
export async function openLine(options: LineOptions): Promise<MqttClient> {
  const { version = 'any' } = options;
  if (version !== 'any') return open(options, version === '5' ? 5 : 4);
  try {
    return await open(options, 5);
  } catch (error) {
    if (!OTHER_VERSION.has((error as { code?: number }).code ?? 0)) throw error;
    return open(options, 4);
  }
}

function open({ url, trust, clientId, prepare }: LineOptions, protocolVersion: 4 | 5): Promise<MqttClient> {
  const { url: at, ...who } = brokerAddress(url);
  const client = connect(at, {
    ...who,
    ...trust,
    clientId,
    protocolVersion,
    clean: false,
    reconnectPeriod: 0,
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_WITHIN_MS,
    // Its debug lines are put together for every packet, whether or not anybody reads them.
    log: () => {},
    ...(protocolVersion === 5 && {
      properties: {
        sessionExpiryInterval: NEVER_EXPIRES,
        receiveMaximum: RECEIVE_MAXIMUM,
        maximumPacketSize: PACKET_BYTES_MAX,
      },
    }),
  });
  prepare({ client, acknowledge: holdAcknowledgements(client) });
  return new Promise((resolve, reject) => {
    client.once('connect', () => {
      // mqtt.js never does; without it Nagle and delayed ACK add 25 ms to a lone reading.
      (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
      resolve(client);
    });
    const fail = (error: Error): void => {
      client.end(true);
      reject(error);
    };
    // Stays: whatever is reported here after the connect ends the line too.
    client.on('error', fail);
    client.once('close', () => {
      fail(new Error('the line closed before the broker answered'));
    });
  });
}

/** How mqtt.js writes a packet: the one place where its acknowledgement can be kept back without stopping the stream. */
interface PacketSender {
  _sendPacket(packet: Packet, done?: (error?: Error) => void, ...rest: unknown[]): void;
}

/** mqtt.js acknowledges when a message has been handed over. That is swallowed; what is returned really sends it. */
function holdAcknowledgements(client: MqttClient): MqttLine['acknowledge'] {
  const sender = client as unknown as PacketSender;
  const send = sender._sendPacket.bind(client);
  sender._sendPacket = (packet, done, ...rest) => {
    if (packet.cmd === 'puback') done?.();
    else send(packet, done, ...rest);
  };
  return (messageId) => {
    if (client.connected) send({ cmd: 'puback', messageId, reasonCode: 0 });
  };
}
