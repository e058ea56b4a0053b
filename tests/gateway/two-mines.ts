import type { Grant, Role } from '../../src/core/access.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { storePond } from './pond.ts';
import { quickAccount } from './quick-account.ts';
import { signIn, testGateway } from './test-gateway.ts';

export const at = (siteId: string | null, ...roles: Role[]): Grant[] => roles.map((role) => ({ role, siteId }));

/** Two mines in one house: `house` administers both, `north` only the north one. */
export async function twoMines(database: TestDatabase) {
  const { db } = database;
  await storePond(db, 'north');
  await storePond(db, 'south');
  const gateway = await testGateway(database);
  const { app, clock } = gateway;

  /** Signs in with a second factor proved. */
  const signedIn = async (name: string, grants: readonly Grant[]): Promise<string> => {
    const cookie = await signIn(gateway, database, name, grants);
    const { id } = await accountNamed(name);
    await db.updateTable('session').set({ second_factor: true }).where('account_id', '=', id).execute();
    return cookie;
  };
  const accountNamed = (name: string) =>
    db.selectFrom('account').selectAll().where('name', '=', name).executeTakeFirstOrThrow();
  const account = (name: string, grants: readonly Grant[]): Promise<string> =>
    quickAccount(database, { name, grants }, clock.now());

  /** Asks as whoever holds this cookie; the answer as far as tests look at it. */
  const as =
    (cookie: string) =>
    async (request: string, payload?: object): Promise<{ status: number; code?: string; body: unknown }> => {
      const [method, url = ''] = request.split(' ');
      const response = await app.inject({
        method: method as 'GET',
        url,
        headers: { cookie },
        ...(payload !== undefined && { payload }),
      });
      const body: unknown = response.body === '' ? undefined : response.json();
      const code = (body as { code?: string } | undefined)?.code;
      return { status: response.statusCode, ...(code !== undefined && { code }), body };
    };
  const lastAudit = () =>
    db
      .selectFrom('audit')
      .select(['who', 'action', 'site_id', 'facts'])
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();

  return { ...gateway, gateway, db, signedIn, account, accountNamed, as, lastAudit };
}
