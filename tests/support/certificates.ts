import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const openssl = (...args: string[]) => promisify(execFile)('openssl', args);

interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** An authority of the test's own, and what it issues: files in a folder that goes when it is disposed of. */
export interface Authority extends AsyncDisposable {
  readonly folder: string;
  /** Path of its certificate. */
  readonly ca: string;
  /** A certificate for localhost and 127.0.0.1 and its key, as paths; of another key at each call. */
  issue(name: string, days?: number): Promise<Issued>;
}

export async function openAuthority(): Promise<Authority> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-certificates-'));
  const at = (name: string): string => path.join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const [ca, caKey] = [at('ca.pem'), at('ca.key')];
  await openssl('req', '-x509', ...newKey, '-keyout', caKey, '-out', ca, '-days', '30', '-subj', '/CN=test authority');
  const names = at('names');
  await writeFile(names, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  return {
    folder,
    ca,
    async issue(name, days = 30) {
      const [cert, key, asked] = [at(`${name}.pem`), at(`${name}.key`), at(`${name}.csr`)];
      await openssl('req', ...newKey, '-keyout', key, '-out', asked, '-subj', `/CN=${name}`);
      const by = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial'];
      await openssl('x509', '-req', '-in', asked, ...by, '-out', cert, '-days', String(days), '-extfile', names);
      return { cert, key };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
