import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { PeopleView } from '../../src/contract/people.ts';
import { testDatabase } from '../support/test-database.ts';
import { PASSWORD } from './quick-account.ts';
import { openPage } from './test-gateway.ts';
import { at, twoMines } from './two-mines.ts';

const database = await testDatabase();
const mines = await twoMines(database);
const { db, signedIn, account, as, lastAudit, app, clock, gateway } = mines;
const houseCookie = await signedIn('house', at(null, 'admin'));
const house = as(houseCookie);
const northCookie = await signedIn('north', at('north', 'admin'));
const north = as(northCookie);
const second = await account('second house', at(null, 'admin'));
const idOf = async (name: string) => (await mines.accountNamed(name)).id;
const refused = (status: number, code: string) => expect.objectContaining({ status, code }) as unknown;
const signIn = (name: string, password: string) =>
  app.inject({ method: 'POST', url: '/api/session', payload: { name, password } });

test('a new account has the roles it was given and a first password that has to be changed', async () => {
  const made = await house('POST /api/people', { name: 'duty', grants: at('north', 'operator'), groupIds: [] });
  expect(made).toMatchObject({ status: 201, body: { password: expect.any(String) as string } });
  const { password } = made.body as { password: string };
  const session = await signIn('duty', password);
  expect(session.json()).toMatchObject({ mustChangePassword: true, grants: at('north', 'operator') });
  expect(await lastAudit()).toMatchObject({ action: 'session/begin' });
  const audit = await db.selectFrom('audit').selectAll().where('action', '=', 'account/made').executeTakeFirst();
  expect(audit).toMatchObject({
    who: 'house',
    site_id: 'north',
    facts: { account: 'duty', grants: at('north', 'operator') },
  });
  expect(JSON.stringify(audit)).not.toContain(password);
});

test.each([
  ['a name that is taken', { name: 'house', grants: at('north', 'viewer'), groupIds: [] }, 409, 'account/exists'],
  ['no role at all', { name: 'roleless', grants: [], groupIds: [] }, 409, 'account/without-role'],
  ['a site that is none', { name: 'lost', grants: at('west', 'viewer'), groupIds: [] }, 404, 'site/not-found'],
  ['a group that is none', { name: 'lost', grants: [], groupIds: [randomUUID()] }, 404, 'group/not-found'],
  [
    'a role that is none',
    { name: 'lost', grants: [{ role: 'king', siteId: null }], groupIds: [] },
    400,
    'request/invalid',
  ],
])('an account with %s is refused', async (_what, payload, status, code) => {
  const before = await db.selectFrom('account').select('id').execute();
  expect(await house('POST /api/people', payload)).toEqual(refused(status, code));
  expect(await db.selectFrom('account').select('id').execute()).toHaveLength(before.length);
});

test('roles are changed as a whole, with what stood before in the audit', async () => {
  const id = await account('changed', at('north', 'viewer'));
  const { body } = await house('POST /api/groups', { name: 'night shift', grants: at('south', 'operator') });
  const { groupId } = body as { groupId: string };
  const changed = await house(`PUT /api/people/${id}/grants`, { grants: at('north', 'engineer'), groupIds: [groupId] });
  expect(changed.status).toBe(204);
  expect(await lastAudit()).toMatchObject({
    who: 'house',
    action: 'account/roles-changed',
    site_id: null,
    facts: {
      account: 'changed',
      before: at('north', 'viewer'),
      after: [...at('north', 'engineer'), ...at('south', 'operator')],
      groups: ['night shift'],
    },
  });
  expect(await house(`PUT /api/people/${id}/grants`, { grants: [], groupIds: [] })).toEqual(
    refused(409, 'account/without-role'),
  );
});

test('who is shut out is signed out at once, live page too, and cannot sign in until let in again', async () => {
  const cookie = await signedIn('leaver', at('north', 'operator'));
  const page = await openPage(gateway, cookie);
  page.resume(null);
  const id = await idOf('leaver');
  expect((await house(`POST /api/people/${id}/disable`)).status).toBe(204);
  expect(await page.closed).toBe(4401);
  expect((await as(cookie)('GET /api/session')).status).toBe(401);
  expect((await signIn('leaver', PASSWORD)).statusCode).toBe(401);
  expect(await lastAudit()).toMatchObject({ action: 'session/refused' });
  const { disabled_at: since } = await mines.accountNamed('leaver');
  clock.advance(60_000);
  await house(`POST /api/people/${id}/disable`);
  expect((await mines.accountNamed('leaver')).disabled_at).toEqual(since);
  await house(`POST /api/people/${id}/enable`);
  expect(await lastAudit()).toMatchObject({ who: 'house', action: 'account/enabled', facts: { account: 'leaver' } });
  expect((await signIn('leaver', PASSWORD)).statusCode).toBe(200);
});

test('a password that was reset ends every session; the old one opens nothing, the new one has to be changed', async () => {
  const cookie = await signedIn('forgetful', at('north', 'operator'));
  const { body } = await house(`POST /api/people/${await idOf('forgetful')}/reset-password`);
  const { password } = body as { password: string };
  expect((await as(cookie)('GET /api/session')).status).toBe(401);
  expect((await signIn('forgetful', PASSWORD)).statusCode).toBe(401);
  expect((await signIn('forgetful', password)).json()).toMatchObject({ mustChangePassword: true });
});

test('a second factor that was reset is asked for no more, and its sessions are over', async () => {
  const cookie = await signedIn('phoneless', at('north', 'engineer'));
  await db
    .updateTable('account')
    .set({ totp_confirmed_at: new Date(clock.now()), totp_sealed: Buffer.from('sealed') })
    .where('name', '=', 'phoneless')
    .execute();
  expect((await signIn('phoneless', PASSWORD)).json()).toMatchObject({ code: 'session/code-required' });
  expect((await house(`POST /api/people/${await idOf('phoneless')}/reset-second-factor`)).status).toBe(204);
  expect((await as(cookie)('GET /api/session')).status).toBe(401);
  expect((await signIn('phoneless', PASSWORD)).json()).toMatchObject({
    waitingRoles: ['engineer'],
    permissions: { 'site/see': ['north'] },
  });
});

test('sessions of another are listed and ended', async () => {
  const cookie = await signedIn('roamer', at('north', 'viewer'));
  const id = await idOf('roamer');
  const listed = await house(`GET /api/people/${id}/sessions`);
  expect(listed.body).toMatchObject([{ current: false, address: '127.0.0.1', secondFactor: true }]);
  expect((await house(`POST /api/people/${id}/end-sessions`)).status).toBe(204);
  expect((await house(`GET /api/people/${id}/sessions`)).body).toEqual([]);
  expect((await as(cookie)('GET /api/session')).status).toBe(401);
  expect(await lastAudit()).toMatchObject({ action: 'account/sessions-ended', facts: { sessions: 1 } });
});

test('an identity belongs to one account', async () => {
  const [one, other] = [await account('one', at('north', 'viewer')), await account('other', at('north', 'viewer'))];
  const identity = 'subject-17';
  expect((await house(`PUT /api/people/${one}/identity`, { identity })).status).toBe(204);
  expect(await lastAudit()).toMatchObject({
    action: 'account/identity-changed',
    facts: { before: null, after: identity },
  });
  expect(await house(`PUT /api/people/${other}/identity`, { identity })).toEqual(
    refused(409, 'account/identity-taken'),
  );
  expect((await house(`PUT /api/people/${one}/identity`, { identity })).status).toBe(204);
  expect((await house(`PUT /api/people/${one}/identity`, { identity: null })).status).toBe(204);
  expect((await house(`PUT /api/people/${other}/identity`, { identity })).status).toBe(204);
});

test('nobody changes their own account or roles, directly or through a group', async () => {
  const own = await idOf('house');
  const { body } = await house('POST /api/groups', { name: 'own group', grants: at('north', 'viewer') });
  const { groupId } = body as { groupId: string };
  const group = { name: 'own group', grants: at('north', 'viewer') };
  for (const act of ['disable', 'enable', 'reset-password', 'reset-second-factor', 'end-sessions'])
    expect(await house(`POST /api/people/${own}/${act}`)).toEqual(refused(409, 'account/own'));
  expect(await house(`PUT /api/people/${own}/identity`, { identity: 'me' })).toEqual(refused(409, 'account/own'));
  const more = { grants: at(null, 'admin', 'operator'), groupIds: [] };
  expect(await house(`PUT /api/people/${own}/grants`, more)).toEqual(refused(409, 'account/own-grants'));
  const joined = await house(`PUT /api/groups/${groupId}`, { ...group, memberIds: [own] });
  expect(joined).toEqual(refused(409, 'account/own-grants'));

  await db.insertInto('group_member').values({ group_id: groupId, account_id: own }).execute();
  const richer = { ...group, grants: at(null, 'operator'), memberIds: [own] };
  expect(await house(`PUT /api/groups/${groupId}`, richer)).toEqual(refused(409, 'account/own-grants'));
  expect(await house(`DELETE /api/groups/${groupId}`)).toEqual(refused(409, 'account/own-grants'));
  const renamed = { ...group, name: 'renamed', memberIds: [own, second] };
  expect((await house(`PUT /api/groups/${groupId}`, renamed)).status).toBe(204);
  await db.deleteFrom('group_member').where('group_id', '=', groupId).execute();
});

test('a group gives its roles to its members, and takes them away', async () => {
  const cookie = await signedIn('member', at('north', 'viewer'));
  const id = await idOf('member');
  const { body } = await house('POST /api/groups', { name: 'crew', grants: at('south', 'operator') });
  const { groupId } = body as { groupId: string };
  const crew = { name: 'crew', grants: at('south', 'operator') };
  expect((await house(`PUT /api/groups/${groupId}`, { ...crew, memberIds: [id] })).status).toBe(204);
  expect(await lastAudit()).toMatchObject({
    action: 'group/changed',
    site_id: 'south',
    facts: { before: { members: [] }, after: { members: ['member'] } },
  });
  expect((await as(cookie)('GET /api/session')).body).toMatchObject({ permissions: { 'callout/answer': ['south'] } });
  expect((await house(`DELETE /api/groups/${groupId}`)).status).toBe(204);
  expect((await as(cookie)('GET /api/session')).body).toMatchObject({ grants: at('north', 'viewer') });
  expect(await house(`DELETE /api/groups/${groupId}`)).toEqual(refused(404, 'group/not-found'));
});

test('a group leaves nobody without a role, and its name is taken once', async () => {
  const { body } = await house('POST /api/groups', { name: 'all there is', grants: at('south', 'viewer') });
  const { groupId } = body as { groupId: string };
  await house('POST /api/people', { name: 'only in the group', grants: [], groupIds: [groupId] });
  expect(await house(`DELETE /api/groups/${groupId}`)).toEqual(refused(409, 'account/without-role'));
  const empty = { name: 'all there is', grants: at('south', 'viewer'), memberIds: [] };
  expect(await house(`PUT /api/groups/${groupId}`, empty)).toEqual(refused(409, 'account/without-role'));
  expect(await house('POST /api/groups', { name: 'all there is', grants: at('south', 'viewer') })).toEqual(
    refused(409, 'group/exists'),
  );
  const { body: view } = await house('GET /api/people');
  const { groups } = view as PeopleView;
  expect(groups.find((group) => group.groupId === groupId)).toMatchObject({
    foreignMembers: 0,
    memberIds: [await idOf('only in the group')],
  });
});

test('an open page loses what a role that was taken away had shown', async () => {
  const cookie = await signedIn('watcher', at('north', 'viewer'));
  const page = await openPage(gateway, cookie);
  page.resume(null);
  const id = await idOf('watcher');
  await house(`PUT /api/people/${id}/grants`, { grants: at('south', 'viewer'), groupIds: [] });
  expect((await as(cookie)('GET /api/sites/north/overview')).status).toBe(404);
  expect((await as(cookie)('GET /api/sites')).body).toMatchObject([{ siteId: 'south' }]);
  page.socket.close();
  await page.closed;
});

test('without the permission, or before a second factor was proved, every one of these doors is closed', async () => {
  const viewer = as(await signedIn('viewer', at(null, 'viewer', 'operator', 'engineer', 'bureau')));
  const id = await idOf('member');
  const doors = mines.routes.filter((route) => /\/api\/(?:people|groups|credentials)/.test(route));
  expect(doors).toHaveLength(16);
  const unproved = as(await signedIn('unproved', at(null, 'admin')));
  await db
    .updateTable('session')
    .set({ second_factor: false })
    .where('account_id', '=', await idOf('unproved'))
    .execute();
  for (const door of doors) {
    const asked = door.replaceAll(/:\w+/g, id);
    // Who may not pass is not even told what was wrong with the body.
    expect([door, await viewer(asked, {})]).toEqual([door, refused(403, 'access/denied')]);
    expect([door, await unproved(asked, {})]).toEqual([door, refused(403, 'access/denied')]);
  }
});

/** Of whom the administrator of the north mine must not be told. */
const foreigners = async () => {
  const name = randomUUID();
  const ids = {
    house: await idOf('house'),
    south: await account(`south ${name}`, at('south', 'viewer')),
    both: await account(`both ${name}`, [...at('north', 'viewer'), ...at('south', 'operator')]),
    inGroup: await account(`in a house group ${name}`, at('north', 'viewer')),
    nobody: await account(`without any role ${name}`, []),
  };
  const { body } = await house('POST /api/groups', { name: `house group ${name}`, grants: at(null, 'viewer') });
  const { groupId: houseGroup } = body as { groupId: string };
  await db.insertInto('group_member').values({ group_id: houseGroup, account_id: ids.inGroup }).execute();
  return { ...ids, houseGroup, unseen: Object.values(ids) };
};
const notThere = refused(404, 'account/not-found');
const denied = refused(403, 'access/denied');

test('the administrator of one mine is not told of who is of another, and cannot change them', async () => {
  const { unseen, houseGroup } = await foreigners();
  const { accounts, groups } = (await north('GET /api/people')).body as PeopleView;
  expect(accounts.map(({ accountId }) => accountId)).toContain(await idOf('north'));
  expect(accounts.filter(({ accountId }) => unseen.includes(accountId))).toEqual([]);
  expect(groups.filter(({ groupId }) => groupId === houseGroup)).toEqual([]);
  for (const id of unseen) {
    for (const act of ['disable', 'enable', 'reset-second-factor', 'end-sessions'])
      expect(await north(`POST /api/people/${id}/${act}`)).toEqual(notThere);
    expect(await north(`GET /api/people/${id}/sessions`)).toEqual(notThere);
    expect(await north(`PUT /api/people/${id}/identity`, { identity: 'mine' })).toEqual(notThere);
    const taken = { grants: at('north', 'viewer'), groupIds: [] };
    expect(await north(`PUT /api/people/${id}/grants`, taken)).toEqual(notThere);
  }
});

test.each(['house', 'south', 'both', 'inGroup', 'nobody'] as const)(
  'the administrator of one mine cannot reset the password of who is of another: %s',
  async (who) => {
    const { [who]: id } = await foreigners();
    const before = await db.selectFrom('account').select('password_hash').where('id', '=', id).executeTakeFirst();
    expect(await north(`POST /api/people/${id}/reset-password`)).toEqual(notThere);
    expect(await db.selectFrom('account').select('password_hash').where('id', '=', id).executeTakeFirst()).toEqual(
      before,
    );
  },
);

test('the administrator of one mine gives no role at another, to nobody', async () => {
  const { houseGroup } = await foreigners();
  const own = await account('of the north', at('north', 'viewer'));
  const foreign = [at('south', 'viewer'), at(null, 'viewer'), [...at('north', 'viewer'), ...at('south', 'admin')]];
  for (const grants of foreign) {
    expect(await north(`PUT /api/people/${own}/grants`, { grants, groupIds: [] })).toEqual(denied);
    expect(await north('POST /api/groups', { name: 'plant', grants })).toEqual(denied);
  }
  expect(await north('POST /api/people', { name: 'plant', grants: at('south', 'viewer'), groupIds: [] })).toEqual(
    denied,
  );
  const intoHouse = { grants: at('north', 'viewer'), groupIds: [houseGroup] };
  expect(await north(`PUT /api/people/${own}/grants`, intoHouse)).toEqual(refused(404, 'group/not-found'));
  expect(await north('POST /api/people', { ...intoHouse, name: 'plant' })).toEqual(refused(404, 'group/not-found'));
  const raised = { grants: at('north', 'admin', 'engineer'), groupIds: [] };
  expect(await north(`PUT /api/people/${await idOf('north')}/grants`, raised)).toEqual(
    refused(409, 'account/own-grants'),
  );
  expect((await north(`POST /api/people/${own}/reset-password`)).status).toBe(200);
});

test('a group is no lever of the administrator of one mine on another', async () => {
  const { houseGroup, unseen, both } = await foreigners();
  const own = await account('in the north group', at('north', 'viewer'));
  const captured = { name: 'captured', grants: at('north', 'admin'), memberIds: [own] };
  expect(await north(`PUT /api/groups/${houseGroup}`, captured)).toEqual(refused(404, 'group/not-found'));
  expect(await north(`DELETE /api/groups/${houseGroup}`)).toEqual(refused(404, 'group/not-found'));

  const made = await north('POST /api/groups', { name: 'north group', grants: at('north', 'viewer') });
  expect(made.status).toBe(201);
  const { groupId: ownGroup } = made.body as { groupId: string };
  const withMembers = (...memberIds: string[]) => ({ name: 'north group', grants: at('north', 'viewer'), memberIds });
  expect((await north(`PUT /api/groups/${ownGroup}`, withMembers(own))).status).toBe(204);
  for (const id of unseen) expect(await north(`PUT /api/groups/${ownGroup}`, withMembers(own, id))).toEqual(notThere);
  const wider = { ...withMembers(own), grants: at('south', 'viewer') };
  expect(await north(`PUT /api/groups/${ownGroup}`, wider)).toEqual(denied);

  // A house administrator may put a foreigner there; then the group is no lever, and tells only how many there are.
  expect((await house(`PUT /api/groups/${ownGroup}`, withMembers(own, both))).status).toBe(204);
  const seen = ((await north('GET /api/people')).body as PeopleView).groups.find(({ groupId }) => groupId === ownGroup);
  expect(seen).toMatchObject({ memberIds: [own], foreignMembers: 1 });
  expect(
    await north(`PUT /api/groups/${ownGroup}`, { ...withMembers(own, both), grants: at('north', 'admin') }),
  ).toEqual(denied);
  expect(await north(`PUT /api/groups/${ownGroup}`, withMembers(own))).toEqual(denied);
  expect(await north(`DELETE /api/groups/${ownGroup}`)).toEqual(denied);
});
