import { BlockList, isIP, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether an address is this machine's loopback; an IPv4 one may be written in IPv6. A name is none. */
export const isLoopback = (address: string): boolean =>
  isIP(address) !== 0 && LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly localAddress?: string | undefined;
}

/** Whether who is at the other end of a connection is on this machine: by loopback, or by the machine's own address. */
export const isOfThisMachine = ({ remoteAddress, localAddress }: Ends): boolean =>
  remoteAddress !== undefined && (remoteAddress === localAddress || isLoopback(remoteAddress));

/** Whether this is an address, or a network as `10.1.0.0/16`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Whether an address is in one of these networks. */
export function networks(list: readonly string[]): (address: string) => boolean {
  const known = new BlockList();
  for (const each of list) {
    const [address = '', bits] = each.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && known.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * Whose request it is: the one at the other end, or, where that is a proxy that is believed, the last one before it that
 * is none. `forwarded` is the header X-Forwarded-For, to which each proxy appends whom it heard.
 */
export function clientAddress(
  remoteAddress: string | undefined,
  forwarded: string | undefined,
  isProxy: (address: string) => boolean,
): string {
  const chain = (forwarded ?? '').split(',').map((each) => each.trim());
  let address = remoteAddress ?? '';
  while (isProxy(address)) {
    const before = chain.pop();
    if (before === undefined || isIP(before) === 0) break;
    address = before;
  }
  return address;
}
