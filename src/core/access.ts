/** What a person may be at a site. */
export const ROLES = ['viewer', 'operator', 'engineer', 'admin', 'bureau'] as const;
export type Role = (typeof ROLES)[number];

/** Roles that do more than look only once the session has proved a second factor: who holds them can silence or loosen something. */
const STRONG: ReadonlySet<Role> = new Set<Role>(['engineer', 'admin']);

/**
 * Who may do what, the one place where that stands. Each route names one of these; `docs/permissions.md` explains them.
 * Nothing is implied: who administers people does not thereby answer callouts.
 */
const ROLES_THAT_MAY = {
  /** Levels, curves, connections, work on points, callouts, live. */
  'site/see': ['viewer', 'operator', 'engineer', 'admin', 'bureau'],
  /** Telephone numbers in full: who has to dial them by hand when the line is down, and who writes them. Others see them masked. */
  'phone/see': ['operator', 'engineer', 'admin'],
  'alarm/acknowledge': ['operator', 'engineer'],
  /** What was seen on a round: a finding calls people at once. Proposing that one is milder, too: a second person decides. */
  'finding/report': ['operator', 'engineer'],
  /** Keep an alarm from asking for attention for a while; at orange and red a second person agrees. */
  'alarm/shelve': ['operator', 'engineer'],
  /** A warning of the weather bureau calls people by itself. */
  'weather/announce': ['operator', 'engineer'],
  /** Start the accident clock, and say who has been told. */
  'accident/declare': ['operator', 'engineer'],
  'callout/answer': ['operator'],
  'callout/release': ['operator', 'engineer'],
  /** Tell people below the dam to leave. Whoever sees it coming: it needs no level and no approval. */
  'broadcast/press': ['operator', 'engineer', 'admin'],
  /** Say by hand where somebody is, and who goes to the door. */
  'broadcast/mark': ['operator', 'engineer', 'admin'],
  /** End an evacuation: nobody is called any more. */
  'broadcast/end': ['operator', 'engineer'],
  /** Whom an evacuation calls, and which way they go. */
  'broadcast/prepare': ['engineer', 'admin'],
  /** Begin or plan a 演练: people are really called. */
  'drill/start': ['operator', 'engineer'],
  /** End one that runs, or call off one that is planned. */
  'drill/end': ['operator', 'engineer', 'admin'],
  /** Add recordings, photos and papers to the report of a callout or a drill. */
  'report/attach': ['operator', 'engineer'],
  'maintenance/manage': ['operator', 'engineer'],
  'quarantine/replay': ['operator', 'engineer'],
  /** Have an instrument measure now, and look at what comes raw. */
  'line/ask': ['operator', 'engineer'],
  /** Ask for a swap, answer one, enter one's own absence. */
  'roster/ask': ['operator', 'engineer', 'admin'],
  /** Rotations, holidays, overrides, absences of others: who is called follows from it. */
  'roster/edit': ['engineer', 'admin'],
  /** The configuration as a whole, and changes of it. */
  'site/configure': ['engineer'],
  /** Approve or refuse what somebody else has proposed. */
  'proposal/decide': ['engineer'],
  'audit/read': ['engineer', 'admin'],
  /** Accounts, groups, roles, sessions of others. */
  'people/manage': ['admin'],
  /** Let a copy of the database call people. */
  'installation/arm': ['admin'],
  /** Kiosks, tokens, passwords of instruments. */
  'credential/manage': ['admin'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof ROLES_THAT_MAY;
export const PERMISSIONS = Object.keys(ROLES_THAT_MAY) as Permission[];

/** What a program may be allowed. It never answers, releases or approves: those are for a human being. */
export const TOKEN_SCOPES = [
  'site/see',
  'weather/announce',
  'maintenance/manage',
  'quarantine/replay',
  'audit/read',
] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** Every site, also those to come. */
export const ALL_SITES = null;

/** A role at one site, or at all of them. */
export interface Grant {
  readonly role: Role;
  readonly siteId: string | null;
}

/** What somebody may, as it is asked of at every door. */
export type Access = ReadonlyMap<Permission, 'all' | ReadonlySet<string>>;

/** What these roles allow. Without a second factor those that need one let look, and nothing else. */
export function accessOf(grants: readonly Grant[], { secondFactor }: { readonly secondFactor: boolean }): Access {
  return new Map(
    PERMISSIONS.flatMap((permission) => {
      const roles: readonly Role[] = ROLES_THAT_MAY[permission];
      const sites = grants
        .filter(({ role }) => roles.includes(role))
        .filter(({ role }) => secondFactor || !STRONG.has(role) || permission === 'site/see')
        .map(({ siteId }) => siteId);
      return sites.length === 0 ? [] : [[permission, reach(sites)] as const];
    }),
  );
}

/** What a program, or a screen on a wall, is allowed: these and nothing else. */
export const accessOfScopes = (scopes: readonly Permission[], siteIds: readonly string[] | null): Access =>
  new Map(scopes.map((permission) => [permission, siteIds === null ? 'all' : new Set(siteIds)]));

const reach = (sites: readonly (string | null)[]): 'all' | ReadonlySet<string> => {
  const named = sites.filter((site) => site !== ALL_SITES);
  return named.length < sites.length ? 'all' : new Set(named);
};

/** Whether it is allowed at this site. */
export function mayAt(access: Access, permission: Permission, siteId: string): boolean {
  const sites = access.get(permission);
  return sites === 'all' || sites?.has(siteId) === true;
}

/** Whether it is allowed at every site, also those to come. */
export const mayEverywhere = (access: Access, permission: Permission): boolean => access.get(permission) === 'all';

/** Whether it is allowed anywhere at all. */
export const maySomewhere = (access: Access, permission: Permission): boolean => access.has(permission);

/** Roles among these that wait for a second factor. */
export const waitingForSecondFactor = (grants: readonly Grant[]): readonly Role[] =>
  [...new Set(grants.map(({ role }) => role))].filter((role) => STRONG.has(role));

/**
 * Whether `access` may change an account, or a group, that holds these roles: only who administers every site of it.
 * Else the administrator of one mine could take over who administers all of them. What holds no role is of no site.
 */
export const mayManage = (access: Access, grants: readonly Grant[]): boolean =>
  (grants.length > 0 || mayEverywhere(access, 'people/manage')) &&
  grants.every(({ siteId }) =>
    siteId === ALL_SITES ? mayEverywhere(access, 'people/manage') : mayAt(access, 'people/manage', siteId),
  );
