#!/usr/bin/env node
// The command `tailwatch`. Installs and builds nothing: see scripts/start.mjs.
import { launch, main, node24 } from './bootstrap.mjs';

await main(() => launch(node24(), process.argv.slice(2)));
