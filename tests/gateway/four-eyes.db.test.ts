import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { applySite } from '../../src/app/site-config-store.ts';
import type { Problem } from '../../src/contract/http.ts';
import type { ProposalView, SubmittedView } from '../../src/contract/proposals.ts';
import type { Role } from '../../src/core/access.ts';
import { digestOf } from '../../src/gateway/secret-words.ts';
import { testDatabase } from '../support/test-database.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db, pool } = database;
const house = await testGateway(database);
const TEXT = await readFile(new URL('../support/small-pond.yaml', import.meta.url), 'utf8');
const LOOSER = TEXT.replace('red: 338.89', 'red: 338.95').replace('on: 2024-05-01', 'on: 2026-05-01');

/** Signs somebody in with roles at the pond; the second factor is taken as proved. */
async function person(name: string, ...roles: readonly Role[]): Promise<string> {
  const grants = roles.map((role) => ({ role, siteId: null }));
  const cookie = await signIn(house, database, name, grants);
  await pool.query(`update session set second_factor = true`);
  return cookie;
}
const LI = await person('li', 'engineer');
const WANG = await person('wang', 'engineer');
const ZHAO = await person('zhao', 'operator');
const BOTH = await person('sun', 'engineer', 'operator');

interface Answer<T> {
  readonly status: number;
  readonly type: unknown;
  readonly text: string;
  readonly body: () => T;
}

async function ask<T = Problem>(
  cookie: string,
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
): Promise<Answer<T>> {
  const headers = { cookie, origin: house.url, host: new URL(house.url).host };
  const response = await house.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    text: response.body,
    body: () => response.json(),
  };
}
const submit = (cookie: string, text: string) =>
  ask<SubmittedView>(cookie, 'POST', '/api/sites/demo-pond/config', { text, reason: 'surveyed anew' });
const decide = (cookie: string, id: string, how: string) =>
  ask<ProposalView>(cookie, 'POST', `/api/proposals/${id}/${how}`, { reason: 'looked at it' });
const proposals = async (cookie: string) =>
  (await ask<ProposalView[]>(cookie, 'GET', '/api/sites/demo-pond/proposals')).body();

beforeEach(async () => {
  await pool.query('truncate site_config, proposal, level_lowering cascade');
  await applySite(db, { text: TEXT, name: 'pond.yaml', who: 'test', now: house.clock.now() });
});

describe('a site over HTTP', () => {
  it('is exported as YAML to who writes it, and handed back as it is changes nothing', async () => {
    const url = '/api/sites/demo-pond/config';
    const [engineer, operator] = [await ask(LI, 'GET', url), await ask(ZHAO, 'GET', url)];
    expect(engineer).toMatchObject({ status: 200, type: 'application/yaml; charset=utf-8' });
    expect(engineer.text).toMatch(/^site: demo-pond$/m);
    expect(engineer.text).toContain('+8610000000005');
    expect(operator.status).toBe(403);
    expect((await submit(LI, engineer.text)).body()).toMatchObject({ version: 1, proposal: null });
  });

  it('with masked numbers, copied from a screen, is refused and the field is named', async () => {
    const text = TEXT.replace(/phone: '\+86\d+'/, "phone: '100****01'");
    expect(text).not.toBe(TEXT);
    const refused = await ask(LI, 'POST', '/api/sites/demo-pond/config', { text, reason: 'x' });
    expect(refused.status).toBe(400);
    expect(refused.body()).toMatchObject({
      code: 'config/invalid',
      faults: expect.arrayContaining([
        expect.objectContaining({
          path: 'contacts[0].phone',
          message: 'is masked: who may see telephone numbers has to write it in full',
        }),
      ]),
    });
  });

  it('that is wrong is refused with every fault and its place', async () => {
    const text = TEXT.replace('unit: mm', 'unit: furlong').replace('338.89', '1');
    const { status, body } = await ask(LI, 'POST', '/api/sites/demo-pond/config/review', { text });
    expect([status, body().faults?.map(({ path }) => path)]).toEqual([
      400,
      ['sensors[1].unit', 'rules[0].limits.red', 'rules[0].limits.red'],
    ]);
  });

  it('is reviewed before it is sent', async () => {
    const { body } = await ask(LI, 'POST', '/api/sites/demo-pond/config/review', { text: LOOSER });
    expect(body()).toMatchObject({
      loosening: [{ path: 'rules[pond-level].limits.red', before: '338.89', after: '338.95' }],
      tightening: [],
    });
    expect(await proposals(LI)).toEqual([]);
  });

  it('is told nothing of another mine whose topic it would take', async () => {
    const other = TEXT.replace('site: demo-pond', 'site: onyx').replace(/topic: \S+/, "topic: 'onyx/{sensor}'");
    await applySite(db, { text: other, name: 'onyx.yaml', who: 'test', now: house.clock.now() });
    const text = TEXT.replace(/topic: \S+/, "topic: '{sensor}/rain'");
    const refused = await ask(LI, 'POST', '/api/sites/demo-pond/config/review', { text });
    expect(refused.body().faults?.map(({ path }) => path)).toEqual(['mqtt.topic']);
    expect(refused.text).not.toContain('onyx');
  });

  it('of which anything loosens waits until another engineer approves it', async () => {
    const sent = await submit(LI, LOOSER);
    expect(sent.status).toBe(202);
    expect(sent.body()).toMatchObject({ version: null, proposal: { state: 'open', proposedBy: 'li', actedAt: null } });
    const id = sent.body().proposal!.proposalId;
    expect(await decide(ZHAO, id, 'approve')).toMatchObject({ status: 403 });
    const own = await decide(LI, id, 'approve');
    expect([own.status, own.body()]).toMatchObject([403, { code: 'proposal/own' }]);
    const approved = await decide(WANG, id, 'approve');
    expect([approved.status, approved.body()]).toMatchObject([200, { state: 'approved', decided: { by: 'wang' } }]);
    expect((await ask(LI, 'GET', '/api/sites/demo-pond/config')).text).toContain('red: 338.95');
    expect((await decide(WANG, id, 'refuse')).status).toBe(409);
  });

  it('is withdrawn by who proposed it and by nobody else', async () => {
    const id = (await submit(LI, LOOSER)).body().proposal!.proposalId;
    expect((await decide(WANG, id, 'withdraw')).body()).toMatchObject({ code: 'proposal/not-own' });
    expect((await decide(LI, id, 'withdraw')).body()).toMatchObject({ state: 'withdrawn' });
  });

  it('is not changed without a reason, nor under the name of another', async () => {
    const other = TEXT.replace('site: demo-pond', 'site: other');
    expect((await submit(LI, other)).body()).toMatchObject({ code: 'config/invalid' });
    const silent = await ask(LI, 'POST', '/api/sites/demo-pond/config', { text: LOOSER, reason: ' ' });
    expect([silent.status, silent.body().field]).toEqual([400, 'reason']);
    expect((await submit(LI, 'site: "\u0000"')).status).toBe(400);
  });

  it('E14 of two who decide at once one has decided', async () => {
    const id = (await submit(LI, LOOSER)).body().proposal!.proposalId;
    const both = await Promise.all([decide(WANG, id, 'approve'), decide(BOTH, id, 'refuse')]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  it('is decided about by no program, whatever stands in the row of its token', async () => {
    const id = (await submit(LI, LOOSER)).body().proposal!.proposalId;
    await pool.query(
      `insert into credential (id, kind, name, secret_hash, scopes, created_by, created_at, expires_at)
       values (gen_random_uuid(), 'token', 'robot', $1, '{proposal/decide}', 'test', now(), '2099-01-01')`,
      [digestOf('tw_robot')],
    );
    const headers = { authorization: 'Bearer tw_robot' };
    const url = `/api/proposals/${id}/approve`;
    const { statusCode } = await house.app.inject({ method: 'POST', url, headers, payload: { reason: 'beep' } });
    expect(statusCode).toBe(403);
    expect(await proposals(LI)).toMatchObject([{ state: 'open' }]);
  });
});

describe('a level over HTTP', () => {
  it('is proposed to be lowered by an operator and approved by an engineer', async () => {
    await pool.query(
      `insert into level_state (target, site_id, sensor_id, level, state_version, pending, config_version)
       select 'demo-pond/pond-level', 'demo-pond', id, 'red', 3, '{}', 1 from sensor where code = 'pond-level' and site_id = 'demo-pond'`,
    );
    const asked = { target: 'demo-pond/pond-level', to: 'normal', reason: 'the gauge was hit by a boat' };
    const sent = await ask<ProposalView>(ZHAO, 'POST', '/api/sites/demo-pond/lowerings', asked);
    expect([sent.status, sent.body()]).toMatchObject([
      202,
      { kind: 'level/lower', lowering: { target: asked.target, from: 'red', to: 'normal', outcome: null } },
    ]);
    expect((await decide(WANG, sent.body().proposalId, 'approve')).body()).toMatchObject({ state: 'approved' });
    const waiting = await db.selectFrom('level_lowering').selectAll().execute();
    expect(waiting).toMatchObject([{ target: asked.target, to_level: 'normal', who: 'zhao, approved by wang' }]);
  });
});
