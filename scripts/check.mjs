// npm run check: everything that can be said about the tree without running it. All checks run, each is
// printed with its time; what they found follows, and the exit code says whether that was anything.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';

const require = createRequire(import.meta.url);

/** @param {string} name of the package  @param {string} bin its program */
function binOf(name, bin) {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  const { bin: bins } = JSON.parse(readFileSync(manifest, 'utf8'));
  return require.resolve(new URL(typeof bins === 'string' ? bins : bins[bin], manifest).pathname);
}

/** @type {readonly (readonly [name: string, file: string, ...args: string[]])[]} */
const CHECKS = [
  ['types', binOf('typescript', 'tsc'), '-p', '.'],
  ['types of the dashboards', binOf('typescript', 'tsc'), '-p', 'dashboards'],
  ['lint', binOf('oxlint', 'oxlint'), '--type-aware', '--report-unused-disable-directives'],
  ['format', binOf('@biomejs/biome', 'biome'), 'format', '--max-diagnostics=200', '.'],
  ['dead exports', binOf('knip', 'knip'), '--no-progress', '--no-config-hints'],
  ['house: rooms, purity, circles, links, numbers', 'scripts/check-house.ts'],
];

/** @param {typeof CHECKS[number]} check */
function run([name, file, ...args]) {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ name, passed: false, output: String(error), ms: 0 }));
    child.on('close', (code) => {
      const ms = Math.round(performance.now() - began);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${String(ms).padStart(6)} ms  ${name}`);
      resolve({ name, passed: code === 0, output: output.trim(), ms });
    });
  });
}

const queue = [...CHECKS];
const results = [];
async function work() {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) results.push(await run(check));
}
await Promise.all(Array.from({ length: Math.min(2, cpus().length) }, work));

const failed = results.filter(({ passed }) => !passed);
for (const { name, output } of failed) console.log(`\n== ${name}\n${output}`);
if (failed.length > 0) {
  console.log(`\n${failed.length} of ${CHECKS.length} checks failed: ${failed.map(({ name }) => name).join(', ')}`);
}
process.exitCode = failed.length > 0 ? 1 : 0;
