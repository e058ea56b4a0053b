import { X509Certificate, createPrivateKey } from 'node:crypto';
import path from 'node:path';
import { crypto_utils as x509 } from 'node-opcua-client';
import type { OPCUAClientOptions } from 'node-opcua-client';
import { keptFile } from '../../src/platform/kept-file.ts';

/** What a client is known by at a server that speaks a security policy. */
export type KeyPair = NonNullable<OPCUAClientOptions['certificateKeyPairProvider']>;

export interface OwnCertificate {
  readonly pair: KeyPair;
  /** Stands in the certificate and in each session; a server refuses one that does not match. */
  readonly applicationUri: string;
  readonly der: Buffer;
}

const KEY_BITS = 2048;
/** Longer than any instrument: one that expires at night would end the data. */
const VALID_DAYS = 20 * 365;

/**
 * The certificate and key of a line, made here when there is none in its folder: the key never leaves this machine.
 * Readable by us alone. A file that cannot be read as both is an error, and is not made anew: the server trusts this one.
 */
export async function ownCertificate(folder: string, name: string): Promise<OwnCertificate> {
  const file = keptFile(path.join(folder, 'opcua-client.pem'));
  const kept = await file.read();
  if (kept !== null) return opened(kept);
  const made = await make(`urn:tailwatch:${name}`);
  await file.write(made);
  return opened(made);
}

async function make(applicationUri: string): Promise<string> {
  const key = await x509.generatePrivateKey(KEY_BITS);
  const { cert } = await x509.createSelfSignedCertificate({
    privateKey: key,
    subject: 'CN=Tailwatch',
    applicationUri,
    dns: [],
    ip: [],
    validity: VALID_DAYS,
    notBefore: new Date(Date.now() - 86_400_000),
    purpose: x509.CertificatePurpose.ForApplication,
  });
  const { privPem } = await x509.privateKeyToPEM(key);
  return `${cert.trim()}\n${privPem.trim()}\n`;
}

function opened(pem: string): OwnCertificate {
  const certificate = new X509Certificate(pem);
  if (!certificate.checkPrivateKey(createPrivateKey(pem)))
    throw new Error('opcua-client.pem holds a key that is not that of its certificate');
  const applicationUri = /URI:([^,]+)/.exec(certificate.subjectAltName ?? '')?.[1] ?? '';
  const der = certificate.raw;
  const key = x509.makePrivateKeyFromPem(createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }) as string);
  const pair: KeyPair = {
    getCertificate: () => der,
    getCertificateChain: () => [der],
    getPrivateKey: () => key,
  };
  return { pair, applicationUri, der };
}
