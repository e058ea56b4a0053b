import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cycleFaults } from './house/cycles.ts';
import { DEPENDENCIES_PAGE, dependencyFaults } from './house/dependencies.ts';
import { faultLine } from './house/fault.ts';
import type { Fault } from './house/fault.ts';
import { layerFaults } from './house/layers.ts';
import { linkFaults } from './house/links.ts';
import { lockFaults } from './house/lock-file.ts';
import { machinePathFaults, phoneFaults } from './house/privacy.ts';
import { purityFaults } from './house/purity.ts';
import { nameFaults } from './house/names.ts';
import { parseSource } from './house/source.ts';
import { existsUnder, readTexts } from './house/tree.ts';

/** All that the house itself checks of a tree: `node scripts/check-house.ts [folder]`, exit code 1 with faults. */
function houseFaults(root: string): Fault[] {
  const texts = readTexts(root);
  const sources = texts.filter(({ path: at }) => /\.tsx?$/.test(at)).map(parseSource);
  const textOf = (at: string): string | undefined => texts.find((text) => text.path === at)?.text;
  const manifest = textOf('package.json');
  const lock = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  return [
    ...layerFaults(sources),
    ...purityFaults(sources),
    ...cycleFaults(sources),
    ...nameFaults(texts.map(({ path: at }) => at)),
    ...machinePathFaults(texts),
    ...phoneFaults(texts),
    ...linkFaults(texts, existsUnder(root)),
    ...lockFaults(lock),
    // A tree without a manifest is one of a test.
    ...(manifest === undefined ? [] : dependencyFaults({ manifest, lock, page: textOf(DEPENDENCIES_PAGE) ?? '' })),
  ];
}

const faults = houseFaults(process.argv[2] ?? '.');
for (const fault of faults) console.log(faultLine(fault));
process.exitCode = faults.length > 0 ? 1 : 0;
