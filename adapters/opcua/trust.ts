import { X509Certificate, createHash } from 'node:crypto';
import { StatusCodes } from 'node-opcua-client';
import type { OPCUAClientOptions, StatusCode } from 'node-opcua-client';

type Store = NonNullable<OPCUAClientOptions['clientCertificateManager']>;

/** A certificate as a person compares it. */
export interface ShownCertificate {
  /** SHA-256, 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** SHA-1, which older tools call its thumbprint. */
  readonly thumbprint: string;
  readonly subject: string;
  /** ISO date. */
  readonly validTo: string;
}

export function shownCertificate(der: Uint8Array): ShownCertificate {
  const hex = (algorithm: string): string => createHash(algorithm).update(der).digest('hex');
  const prints = { fingerprint: hex('sha256'), thumbprint: hex('sha1') };
  try {
    const { subject, validToDate } = new X509Certificate(der);
    return { ...prints, subject: subject.replaceAll('\n', ', '), validTo: validToDate.toISOString().slice(0, 10) };
  } catch {
    return { ...prints, subject: 'unreadable', validTo: 'unknown' };
  }
}

/** A certificate, or a chain with the server's own at its head. */
type Given = Uint8Array | readonly Uint8Array[];

/** Trusts what a person has approved, by its fingerprint, and nothing else: no authority, no first sight. */
export interface Trust {
  readonly store: Store;
  /** Null when it was approved; else what is to be shown. */
  refuses(der: Uint8Array): ShownCertificate | null;
}

/**
 * An approved certificate is trusted past its end: on the night it expires the data must not end. That it is approved is
 * checked here, that the server has its key by the handshake.
 */
export function trustOf(approved: readonly string[]): Trust {
  const refuses = (der: Uint8Array): ShownCertificate | null => {
    const shown = shownCertificate(der);
    return approved.includes(shown.fingerprint) ? null : shown;
  };
  const verdict = (given: Given): StatusCode => {
    const leaf = given instanceof Uint8Array ? given : given[0];
    return leaf !== undefined && refuses(leaf) === null ? StatusCodes.Good : StatusCodes.BadCertificateUntrusted;
  };
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    refuses,
    store: {
      referenceCounter: 0,
      initialize: nothing,
      dispose: nothing,
      checkCertificate: (given: Given) => Promise.resolve(verdict(given)),
      getTrustStatus: (given: Given) => Promise.resolve(verdict(given)),
      // Asked of our own certificate, which is nobody's to approve here, and for more words about one that was refused.
      verifyCertificate: () => Promise.resolve('BadCertificateUntrusted'),
      trustCertificate: nothing,
      rejectCertificate: nothing,
      addIssuer: nothing,
      addRevocationList: nothing,
    },
  };
}
