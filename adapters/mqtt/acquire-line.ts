import { randomUUID } from 'node:crypto';
import type { MqttLine } from '../../src/contract/acquire/mqtt-config.ts';
import { AppError } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import { backOffMs, pause } from '../../src/platform/back-off.ts';
import type { Line, LinePorts, Protocol } from '../acquisition.ts';
import { commandText } from '../dialects/geo-hazard-command.ts';
import { rebirthPayload } from '../dialects/sparkplug-payload.ts';
import type { Ask } from '../dialects/told.ts';
import { openLine } from './line.ts';
import type { MqttLine as Connection } from './line.ts';
import { lineReader, tryMessage } from './line-reader.ts';

/** Messages that are on their way into the spool; more wait at the broker. */
const UNDER_WAY_MAX = 64;
const ANSWER_WITHIN_MS = 30 * SECOND;
const BACK_OFF_MOST_MS = 30 * SECOND;

/**
 * A line to a broker of somebody else's, in a session that the broker keeps. A message is acknowledged when what it says lies
 * in the spool; what was not is delivered again at the next connect.
 */
function mqttLine(config: MqttLine, ports: LinePorts): Line {
  const reader = lineReader(config, ports);
  let connection: Connection | undefined;

  const publish = ({ topic, payload }: Ask): void => {
    if (connection?.client.connected === true)
      connection.client.publish(topic, Buffer.from(payload), { qos: 1 }, () => {});
  };

  const receive = (line: Connection): void => {
    let underWay = 0;
    let goOn: (() => void) | undefined;
    const done = (): void => {
      underWay -= 1;
      const next = goOn;
      goOn = undefined;
      next?.();
    };
    line.client.on('message', (topic, payload, { qos, messageId }) => {
      underWay += 1;
      const { stored, asks } = reader.take({ topic, payload, receivedAt: ports.clock.now() });
      for (const ask of asks) publish(ask);
      stored
        .then(() => {
          if (qos > 0 && messageId !== undefined) line.acknowledge(messageId);
        })
        .catch(() => line.client.end(true))
        .finally(done);
    });
    // Not going on to the next message is how mqtt.js takes no more from the socket.
    line.client.handleMessage = (_packet, next) => {
      if (underWay < UNDER_WAY_MAX) next();
      else goOn = next;
    };
  };

  const secret = async (name: string | undefined): Promise<string | undefined> =>
    name === undefined ? undefined : (await ports.secret(name)).trim();
  const pem = async (name: string | undefined): Promise<Buffer | undefined> => {
    const text = await secret(name);
    return text === undefined ? undefined : Buffer.from(`${text}\n`);
  };

  const connect = async (signal: AbortSignal): Promise<void> => {
    const url = new URL(config.url);
    url.username = encodeURIComponent(config.user ?? '');
    url.password = encodeURIComponent((await secret(config.password)) ?? '');
    const [ca, cert, key] = await Promise.all([pem(config.ca), pem(config.certificate), pem(config.key)]);
    const clientId = config.clientId ?? `tailwatch-${ports.site.id}-${config.name}`;
    const client = await openLine({
      url: url.href,
      trust: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
      clientId,
      version: config.version,
      prepare(line) {
        connection = line;
        receive(line);
      },
    });
    const stop = (): void => void client.end(true);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      const closed = new Promise<void>((resolve) => {
        client.once('close', resolve);
      });
      const filters = config.mappings.map(({ topic }) =>
        config.share === undefined ? topic : `$share/${config.share}/${topic}`,
      );
      const grants = await Promise.race([client.subscribeAsync(filters, { qos: 1 }), closed.then((): never[] => [])]);
      const refused = grants.find(({ qos }) => qos > 2);
      if (refused !== undefined) throw new Refused(`the broker refuses the subscription to ${refused.topic}`);
      if (client.connected) ports.report({ state: 'connected' });
      await closed;
    } finally {
      signal.removeEventListener('abort', stop);
      client.end(true);
    }
  };

  const ask = async (code: string, signal: AbortSignal): Promise<void> => {
    const mapping = config.mappings.find(({ sensors }) => sensors.some((each) => each.code === code));
    const device = mapping?.sensors.find((each) => each.code === code)?.device;
    if (mapping === undefined || device === undefined) throw notNow(`no mapping tells ${code}`);
    if (connection?.client.connected !== true) throw notNow('the broker is not connected');
    const heard = reader.next(device, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]));
    heard.catch(() => {});
    if (mapping.dialect === 'sparkplug') {
      const [, group = ''] = mapping.topic.split('/');
      publish({
        topic: `spBv1.0/${group}/NCMD/${device.split('/')[0] ?? ''}`,
        payload: rebirthPayload(ports.clock.now()),
      });
    } else if (mapping.dialect === 'geo-hazard' && config.commands !== undefined) {
      const apikey = (await secret(config.commands.apiKey)) ?? '';
      const text = commandText({ cmd: 'sample', apikey, msgid: randomUUID().replaceAll('-', '') });
      publish({ topic: config.commands.topic.replace('{device}', device), payload: Buffer.from(text) });
    } else throw notNow(`${device} cannot be asked to measure`);
    await heard.catch((cause: unknown) => {
      throw cause instanceof AppError ? cause : notNow(`${device} did not answer`, cause);
    });
  };

  return {
    async run(signal) {
      for (let failures = 0; !signal.aborted; failures += 1) {
        const began = ports.clock.now();
        try {
          await connect(signal);
          if (!signal.aborted) ports.report({ state: 'faulty', fault: 'closed' });
        } catch (error) {
          if (error instanceof AppError) throw error;
          if (!signal.aborted) ports.report({ state: 'faulty', ...faultOf(error) });
        }
        connection = undefined;
        // A line that held for a while was no failure.
        if (ports.clock.now() - began > BACK_OFF_MOST_MS) failures = 0;
        if (!signal.aborted) await pause(backOffMs(failures, 200, BACK_OFF_MOST_MS), signal);
      }
    },
    async measure(sensorCodes, signal) {
      const devices = new Map(
        config.mappings.flatMap(({ sensors }) =>
          sensors.filter(({ code }) => sensorCodes.includes(code)).map(({ device, code }) => [device, code] as const),
        ),
      );
      await Promise.all([...devices.values()].map((code) => ask(code, signal)));
    },
    liveRaw: () => reader.liveRaw(),
  };
}

class Refused extends Error {}

const notNow = (words: string, cause?: unknown): AppError =>
  new AppError('adapter/not-connected', words, { cause, retryable: true });

/** CONNACK of MQTT 3.1.1 (4, 5) and of MQTT 5 (134, 135): bad user name or password, not authorised. */
const LOGIN_REFUSED = [4, 5, 134, 135];

function faultOf(error: unknown) {
  const { code, message } = error as { code?: number | string; message?: string };
  const detail = message ?? String(error);
  if (error instanceof Refused) return { fault: 'refused-request', detail } as const;
  if (typeof code === 'number' && LOGIN_REFUSED.includes(code)) return { fault: 'login-refused', detail } as const;
  const isUntrusted = typeof code === 'string' && /CERT|SELF_SIGNED|ALTNAME|^ERR_SSL|UNABLE_TO/.test(code);
  return { fault: isUntrusted ? 'not-trusted' : 'unreachable', detail } as const;
}

/** MQTT of other brokers. */
export const mqtt: Protocol<MqttLine> = { line: mqttLine, tryOut: tryMessage };
