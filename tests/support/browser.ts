import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const PLACES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const found = PLACES.find((place) => place !== undefined && existsSync(place));

/** True where a test that needs a browser has to be skipped. In CI it never is: there a missing browser fails. */
export const lacksBrowser = found === undefined && process.env['CI'] !== 'true';

/** A real Chromium of this machine, started with more flags where a test needs them. */
export const openBrowser = (flags: readonly string[] = []): Promise<Browser> => {
  if (found === undefined)
    throw new Error('no Chromium on this machine: install the package chromium, or name it in CHROMIUM');
  return chromium.launch({ executablePath: found, args: [...FLAGS, ...flags] });
};
