import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AcquireConfig } from '../../../src/contract/acquire/acquire-config.ts';
import { readNodeAddress, writeNodeAddress } from '../../../src/contract/acquire/node-address.ts';
import { OpcUaLine, sensorsOfOpcUaLine } from '../../../src/contract/acquire/opcua-config.ts';
import { expectReadmeTellsKeys } from '../../support/adapter-readme.ts';

const GOOD = {
  name: 'plc',
  protocol: 'opcua',
  endpoint: 'opc.tcp://10.0.0.20:4840',
  items: [{ sensor: 'weir', node: 'nsu=http://dam.example/plc;s=Weir.Level' }],
};
const SECURE = { policy: 'Basic256Sha256', trusted: ['9F:'.repeat(31) + '9f'] };

/** What is wrong, as `path: message`. */
function faults(written: Record<string, unknown>): string[] {
  const { error } = OpcUaLine.safeParse({ ...GOOD, ...written });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the configuration of a line', () => {
  it('stands in the README of its folder', async () => {
    await expectReadmeTellsKeys('opcua', OpcUaLine);
  });

  it('has a sample that is read', () => {
    const { acquire } = parse(readFileSync('config/acquire-opcua.yaml', 'utf8')) as { acquire: unknown };
    const [line] = AcquireConfig.parse(acquire);
    expect(line?.protocol).toBe('opcua');
  });

  it('takes the least that is needed, and a fingerprint with and without colons', () => {
    expect(faults({})).toEqual([]);
    const { security } = OpcUaLine.parse({ ...GOOD, security: SECURE });
    expect(security).toMatchObject({ trusted: ['9f'.repeat(32)], mode: 'sign-and-encrypt' });
  });

  it.each([
    ['an address that is none', { endpoint: 'http://10.0.0.20' }, 'endpoint: must be opc.tcp://HOST:PORT/PATH'],
    ['a password in an address', { endpoint: 'opc.tcp://me:word@10.0.0.20' }, 'endpoint: must be'],
    [
      'a namespace by its index',
      { items: [{ sensor: 'w', node: 'ns=2;s=W' }] },
      'items.0.node: must name its namespace by URI',
    ],
    ['a node without namespace', { items: [{ sensor: 'w', node: 's=W' }] }, 'items.0.node: must have nsu=URI;'],
    ['no nodes', { items: [] }, 'items: '],
    ['a scale of nothing', { items: [{ sensor: 'w', node: 'i=1', scale: 0 }] }, 'items.0.scale: must not be 0'],
    ['a queue without end', { queue: 1e9 }, 'queue: '],
    ['an old policy', { security: { policy: 'Basic256' } }, 'security.policy: '],
    ['half a fingerprint', { security: { ...SECURE, trusted: ['9f9f'] } }, 'security.trusted.0: must be the SHA-256'],
    ['a password in the open', { user: { name: 'a', password: 'b' } }, 'user: needs a `security` other than none'],
    ['a key that is not known', { polling: 5 }, ': Unrecognized key'],
  ])('refuses %s, and says where', (_what, written, said) => {
    expect(faults(written).some((fault) => fault.startsWith(said))).toBe(true);
  });

  it('says which sensors it reports, each a device of its own', () => {
    expect(sensorsOfOpcUaLine(OpcUaLine.parse(GOOD))).toEqual([
      { code: 'weir', device: 'weir', path: ['items', 0, 'sensor'] },
    ]);
  });
});

describe('the address of a node', () => {
  it.each([
    'i=2258',
    'nsu=http://dam.example/plc;s=Weir.Level',
    'nsu=http://dam.example/plc;s=a;b=c',
    'nsu=urn:a%3Bb%25;i=4294967295',
    'nsu=urn:a;g=09087e75-8e5e-499b-954f-f2a9603db28a',
    'nsu=urn:a;b=M/RbKBsRVkePCePcx24oRA==',
  ])('%s is written as it is read', (text) => {
    const address = readNodeAddress(text);
    expect('fault' in address ? address.fault : writeNodeAddress(address)).toBe(text);
  });

  it.each([
    '',
    'i=',
    'i=4294967296',
    'i=-1',
    'nsu=;s=a',
    'nsu=urn:a;s=',
    'nsu=urn:a;g=1',
    'nsu=urn:a;b=!',
    'svr=1;ns=1;s=a',
  ])('"%s" is none', (text) => {
    expect(readNodeAddress(text)).toHaveProperty('fault');
  });
});
