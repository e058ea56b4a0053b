import type { Fault } from './fault.ts';

/**
 * Entries of `package-lock.json` that name a host. Whoever installs has a registry of their own; the
 * integrity hashes say that it gives the same bytes.
 */
export function lockFaults(lockText: string): Fault[] {
  return lockText.split('\n').flatMap((content, index) =>
    /^\s*"resolved": "[a-z+]+:\/\//.test(content)
      ? [
          {
            rule: 'lock-file-names-no-host',
            path: 'package-lock.json',
            line: index + 1,
            message: 'run npm install with omit-lockfile-registry-resolved=true (it stands in .npmrc)',
          },
        ]
      : [],
  );
}
