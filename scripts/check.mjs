// npm run check: everything that can be said about the tree without running it. All checks run, each is
// printed with its time; what they found follows, and the exit code says whether that was anything.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { main, node24, ROOT } from './bootstrap.mjs';

const bin = (...parts) => path.join('node_modules', ...parts);
const CHECKS = [
  ['types', bin('typescript', 'bin', 'tsc'), '-p', '.'],
  ['types of the dashboards', bin('typescript', 'bin', 'tsc'), '-p', 'dashboards'],
  ['types of their tests', bin('typescript', 'bin', 'tsc'), '-p', 'tests/dashboards'],
  ['lint', bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--report-unused-disable-directives'],
  ['format', bin('@biomejs', 'biome', 'bin', 'biome'), 'format', '--max-diagnostics=200', '.'],
  ['dead exports', bin('knip', 'bin', 'knip.js'), '--no-progress', '--no-config-hints'],
  ['rooms, purity, circles, links, numbers, dependencies', path.join('scripts', 'check-house.ts')],
];

/** Runs one check and says how it went; its output is kept for the end. */
function run(node, [name, ...args]) {
  const began = Date.now();
  return new Promise((resolve) => {
    const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ name, passed: false, output: String(error) }));
    child.on('close', (code) => {
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${String(Date.now() - began).padStart(6)} ms  ${name}`);
      resolve({ name, passed: code === 0, output: output.trim() });
    });
  });
}

process.chdir(ROOT);
await main(async () => {
  const node = node24();
  const queue = [...CHECKS];
  const results = [];
  const work = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) results.push(await run(node, check));
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));

  const failed = results.filter(({ passed }) => !passed);
  for (const { name, output } of failed) console.log(`\n== ${name}\n${output}`);
  if (failed.length === 0) return 0;
  console.log(`\n${failed.length} of ${CHECKS.length} checks failed: ${failed.map(({ name }) => name).join(', ')}`);
  return 1;
});
