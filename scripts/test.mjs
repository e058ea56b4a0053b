// npm test: everything but the long tests. --quick: only what needs no processes. --long: only the long ones.
// Other words go to vitest: npm test -- tests/rules
import path from 'node:path';
import { main, prepare, ROOT } from './bootstrap.mjs';
import { countsLine, runWithLastLine } from './last-line.mjs';

/** Words of ours, and the projects of vitest.config.ts that each of them means. */
const PROJECTS = { '--quick': ['pure', 'db'], '--long': ['long'] };
const EVERYTHING_BUT_LONG = ['pure', 'db', 'processes'];

process.chdir(ROOT);
await main(async () => {
  const words = process.argv.slice(2);
  const choice = words.find((word) => word in PROJECTS);
  const projects = (PROJECTS[choice] ?? EVERYTHING_BUT_LONG).flatMap((name) => ['--project', name]);
  const rest = words.filter((word) => word !== choice);
  let node;
  try {
    node = prepare();
  } catch (error) {
    process.once('exit', () => console.log(countsLine({ passed: 0, failed: 1, skipped: 0 })));
    throw error;
  }
  return runWithLastLine(node, [path.join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...projects, ...rest]);
});
