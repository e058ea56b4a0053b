import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError } from '../core/errors.ts';

/** The certificate by which an mqtts broker is known, from the file of MQTT_CA; undefined: none is given. Throws `config/setting`. */
export function brokerCa(path: string | null | undefined): Buffer | undefined {
  if (path === null || path === undefined || path === '') return undefined;
  try {
    const pem = readFileSync(path);
    // Thrown here, not at each try to connect.
    void new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'no reason given';
    throw new AppError('config/setting', `MQTT_CA must name a file with a certificate in PEM, not ${path} (${why})`, {
      cause,
    });
  }
}
