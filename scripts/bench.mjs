// npm run bench: measures, asserts nothing. Words after -- go to tests/bench/main.ts.
import { spawnSync } from 'node:child_process';
import { main, prepare, ROOT } from './bootstrap.mjs';

process.chdir(ROOT);
await main(() => {
  const node = prepare();
  const { status } = spawnSync(node, ['tests/bench/main.ts', ...process.argv.slice(2)], { stdio: 'inherit' });
  return status ?? 1;
});
