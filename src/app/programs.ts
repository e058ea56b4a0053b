import { fileURLToPath } from 'node:url';
import { isSetting } from '../platform/settings.ts';
import type { Environment } from '../platform/settings.ts';
import type { Program } from '../platform/supervisor.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The service itself, in the order of starting: what follows may rely on what stands before. */
export const serviceProgram = (name: 'judge' | 'acquire' | 'alert' | 'gateway', env: NodeJS.ProcessEnv): Program => ({
  name,
  file: file('src/main.ts'),
  args: [name],
  // They never own the tables that they write to.
  env: Object.fromEntries(Object.entries(env).filter(([setting]) => !/^DATABASE_OWNER_URL(_FILE)?$/.test(setting))),
});

/** Stands outside and speaks the real protocols. */
export const simulatorProgram = (
  name: 'carrier' | 'instruments',
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Program => ({
  name,
  file: file(`simulators/${name}/main.ts`),
  args,
  env,
});

/** What a counterpart may see: nothing of the service's own. */
export const outside = (env: Environment): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !isSetting(name)));

export const DEMO_SITE = file('config/sites/demo-pond.yaml');
