import { BlockList, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether an address is this machine's loopback; an IPv4 one may be written in IPv6. */
export const isLoopback = (address: string): boolean => LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly localAddress?: string | undefined;
}

/** Whether who is at the other end of a connection is on this machine: by loopback, or by the machine's own address. */
export const isOfThisMachine = ({ remoteAddress, localAddress }: Ends): boolean =>
  remoteAddress !== undefined && (remoteAddress === localAddress || isLoopback(remoteAddress));
