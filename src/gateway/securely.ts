interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * What makes a fastify server speak HTTPS; nothing without a pair. Its types know an HTTPS server as another one: what we
 * do with either is the same.
 */
export const securely = (pair: Pair | null | undefined): object =>
  pair === null || pair === undefined ? {} : { https: { cert: pair.cert, key: pair.key } };
