// The last line of a test run, `N passed, N failed, N skipped`, whatever becomes of the run.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Name of the variable that tells the reporter where to leave its counts. */
export const COUNTS_FILE = 'TAILWATCH_TEST_COUNTS';

/** @param {{ passed: number, failed: number, skipped: number }} counts */
export const countsLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/**
 * Runs a command that runs tests, with our own standard streams, and prints the last line when it has ended.
 * A run that died before it could count is one failed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code; 1 after a signal, and where it says 0 although something failed
 */
export async function runWithLastLine(command, args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tailwatch-tests-'));
  const file = path.join(folder, 'counts.json');
  try {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, [COUNTS_FILE]: file } });
    // The child has the terminal too and ends by itself; we stay to say what became of it.
    const ignore = () => {};
    process.on('SIGINT', ignore);
    const forward = () => child.kill('SIGTERM');
    process.on('SIGTERM', forward);
    const code = await new Promise((resolve) => {
      child.on('error', () => resolve(1));
      child.on('close', (exit) => resolve(exit ?? 1));
    });
    process.off('SIGINT', ignore);
    process.off('SIGTERM', forward);
    const counts = readCounts(file);
    if (counts.failed === 0 && code !== 0) counts.failed = 1;
    console.log(countsLine(counts));
    return counts.failed > 0 ? Math.max(1, code) : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
