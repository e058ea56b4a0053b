import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '../../src/core/time.ts';
import { sign } from './signature.ts';
import type { Report } from './wire.ts';

/** One report and what became of its deliveries, for the log. */
export interface ReportRecord {
  readonly report: Report;
  readonly url: string;
  /** HTTP status of each try; 0 for one that got no response. */
  readonly tries: { readonly at: Instant; readonly status: number }[];
}

/** A report that was not taken yet. */
export interface PendingReport {
  /** Reports of one line arrive in order. */
  readonly line: string;
  readonly url: string;
  readonly report: Report;
}

interface ReporterOptions {
  readonly key: string;
  readonly now: () => Instant;
  /** Pause before try 2, 3, …; after the last one the report is given up. */
  readonly retryAfterMs?: readonly number[];
  readonly signal: AbortSignal;
  /** Told when a report was taken, or given up. */
  readonly settled: () => void;
}

/** 0.25 s doubling to 15 s, for a good half hour: a caller that restarts or updates is waited for. */
const RETRY_AFTER_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, ...Array.from({ length: 120 }, () => 15_000)];
/** A refusal (4xx) is a fault of one side that waiting rarely mends. Tries that met nobody are none. */
const REFUSALS = 5;
const TRY_MS = 10_000;

/**
 * Tells callers what their phones did. Reports of one line (a call, a message) arrive in order, each again
 * under the same reportId until it is taken with 2xx. Resolves with the response body; null when given up.
 */
export function reporter({ key, now, retryAfterMs = RETRY_AFTER_MS, signal, settled }: ReporterOptions) {
  const records: ReportRecord[] = [];
  const pending = new Set<PendingReport>();
  const lines = new Map<string, Promise<unknown>>();

  async function post(record: ReportRecord): Promise<{ status: number; body: unknown }> {
    const { url, report } = record;
    const body = JSON.stringify(report);
    const at = now();
    const seconds = String(Math.floor(at / 1000));
    const { pathname, search } = new URL(url);
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-carrier-timestamp': seconds,
          'x-carrier-signature': sign(key, seconds, pathname + search, body),
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]),
      });
      const text = await response.text();
      record.tries.push({ at, status: response.status });
      return { status: response.status, body: parsed(text) };
    } catch {
      record.tries.push({ at, status: 0 });
      return { status: 0, body: null };
    }
  }

  async function deliver(record: ReportRecord): Promise<unknown> {
    let refusals = 0;
    for (const waitMs of [0, ...retryAfterMs]) {
      if (waitMs > 0) await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return null;
      const { status, body } = await post(record);
      if (status >= 200 && status < 300) return body;
      if (status >= 400 && status < 500) refusals += 1;
      if (refusals >= REFUSALS) return null;
    }
    return null;
  }

  return {
    records: records as readonly ReportRecord[],
    /** Oldest first. */
    pending: (): readonly PendingReport[] => [...pending],
    tell(line: string, url: string, report: Report): Promise<unknown> {
      const record: ReportRecord = { report, url, tries: [] };
      records.push(record);
      if (records.length > 20_000) records.shift();
      const waiting = { line, url, report };
      pending.add(waiting);
      const told = (lines.get(line) ?? Promise.resolve()).then(() => deliver(record));
      const over = told.finally(() => {
        if (lines.get(line) === over) lines.delete(line);
        if (signal.aborted) return;
        pending.delete(waiting);
        settled();
      });
      lines.set(line, over);
      return told;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
