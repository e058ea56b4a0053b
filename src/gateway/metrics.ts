import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

import type { AuditorView } from '../contract/http.ts';

/** What the live connections have been through since the start. */
export interface LiveStats {
  readonly clients: number;
  readonly eventsSent: number;
  /** Times a client fell behind and its curves were thinned. */
  readonly thinned: number;
  /** Clients cut at the memory bound. */
  readonly cut: number;
}

/** Measures requests, live connections and the process; returns how to read it all in Prometheus' text form. */
export function gatewayMetrics(
  app: FastifyInstance,
  live: () => LiveStats,
  audited: () => AuditorView,
): () => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'tailwatch_http_request_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, never the path: paths are without number.
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    requests.observe(labels, reply.elapsedTime / 1_000);
  });
  const options = (name: string, help: string) => ({ name: `tailwatch_live_${name}`, help, registers: [registry] });
  const counters = [
    { counter: new Counter(options('events_sent_total', 'Events sent to pages.')), read: () => live().eventsSent },
    {
      counter: new Counter(options('thinned_total', 'Times a page fell behind and got thinned curves.')),
      read: () => live().thinned,
    },
    { counter: new Counter(options('cut_total', 'Pages cut at the memory bound.')), read: () => live().cut },
  ];
  const clients = new Gauge(options('clients', 'Pages connected now.'));
  const gauge = (name: string, help: string) => new Gauge({ name: `tailwatch_${name}`, help, registers: [registry] });
  const lookedAt = gauge('callout_audit_timestamp_seconds', 'When callouts were last looked after; 0: never.');
  const neglects = gauge('callout_neglects', 'What is owed to somebody and was not done.');
  const standingIn = gauge('callout_standing_in', '1 while the gateway calls in place of the process that should.');
  return () => {
    const audit = audited();
    lookedAt.set((audit.lookedAt ?? 0) / 1_000);
    neglects.set(audit.neglects);
    standingIn.set(Number(audit.standingIn));
    clients.set(live().clients);
    for (const { counter, read } of counters) {
      counter.reset();
      counter.inc(read());
    }
    return registry.metrics();
  };
}
