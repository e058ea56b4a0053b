import { describe, expect, it } from 'vitest';
import { cycleFaults } from '../../scripts/house/cycles.ts';
import { layerFaults } from '../../scripts/house/layers.ts';
import { parseSource } from '../../scripts/house/source.ts';

/** Rules broken by one file with one line in it. */
const broken = (path: string, text: string): string[] => layerFaults([parseSource({ path, text })]).map((f) => f.rule);

describe('an import that leaves its room is a fault', () => {
  it.each([
    ['core-keeps-to-its-room', 'src/core/level.ts', `import { x } from '../contract/http.ts'`],
    ['contract-keeps-to-its-room', 'src/contract/http.ts', `import { x } from '../../rules/engine.ts'`],
    ['platform-keeps-to-its-room', 'src/platform/clock.ts', `import { x } from '../../alerting/callout.ts'`],
    ['gateway-is-handed-its-work', 'src/gateway/hub.ts', `import { step } from '../../alerting/callout.ts'`],
    ['gateway-keeps-to-its-room', 'src/gateway/hub.ts', `import { x } from '../app/judge.ts'`],
    ['composition-keeps-to-its-room', 'src/app/start.ts', `import { x } from '../../simulators/carrier/main.ts'`],
    ['adapters-keeps-to-its-room', 'adapters/mqtt/wiring.ts', `import { x } from '../../ingest/admit.ts'`],
    ['one-adapter-never-imports-another', 'adapters/mqtt/wiring.ts', `import { x } from '../modbus/decode.ts'`],
    ['ingest-keeps-to-its-room', 'ingest/io/reading-commit.ts', `import { x } from '../../rules/engine.ts'`],
    ['ingest-keeps-to-its-room', 'ingest/io/reading-commit.ts', `import { x } from '../../adapters/mqtt/decode.ts'`],
    ['rules-keeps-to-its-room', 'rules/engine.ts', `import { x } from '../alerting/callout.ts'`],
    ['rules-keeps-to-its-room', 'rules/engine.ts', `import type { X } from '../alerting/callout.ts'`],
    ['alerting-keeps-to-its-room', 'alerting/io/follow.ts', `import { x } from '../../rules/engine.ts'`],
    ['alerting-keeps-to-its-room', 'alerting/io/follow.ts', `export { x } from '../../rules/engine.ts'`],
    ['alerting-keeps-to-its-room', 'alerting/io/follow.ts', `export * from '../../rules/engine.ts'`],
    ['alerting-keeps-to-its-room', 'alerting/io/follow.ts', `const x = await import('../../rules/engine.ts')`],
    ['alerting-keeps-to-its-room', 'alerting/io/follow.ts', `type X = import('../../rules/engine.ts').X`],
    ['dashboards-keeps-to-its-room', 'dashboards/src/main.tsx', `import { x } from '../../src/platform/clock.ts'`],
    ['simulators-keeps-to-its-room', 'simulators/carrier/main.ts', `import { x } from '../../alerting/ladder.ts'`],
    ['pure-never-imports-shell', 'rules/engine.ts', `import { load } from './io/level-state.ts'`],
    ['pure-never-imports-shell', 'rules/engine.ts', `import type { Database } from '../src/platform/database.ts'`],
    ['pure-never-imports-shell', 'alerting/callout.ts', `import { x } from './channels/http-carrier.ts'`],
    ['every-file-has-a-room', 'stuff/new.ts', ''],
    ['every-file-has-a-room', 'src/stuff/new.ts', ''],
  ])('%s: %s with %s', (rule, path, text) => {
    expect(broken(path, text)).toEqual([rule]);
  });
});

it.each([
  ['src/gateway/hub.ts', `import type { Callout } from '../../alerting/callout.ts'`],
  ['src/gateway/hub.ts', `import { type Callout } from '../../alerting/callout.ts'`],
  ['src/app/judge.ts', `import { step } from '../../rules/engine.ts'`],
  ['ingest/io/reading-commit.ts', `import type { Adapter } from '../../adapters/adapter.ts'`],
  ['rules/io/level-state.ts', `import type { Database } from '../../src/platform/database.ts'`],
  ['tests/e2e/story.e2e.test.ts', `import { x } from '../../simulators/carrier/phone.ts'`],
])('%s may have %s', (path, text) => {
  expect(broken(path, text)).toEqual([]);
});

it('tells a circle of imports once, with its way round, types included', () => {
  const circle = [
    { path: 'rules/a.ts', text: `import { b } from './b.ts'` },
    { path: 'rules/b.ts', text: `import type { C } from './c.ts'` },
    { path: 'rules/c.ts', text: `\nimport { a } from './a.ts'` },
  ].map(parseSource);
  expect(cycleFaults(circle.toReversed())).toEqual([
    { rule: 'no-cycles', path: 'rules/a.ts', line: 1, message: 'rules/a.ts -> rules/b.ts -> rules/c.ts -> rules/a.ts' },
  ]);
  expect(cycleFaults(circle.slice(0, 2))).toEqual([]);
});

it('names the line of the import', () => {
  const source = parseSource({ path: 'src/core/a.ts', text: `// one\n// two\nimport '../../rules/engine.ts';\n` });
  expect(layerFaults([source])).toMatchObject([{ path: 'src/core/a.ts', line: 3 }]);
});
