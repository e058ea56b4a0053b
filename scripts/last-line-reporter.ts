import { writeFileSync, writeSync } from 'node:fs';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';
import { COUNTS_FILE, countsLine } from './last-line.mjs';

/**
 * Ends a run with one line of fixed form, `N passed, N failed, N skipped`, after everything else. What
 * fails outside a test (a file that cannot be imported, a hook of a suite, an error nobody caught) counts
 * as one failed each: a run in which nothing could start is not a run in which nothing failed.
 * Under `scripts/test.mjs` the counts go to a file, and that script prints the line.
 */
export function lastLineReporter(): Reporter {
  let counts = { passed: 0, failed: 0, skipped: 0 };
  return {
    // Not before: whoever only reads the configuration makes a reporter too.
    onInit() {
      process.once('exit', (code) => {
        const told = { ...counts, failed: counts.failed === 0 && code !== 0 ? 1 : counts.failed };
        const file = process.env[COUNTS_FILE];
        if (file === undefined) writeSync(1, `${countsLine(told)}\n`);
        else writeFileSync(file, JSON.stringify(told));
      });
    },
    onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[], reason: TestRunEndReason) {
      counts = { passed: 0, failed: unhandled.length, skipped: 0 };
      for (const module of modules) add(counts, module);
      if (reason !== 'passed' && counts.failed === 0) counts.failed = 1;
    },
  };
}

function add(counts: { passed: number; failed: number; skipped: number }, module: TestModule): void {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    // A test that never finished is not one that passed.
    counts[state === 'pending' ? 'failed' : state] += 1;
  }
  for (const suite of [module, ...module.children.allSuites()]) {
    if (suite.errors().length > 0) counts.failed += 1;
  }
}
