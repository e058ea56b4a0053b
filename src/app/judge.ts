import { randomUUID } from 'node:crypto';
import { brokerSource } from '../../adapters/mqtt/broker-source.ts';
import { embeddedSource } from '../../adapters/mqtt/embedded-source.ts';
import type { MqttSource } from '../../adapters/mqtt/mqtt-source.ts';
import type { Intake } from '../../adapters/adapter.ts';
import { IntakeQueue } from '../../ingest/io/intake-queue.ts';
import { SourceCounts } from '../../ingest/source-counts.ts';
import { AppError } from '../core/errors.ts';
import { SECOND } from '../core/time.ts';
import type { Clock } from '../core/time.ts';
import { brokerTrust } from '../platform/broker-trust.ts';
import { keepCertificate } from '../platform/certificate.ts';
import { databaseClock, hostClock } from '../platform/clock.ts';
import { tellReady } from '../platform/lifeline.ts';
import { createLogger } from '../platform/logger.ts';
import type { Logger } from '../platform/logger.ts';
import { listen } from '../platform/notify.ts';
import { isLoopback } from '../platform/peer.ts';
import type { Settings } from '../platform/settings.ts';
import { knownClientId } from './judge-client-id.ts';
import { judgeLoop } from './judge-loop.ts';
import { openJudgeSession } from './judge-session.ts';
import { refusedGuestLog } from './refused-guest-log.ts';

/** All sites are one partition until there are more than one judge can do. */
const PARTITION = 'main';
/** Waiting samples may take this much memory; then sources are paused. */
const INTAKE_BYTES = 64 * 1024 * 1024;
const PULSE_EVERY_MS = 2 * SECOND;

/** The process that takes samples from the broker and commits readings with their judgement. Runs until `signal`. */
export async function runJudge(settings: Settings, signal: AbortSignal): Promise<void> {
  const log = createLogger('judge', settings.logLevel);
  const clock = hostClock(settings.clockOffsetMs);
  const processId = randomUUID();
  const queue: IntakeQueue = new IntakeQueue({
    boundBytes: INTAKE_BYTES,
    pause: () => {
      source.pause();
    },
    resume: () => {
      source.resume();
    },
  });
  const clientId = knownClientId(settings.databaseUrl, PARTITION);
  const source = sourceOf(settings, { intake: queue, clock, log, clientId });
  const counts = new SourceCounts();
  const loop = judgeLoop({
    queue,
    source,
    clock,
    log,
    onReady: tellReady,
    openSession: () =>
      openJudgeSession({
        databaseUrl: settings.databaseUrl,
        partition: PARTITION,
        processId,
        clock,
        databaseClock: databaseClock(settings.clockOffsetMs),
        counts,
      }),
  });
  const over = new AbortController();
  const listening = listen(settings.databaseUrl, {
    name: 'judge',
    channels: ['site_config', 'quarantine_replay', 'level_lowering', 'device'],
    wake: loop.look,
    signal: AbortSignal.any([signal, over.signal]),
  });
  const ticking = setInterval(loop.tick, settings.judgeTickMs);
  const pulsing = setInterval(loop.pulse, PULSE_EVERY_MS);
  try {
    await loop.run(signal);
  } finally {
    over.abort();
    clearInterval(ticking);
    clearInterval(pulsing);
    await source.close();
    await listening;
  }
}

interface SourcePorts {
  readonly intake: Intake;
  readonly clock: Clock;
  readonly clientId: () => Promise<string>;
  readonly log: Logger;
}

function sourceOf(settings: Settings, { intake, clock, clientId, log }: SourcePorts): MqttSource {
  const { mqttListen, mqttPassword, mqttDevicePassword, mqttAcquirePassword, mqttUrl } = settings;
  if (mqttListen !== null && mqttPassword !== null) {
    if (!isLoopback(mqttListen.host) && mqttListen.host !== 'localhost')
      log.warn({ host: mqttListen.host }, 'MQTT_LISTEN is open to a network: passwords cross it readable');
    const passwords = {
      password: mqttPassword,
      acquirePassword: mqttAcquirePassword,
      devicePassword: mqttDevicePassword,
    };
    const secure = secureListener(settings, { log, clock });
    return embeddedSource({
      ...mqttListen,
      ...passwords,
      secure,
      onRefused: refusedGuestLog(log, clock),
      clock,
      intake,
    });
  }
  if (mqttUrl === null) {
    throw new AppError('config/setting', 'MQTT_URL is missing: it must be an MQTT URL, or MQTT_LISTEN be set');
  }
  return brokerSource({ url: mqttUrl, trust: brokerTrust(settings.mqttTrust), clientId, clock, intake });
}

/** Judging goes on without it: `start` and `serve` have seen that the pair was right when they began. */
function secureListener({ mqttTlsListen, tls }: Settings, { log, clock }: Pick<SourcePorts, 'log' | 'clock'>) {
  if (mqttTlsListen === null || tls === null) return null;
  try {
    return { ...mqttTlsListen, certificate: keepCertificate(tls, { log, clock }) };
  } catch (error) {
    log.fatal(
      { fault: String(error) },
      'MQTT_TLS_LISTEN stays closed until the judge is started with a right certificate',
    );
    return null;
  }
}
