import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds the browser application. No inline script nor style: the gateway's content policy forbids both. */
export default defineConfig({
  root: here('dashboards'),
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('dist/dashboards'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The page of the control room, and the small one that a link in a text message opens.
    rolldownOptions: { input: [here('dashboards/index.html'), here('dashboards/answer.html')] },
  },
});
