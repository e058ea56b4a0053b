import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError } from '../core/errors.ts';

/** By what we and an mqtts broker know each other, PEM. Empty: by what Node knows, and by user and password. */
export interface BrokerTrust {
  /** By which the broker is known. */
  readonly ca?: Buffer;
  /** By which it knows us, and the key of it. */
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Where they are; what is absent, empty or null is not given. */
interface TrustFiles {
  readonly ca?: string | null | undefined;
  readonly cert?: string | null | undefined;
  readonly key?: string | null | undefined;
}

/** Reads them, here and not at each try to connect. Throws `config/setting` naming the setting. */
export function brokerTrust({ ca, cert, key }: TrustFiles): BrokerTrust {
  if (isGiven(cert) !== isGiven(key))
    throw new AppError('config/setting', 'MQTT_CERT and MQTT_KEY must name a certificate and its key: both or neither');
  return {
    ...(isGiven(ca) && { ca: read('MQTT_CA', ca, 'a certificate', (pem) => void new X509Certificate(pem)) }),
    ...(isGiven(cert) && { cert: read('MQTT_CERT', cert, 'a certificate', (pem) => void new X509Certificate(pem)) }),
    ...(isGiven(key) && { key: read('MQTT_KEY', key, 'a private key', (pem) => void createPrivateKey(pem)) }),
  };
}

const isGiven = (path: string | null | undefined): path is string => path !== null && path !== undefined && path !== '';

function read(setting: string, path: string, what: string, look: (pem: Buffer) => void): Buffer {
  try {
    const pem = readFileSync(path);
    look(pem);
    return pem;
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'no reason given';
    throw new AppError('config/setting', `${setting} must name a file with ${what} in PEM, not ${path} (${why})`, {
      cause,
    });
  }
}
