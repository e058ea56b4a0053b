import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes. Written into each hash, so it may change. */
const COST = { memory: 65_536, passes: 3, parallelism: 4 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const tag = (password: string, nonce: Buffer, tagLength: number, cost: Cost): Promise<Buffer> =>
  derive('argon2id', { message: password.normalize('NFKC'), nonce, tagLength, ...cost });

/** The argon2id hash of a password in PHC form, with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await tag(password, salt, HASH_BYTES, COST);
  return phc(salt, hash);
}

const phc = (salt: Buffer, hash: Buffer): string =>
  `$argon2id$v=19$m=${String(COST.memory)},t=${String(COST.passes)},p=${String(COST.parallelism)}$${unpadded(salt)}$${unpadded(hash)}`;

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** Whether a password is the hashed one. Throws on a hash that is not ours: a broken row must not look like a wrong password. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored);
  if (match === null) throw new Error('a stored password hash is not argon2id');
  const [, memory, passes, parallelism, salt, hash] = match;
  const expected = Buffer.from(hash ?? '', 'base64');
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const given = await tag(password, Buffer.from(salt ?? '', 'base64'), expected.length, cost);
  return timingSafeEqual(given, expected);
}

/** A hash of the present cost that no password has: what an unknown name is checked against, so that it takes as long. */
export const HASH_OF_NOBODY = phc(Buffer.alloc(SALT_BYTES, 1), Buffer.alloc(HASH_BYTES, 1));
