import { SECOND } from '../core/time.ts';

interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** By itself node waits a minute for a head and looks every half: a connection that dribbles held on for one and a half. */
const PATIENCE = { headersTimeout: 15 * SECOND, connectionsCheckingInterval: 5 * SECOND };

/**
 * What makes a fastify server speak HTTPS, with a pair, else HTTP; patient with neither. Its types know an HTTPS server as
 * another one: what we do with either is the same.
 */
export const securely = (pair: Pair | null | undefined): object =>
  pair === null || pair === undefined ? { http: PATIENCE } : { https: { ...PATIENCE, cert: pair.cert, key: pair.key } };
