import type { ESTree } from 'vite';
import type { Fault } from './fault.ts';
import { isPure } from './rooms.ts';
import { forEachNode } from './source.ts';
import type { Source } from './source.ts';

/** Packages that only compute. Everything else, Node's own modules first, is for the shell. */
const PURE_PACKAGES: ReadonlySet<string> = new Set(['zod', 'yaml']);

const CLOCK = 'take an Instant argument; only the shell reads the clock';
const CHANCE = 'take the seed, the id or a `draw` as an argument';
const EFFECT = 'return an effect as data; the shell carries it out';

/** Names of the world that a pure file does not see, and what to do instead. */
const WORLD: Readonly<Record<string, string>> = {
  process: 'take the setting as an argument',
  globalThis: 'name what you need as an argument',
  setTimeout: CLOCK,
  setInterval: CLOCK,
  setImmediate: CLOCK,
  queueMicrotask: CLOCK,
  performance: CLOCK,
  crypto: CHANCE,
  fetch: EFFECT,
  WebSocket: EFFECT,
  console: 'return a reason from a closed union; the shell logs it',
};

/** Members of names that are pure otherwise. */
const WORLD_MEMBERS: Readonly<Record<string, string>> = {
  'Date.now': CLOCK,
  'Temporal.Now': CLOCK,
  'Math.random': CHANCE,
};

/** Everything in a pure file that reads the world or changes it. */
export const purityFaults = (sources: readonly Source[]): Fault[] =>
  sources.filter(({ path }) => isPure(path)).flatMap((source) => [...packageFaults(source), ...worldFaults(source)]);

const packageFaults = ({ path, imports }: Source): Fault[] =>
  imports
    .filter(({ request, target }) => target === null && !PURE_PACKAGES.has(request))
    .map(({ request, line }) => ({
      rule: 'pure-imports-no-shell-package',
      path,
      line,
      message: `is pure and imports ${request}`,
    }));

function worldFaults({ path, program, lineAt }: Source): Fault[] {
  const own = ownNames(program);
  const faults: Fault[] = [];
  forEachNode(program, (node, parent, key) => {
    const found = worldIn(node, parent, key);
    if (found === null || own.has(found.name.split('.')[0] ?? '')) return;
    const message = `reads or changes the world with ${found.name}: ${found.instead}`;
    faults.push({ rule: 'pure-sees-no-world', path, line: lineAt(node.start), message });
  });
  return faults;
}

function worldIn(node: ESTree.Node, parent: ESTree.Node | null, key: string): { name: string; instead: string } | null {
  if (node.type === 'NewExpression' && isNamed(node.callee, 'Date') && node.arguments.length === 0) {
    return { name: 'new Date()', instead: CLOCK };
  }
  if (node.type === 'CallExpression' && isNamed(node.callee, 'Date')) return { name: 'Date()', instead: CLOCK };
  if (node.type === 'MemberExpression' && node.object.type === 'Identifier') {
    const member = memberName(node);
    const name = `${node.object.name}.${member ?? ''}`;
    const instead = WORLD_MEMBERS[name];
    return instead === undefined ? null : { name, instead };
  }
  if (node.type !== 'Identifier' || isOnlyALabel(parent, key)) return null;
  const instead = Object.hasOwn(WORLD, node.name) ? WORLD[node.name] : undefined;
  return instead === undefined ? null : { name: node.name, instead };
}

const isNamed = (node: ESTree.Node, name: string): boolean => node.type === 'Identifier' && node.name === name;

function memberName({ property, computed }: ESTree.MemberExpression): string | null {
  if (!computed) return property.type === 'Identifier' ? property.name : null;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : null;
}

/** `state.process` and `{ process: … }` name a property, not the world. */
function isOnlyALabel(parent: ESTree.Node | null, key: string): boolean {
  if (parent === null) return false;
  if (parent.type === 'MemberExpression') return key === 'property' && !parent.computed;
  if (parent.type === 'Property') return key === 'key' && !parent.computed && !parent.shorthand;
  return key === 'key' || parent.type.startsWith('TS');
}

/** Names that the file itself gives to something: a parameter called `process` is not Node's. */
function ownNames(program: ESTree.Program): Set<string> {
  const names = new Set<string>();
  const bind = (node: ESTree.Node | null): void => {
    if (node === null) return;
    if (node.type === 'Identifier') names.add(node.name);
    else if (node.type === 'ObjectPattern') for (const entry of node.properties) bind(entry);
    else if (node.type === 'Property') bind(node.value);
    else if (node.type === 'ArrayPattern') for (const entry of node.elements) bind(entry);
    else if (node.type === 'AssignmentPattern') bind(node.left);
    else if (node.type === 'RestElement') bind(node.argument);
  };
  forEachNode(program, (node) => {
    if (node.type === 'VariableDeclarator') bind(node.id);
    else if (node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') {
      bind(node.id);
      for (const param of node.params) bind(param);
    } else if (node.type === 'ArrowFunctionExpression') for (const param of node.params) bind(param);
    else if (node.type === 'ImportSpecifier') bind(node.local);
    else if (node.type === 'ClassDeclaration') bind(node.id);
  });
  return names;
}
