import fastify from 'fastify';
import type { FastifyBaseLogger } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { SECOND } from '../core/time.ts';
import type { Clock } from '../core/time.ts';
import { answerWithProblems } from '../gateway/problems.ts';
import { carrierRoutes } from '../gateway/routes/carrier.ts';
import type { CarrierDeps } from '../gateway/routes/carrier.ts';
import { vendorRoutes } from '../gateway/routes/vendor-webhooks.ts';
import type { VendorDeps } from '../gateway/routes/vendor-webhooks.ts';
import { securely } from '../gateway/securely.ts';
import { backOffMs, pause } from '../platform/back-off.ts';
import { keepCertificate } from '../platform/certificate.ts';
import type { CertificateFiles } from '../platform/certificate.ts';
import type { Logger } from '../platform/logger.ts';

interface DoorOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** As carriers are told it, without a slash at its end. */
  readonly url: string;
  /** Of the carriers that speak our own API, by name. */
  readonly keys: CarrierDeps['keys'];
  readonly vendors: Pick<VendorDeps, 'webhooks' | 'hangUp'>;
  /** With it the door speaks HTTPS. */
  readonly tls: CertificateFiles | null;
  readonly clock: Clock;
  readonly log: Logger;
  readonly desk: VendorDeps['desk'];
}

/**
 * Where carriers report on calls that were made without the database: the gateway's own routes, in the process that
 * calls, so that they work with the gateway gone. Until `signal`; an address that is taken is tried again.
 */
export async function darkDoor(
  { listen, url, keys, vendors, tls, clock, log, desk }: DoorOptions,
  signal: AbortSignal,
): Promise<void> {
  const carriers = {
    desk,
    clock,
    keys,
    basePath: new URL(url).pathname.replace(/\/$/, ''),
    ...vendors,
    publicUrl: url.replace(/\/$/, ''),
  };
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await openUntil({ listen, tls, clock, log, carriers }, signal);
    } catch (error) {
      if (failures === 0)
        log.fatal({ fault: String(error) }, 'DARK_LISTEN cannot be listened on: nobody could answer a dark call');
      await pause(backOffMs(failures, SECOND, 10 * SECOND), signal);
    }
  }
}

interface OpenOptions extends Pick<DoorOptions, 'listen' | 'tls' | 'clock' | 'log'> {
  readonly carriers: CarrierDeps & VendorDeps;
}

/** A certificate that cannot be read keeps the door shut, and must not keep this process from calling. */
async function openUntil({ listen, tls, clock, log, carriers }: OpenOptions, signal: AbortSignal): Promise<void> {
  using certificate = tls === null ? null : keepCertificate(tls, { log, clock });
  const loggerInstance: FastifyBaseLogger = log;
  const limits = { forceCloseConnections: true, requestTimeout: 30 * SECOND };
  const app = fastify({ loggerInstance, ...limits, ...securely(certificate?.pair) });
  try {
    certificate?.serve(app.server);
    app.setValidatorCompiler(validatorCompiler);
    app.setSerializerCompiler(serializerCompiler);
    answerWithProblems(app);
    await app.register(carrierRoutes, carriers);
    await app.register(vendorRoutes, carriers);
    await app.listen(listen);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    await app.close();
  }
}
