import { describe, expect, it } from 'vitest';
import { purityFaults } from '../../scripts/house/purity.ts';
import { parseSource } from '../../scripts/house/source.ts';

const broken = (path: string, text: string): string[] => purityFaults([parseSource({ path, text })]).map((f) => f.rule);

describe('a pure file that touches the world is a fault', () => {
  it.each([
    ['Date.now()'],
    [`Date['now']()`],
    ['const clock = Date.now'],
    ['new Date()'],
    ['new Date'],
    ['Date()'],
    ['Math.random()'],
    ['performance.now()'],
    ['Temporal.Now.instant()'],
    ['crypto.randomUUID()'],
    ['globalThis.Date.now'],
    ['setTimeout(() => {}, 5)'],
    ['setInterval(() => {}, 5)'],
    ['setImmediate(() => {})'],
    ['queueMicrotask(() => {})'],
    ['console.log("x")'],
    ['process.env.X'],
    ['const { env } = process'],
    ['const shell = { process }'],
    ['fetch("http://x")'],
    ['new WebSocket("ws://x")'],
  ])('%s', (text) => {
    for (const path of ['src/core/a.ts', 'src/contract/a.ts', 'rules/a.ts', 'alerting/a.ts', 'ingest/a.ts']) {
      expect(new Set(broken(path, text))).toEqual(new Set(['pure-sees-no-world']));
    }
    expect(broken('adapters/mqtt/decode.ts', text)).not.toEqual([]);
  });

  it.each(['node:fs', 'fs', 'pg', 'kysely', 'fastify', 'mqtt', 'pino', 'ws', 'aedes', 'preact'])(
    'imports %s',
    (name) => {
      expect(broken('rules/a.ts', `import { x } from '${name}'`)).toEqual(['pure-imports-no-shell-package']);
      expect(broken('rules/a.ts', `import type { X } from '${name}'`)).toEqual(['pure-imports-no-shell-package']);
    },
  );
});

describe('what only looks like it is none', () => {
  it.each([
    ['new Date(0)'],
    ['Date.UTC(2026, 0, 1)'],
    ['Math.max(1, 2)'],
    ['// Date.now() and Math.random()'],
    ['const text = "Date.now()"'],
    ['state.process'],
    ['const rate = { process: 1, console: 2 }'],
    ['type Ports = { fetch(): void; setTimeout: number }'],
    ['function run(process: () => void) { process(); }'],
    [`import { z } from 'zod'`],
  ])('%s', (text) => {
    expect(broken('rules/a.ts', text)).toEqual([]);
  });

  it.each([
    'rules/io/a.ts',
    'alerting/channels/a.ts',
    'src/platform/a.ts',
    'src/gateway/a.ts',
    'adapters/mqtt/wiring.ts',
  ])('%s is shell and may', (path) => {
    expect(broken(path, 'console.log(Date.now(), Math.random(), process.env)')).toEqual([]);
  });
});
