import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { OpcUaLine, SECURE_POLICIES } from '../contract/acquire/opcua-config.ts';
import { AppError } from '../core/errors.ts';
import { secretFrom } from '../platform/setting-files.ts';
import type { FoundNode, Offer } from '../../adapters/opcua/browse.ts';

interface BrowseOptions {
  readonly policy?: string | undefined;
  readonly trust?: string | undefined;
  readonly user?: string | undefined;
}

interface BrowsePorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
}

const NODES_MOST = 10_000;
const PASSWORD = 'OPCUA_PASSWORD';

/**
 * `browse opc.tcp://HOST:PORT [--policy P --trust SHA256] [--user NAME]`: prints a section `acquire` with every node that has
 * a number, ready for a site's file. A server whose certificate was not given is not signed in to: what it shows is printed.
 */
export async function browseCommand(
  words: readonly string[],
  options: BrowseOptions,
  ports: BrowsePorts,
): Promise<void> {
  const { env, signal, print } = ports;
  const [endpoint = ''] = words;
  const { policy = 'none', trust, user } = options;
  const head = {
    endpoint,
    security: securityOf(policy, trust),
    ...(user !== undefined && { user: { name: user, password: 'plc' } }),
  };
  const checked = OpcUaLine.safeParse({
    name: 'plc',
    protocol: 'opcua',
    ...head,
    items: [{ sensor: 'x', node: 'i=1' }],
  });
  if (!checked.success)
    throw new AppError(
      'config/setting',
      checked.error.issues.map(({ path: at, message }) => `${at.join('.')} ${message}`).join('\n'),
    );
  const { browse, offersOf } = await import('../../adapters/opcua/browse.ts');
  const { failureOf } = await import('../../adapters/opcua/failure.ts');
  const folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-browse-'));
  try {
    const { security, user: who } = checked.data;
    const secret = (): Promise<string> => Promise.resolve(secretFrom(`env:${PASSWORD}`, env, 'browse'));
    const given = {
      endpoint,
      security,
      ...(who !== undefined && { user: who }),
      folder: () => Promise.resolve(folder),
      secret,
      nodesMost: NODES_MOST,
    };
    print(told(await offersOf(given, signal)));
    if (security.policy !== 'none' && security.trusted.length === 0)
      return print('# Compare the SHA-256 with what the server itself shows, then: --trust SHA256');
    print(written(head, await browse(given, signal)));
  } catch (cause) {
    throw new AppError('adapter/not-connected', `${endpoint}: ${failureOf(cause).detail}`, { cause });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function securityOf(policy: string, trust: string | undefined) {
  if (policy === 'none') return { policy };
  return { policy, ...(trust !== undefined && { trusted: [trust] }) };
}

function told(offers: readonly Offer[]): string {
  const known: readonly string[] = ['None', ...SECURE_POLICIES];
  const lines = offers.map(({ policy, mode, certificate }) => {
    const print = certificate === null ? '' : `, SHA-256 ${certificate.fingerprint}, SHA-1 ${certificate.thumbprint}`;
    return `#   ${policy}, ${mode}${known.includes(policy) ? '' : ' (not spoken: no longer secure)'}${print}`;
  });
  return ['# The server offers:', ...lines].join('\n');
}

/** A section of a site's file. The sensors' codes are proposals, made of the nodes' names. */
function written(head: object, found: readonly FoundNode[]): string {
  const codes = new Set<string>();
  const items = found.map(({ path: at, node, shown }) => {
    const item = stringify([{ sensor: codeOf(at, codes), node }], { lineWidth: 0 }).trimEnd();
    return `# ${at}: ${shown}\n${item}`;
  });
  const line = stringify({ name: 'plc', protocol: 'opcua', ...head }, { lineWidth: 0 }).trimEnd();
  const indented = (text: string, by: string): string =>
    text
      .split('\n')
      .map((each) => `${by}${each}`)
      .join('\n');
  const body = `${indented(line, '    ').replace('    ', '  - ')}\n    items:\n${indented(items.join('\n'), '      ')}`;
  return `acquire:\n${found.length === 0 ? '  # it has no node with a number\n  []' : body}`;
}

const CODE_MAX = 36;

function codeOf(at: string, taken: Set<string>): string {
  const name = at.split('/').at(-1) ?? '';
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, CODE_MAX);
  const stem = plain === '' ? 'node' : plain;
  let code = stem;
  for (let i = 2; taken.has(code); i += 1) code = `${stem}-${String(i)}`;
  taken.add(code);
  return code;
}
