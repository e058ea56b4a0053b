import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PERMISSIONS,
  ROLES,
  TOKEN_SCOPES,
  accessOf,
  accessOfScopes,
  mayAt,
  mayEverywhere,
  mayManage,
  maySomewhere,
} from '../../src/core/access.ts';
import type { Grant } from '../../src/core/access.ts';

const proved = { secondFactor: true };
const SITES = ['east', 'west', 'south'];
const grant = fc.record({
  role: fc.constantFrom(...ROLES),
  siteId: fc.constantFrom<string | null>(null, ...SITES),
}) satisfies fc.Arbitrary<Grant>;
const grants = fc.array(grant, { maxLength: 6 });
const permission = fc.constantFrom(...PERMISSIONS);

describe('access', () => {
  it('is at a site what the roles at that site, and those at all sites, give', () => {
    fc.assert(
      fc.property(grants, permission, fc.constantFrom(...SITES), (held, asked, site) => {
        const byOne = held.some(
          ({ role, siteId }) =>
            mayAt(accessOf([{ role, siteId: siteId === null ? null : site }], proved), asked, site) &&
            (siteId === null || siteId === site),
        );
        expect(mayAt(accessOf(held, proved), asked, site)).toBe(byOne);
      }),
    );
  });

  it('reaches sites to come only through a grant at all of them', () => {
    fc.assert(
      fc.property(grants, permission, (held, asked) => {
        const access = accessOf(held, proved);
        expect(mayEverywhere(access, asked)).toBe(mayAt(access, asked, 'a site that nobody has named'));
        if (mayEverywhere(access, asked)) expect(maySomewhere(access, asked)).toBe(true);
      }),
    );
  });

  it('never grows by taking a grant or the second factor away', () => {
    fc.assert(
      fc.property(
        grants,
        fc.nat(),
        fc.boolean(),
        permission,
        fc.constantFrom(...SITES),
        (held, at, second, asked, site) => {
          const less = held.filter((_, i) => i !== at % Math.max(1, held.length));
          const fewer = accessOf(less, { secondFactor: second });
          if (mayAt(fewer, asked, site)) expect(mayAt(accessOf(held, proved), asked, site)).toBe(true);
        },
      ),
    );
  });

  it.each(['engineer', 'admin'] as const)(
    'of %s is to look, and nothing else, until a second factor is proved',
    (role) => {
      const access = accessOf([{ role, siteId: 'east' }], { secondFactor: false });
      expect([...access]).toEqual([['site/see', new Set(['east'])]]);
    },
  );

  it('who administers one mine cannot take over who administers another, or all', () => {
    const east = accessOf([{ role: 'admin', siteId: 'east' }], proved);
    expect(mayManage(east, [{ role: 'operator', siteId: 'east' }])).toBe(true);
    expect(
      mayManage(east, [
        { role: 'operator', siteId: 'east' },
        { role: 'viewer', siteId: 'west' },
      ]),
    ).toBe(false);
    expect(mayManage(east, [{ role: 'viewer', siteId: null }])).toBe(false);
    expect(mayManage(accessOf([{ role: 'operator', siteId: null }], proved), [])).toBe(false);
  });

  it('of a program never answers, closes or approves, whatever it is given', () => {
    for (const asked of [
      'callout/answer',
      'callout/release',
      'alarm/acknowledge',
      'proposal/decide',
      'people/manage',
    ] as const)
      expect(maySomewhere(accessOfScopes(TOKEN_SCOPES, null), asked)).toBe(false);
  });
});
