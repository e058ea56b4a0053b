// npm start: everything on this machine, from a fresh clone on.
import { launch, main, prepare, ROOT } from './bootstrap.mjs';

process.chdir(ROOT);
await main(() => launch(prepare(), ['start', ...process.argv.slice(2)]));
