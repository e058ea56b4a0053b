import { accessOf, mayAt } from '../../../src/core/access.ts';
import type { Permission } from '../../../src/core/access.ts';
import { session } from './session.ts';

/** Whether who is signed in may do this at the site. */
export function may(permission: Permission, siteId: string): boolean {
  const sites = session.value?.permissions[permission];
  return sites === 'all' || sites?.includes(siteId) === true;
}

/** Whether who is signed in may do this anywhere. */
export const maySomewhere = (permission: Permission): boolean => session.value?.permissions[permission] !== undefined;

/** Why not: the screen only shows, a role waits for the second factor, or no role allows it. */
export function whyNot(permission: Permission, siteId: string): 'screen' | 'second-factor' | 'role' {
  if (session.value?.kind !== 'person') return 'screen';
  const proved = accessOf(session.value.grants, { secondFactor: true });
  return mayAt(proved, permission, siteId) ? 'second-factor' : 'role';
}
