import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { AppError } from '../core/errors.ts';
import { DAY, MINUTE, instant } from '../core/time.ts';
import type { Clock, Instant } from '../core/time.ts';
import type { Logger } from './logger.ts';

/** Paths of PEM files. */
export interface CertificateFiles {
  /** The certificate, and behind it those that it was issued with. */
  readonly cert: string;
  readonly key: string;
}

/** What a TLS server is made of. */
export interface SecurePair {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly expiresAt: Instant;
}

/** Reads the pair. Throws `config/setting`, naming the setting, where a file cannot be read or the two do not belong together. */
export function readCertificate(files: CertificateFiles): SecurePair {
  const cert = contentOf('TLS_CERT', files.cert);
  const key = contentOf('TLS_KEY', files.key);
  const certificate = understood('TLS_CERT', files.cert, 'a certificate in PEM', () => new X509Certificate(cert));
  const privateKey = understood('TLS_KEY', files.key, 'a private key in PEM without a passphrase', () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey))
    throw new AppError('config/setting', `TLS_KEY must hold the private key of TLS_CERT: ${files.key} is of another`);
  understood('TLS_CERT', files.cert, 'a certificate that can be served', () => createSecureContext({ cert, key }));
  return { cert, key, expiresAt: instant(certificate.validToDate.getTime()) };
}

function contentOf(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'no reason given';
    throw new AppError('config/setting', `${setting} must name a file that can be read, not ${path} (${why})`, {
      cause,
    });
  }
}

function understood<T>(setting: string, path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new AppError('config/setting', `${setting} must hold ${what}: ${path} does not`, { cause });
  }
}

/** A server that takes another pair for the connections to come. */
interface SecureServer {
  setSecureContext(pair: { cert: Buffer; key: Buffer }): void;
  once(event: 'close', listener: () => void): unknown;
}

/** The pair in force, which is renewed while the servers run. */
export interface KeptCertificate extends Disposable {
  readonly pair: SecurePair;
  /** Gives a server each renewed pair until it closes. */
  serve(server: object): void;
  /** Looks at the files now. A pair that cannot be used leaves the one before, and is told once. */
  look(): void;
}

const LOOK_EVERY_MS = 10 * MINUTE;
const EXPIRES_SOON_MS = 14 * DAY;

interface KeeperPorts {
  readonly log: Logger;
  readonly clock: Clock;
}

/**
 * Looks at the files every ten minutes and at SIGHUP. Connections that stand go on with what they began with; one that ends
 * within 14 days is told of once a day. Throws as `readCertificate` at first.
 */
export function keepCertificate(files: CertificateFiles, { log, clock }: KeeperPorts): KeptCertificate {
  let pair = readCertificate(files);
  let complaint = '';
  let warnedAt = -Infinity;
  const servers = new Set<SecureServer>();

  const warn = (): void => {
    const now = clock.now();
    if (pair.expiresAt - now > EXPIRES_SOON_MS || now - warnedAt < DAY) return;
    warnedAt = now;
    const isOver = pair.expiresAt <= now;
    log.warn(
      { expires: new Date(pair.expiresAt).toISOString(), file: files.cert },
      isOver ? 'the certificate has expired: nobody can trust it' : 'the certificate expires soon',
    );
  };
  const look = (): void => {
    try {
      const next = readCertificate(files);
      complaint = '';
      if (!next.cert.equals(pair.cert) || !next.key.equals(pair.key)) {
        pair = next;
        for (const server of servers) server.setSecureContext(next);
        log.info({ expires: new Date(next.expiresAt).toISOString() }, 'the certificate was renewed');
      }
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (fault !== complaint) log.error({ fault }, 'the renewed certificate cannot be used: the one before stays');
      complaint = fault;
    }
    warn();
  };
  warn();
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  process.on('SIGHUP', look);
  return {
    get pair() {
      return pair;
    },
    serve(server) {
      const secure = server as SecureServer;
      servers.add(secure);
      secure.once('close', () => servers.delete(secure));
    },
    look,
    [Symbol.dispose]() {
      clearInterval(timer);
      process.off('SIGHUP', look);
    },
  };
}
