import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { findingDesk } from '../../src/app/finding-desk.ts';
import { FindingView, PhotoView } from '../../src/contract/findings.ts';
import type { ReportFinding } from '../../src/contract/findings.ts';
import { ProposalView } from '../../src/contract/proposals.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { desksOf, storeMine } from './marked-mines.ts';
import { person } from './personas.ts';
import { testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database, { ...desksOf(db) });
const mine = await storeMine(db, 'graphite', ['+861000000011', '+861000000012', '+861000000013']);
const siteId = mine.mark;
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(64, 7)]);

const at = [{ role: 'operator', siteId }] as const;
const operator = await person(db, 'patrol', at);
const engineer = await person(db, 'engineer', [{ role: 'engineer', siteId }], { secondFactor: true });
const stranger = await person(db, 'stranger', [{ role: 'operator', siteId: 'elsewhere' }]).catch(() => null);

const finding = (more: Partial<ReportFinding> = {}): ReportFinding => ({
  clientKey: randomUUID(),
  kind: 'piping',
  level: 'orange',
  place: '三号坝段下游坡脚',
  note: '水色浑浊\n范围约两米',
  ...more,
});

async function send(method: 'GET' | 'POST', url: string, payload?: object | Buffer, who = operator, type?: string) {
  const headers = { ...(await who.headers()), ...(type !== undefined && { 'content-type': type }) };
  return house.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
}
const post = (url: string, payload?: object | Buffer, who = operator, type?: string) =>
  send('POST', url, payload, who, type);

async function reported(more?: Partial<ReportFinding>): Promise<FindingView> {
  const response = await post(`/api/sites/${siteId}/findings`, finding(more));
  expect(response.statusCode, response.body).toBe(201);
  return FindingView.parse(response.json());
}
const now = async (findingId: string): Promise<FindingView> =>
  FindingView.parse((await send('GET', `/api/findings/${findingId}`)).json());

describe('a finding', () => {
  beforeAll(async () => {
    await db.deleteFrom('attempt').execute();
    await db.deleteFrom('callout').execute();
  });

  it('calls people as a sensor at its level does, in its words', async () => {
    const { findingId } = await reported({ level: 'red' });
    const { desk } = desksOf(db);
    await desk.followReports();
    const callout = await db.selectFrom('callout').select('state').where('site_id', '=', siteId).execute();
    expect(callout).toHaveLength(1);
    expect(callout[0]?.state).toMatchObject({ reports: { [`finding:${findingId}`]: { level: 'red' } } });
    const says = await db.selectFrom('attempt').select('say').where('site_id', '=', siteId).execute();
    expect(JSON.stringify(says)).toContain('人工巡查发现管涌，三号坝段下游坡脚，水色浑浊 范围约两米');
  });

  it('sent twice by a phone with a bad line is one finding, also at once', async () => {
    const asked = finding();
    const url = `/api/sites/${siteId}/findings`;
    const [one, other] = await Promise.all([post(url, asked), post(url, asked)]);
    const again = await post(url, asked);
    const ids = [one, other, again].map((reply) => FindingView.parse(reply.json()).findingId);
    expect(new Set(ids).size).toBe(1);
    const rows = await db
      .selectFrom('report_change')
      .select('position')
      .where('key', '=', `finding:${ids[0] ?? ''}`)
      .execute();
    expect(rows).toHaveLength(1);
  });

  it('needs a place, and one that there is', async () => {
    const { place: _, ...nowhere } = finding();
    const url = `/api/sites/${siteId}/findings`;
    expect((await post(url, nowhere)).json()).toMatchObject({ code: 'finding/no-place' });
    expect((await post(url, { ...nowhere, section: 'none' })).json()).toMatchObject({ code: 'point/not-found' });
    expect((await post(url, { ...nowhere, section: `${siteId}-section` })).statusCode).toBe(201);
  });

  it('is raised at once by one person', async () => {
    const { findingId } = await reported({ level: 'yellow' });
    const url = `/api/findings/${findingId}/raise`;
    expect((await post(url, { level: 'yellow', reason: 'the same' })).json()).toMatchObject({
      code: 'finding/not-graver',
    });
    const raised = await post(url, { level: 'red', reason: 'the water carries sand' });
    expect(FindingView.parse(raised.json())).toMatchObject({ level: 'red', reportedLevel: 'yellow' });
    expect((await now(findingId)).changes.map(({ to, seen }) => [to, seen])).toEqual([
      ['yellow', null],
      ['red', 'the water carries sand'],
    ]);
  });

  it('is lowered by an inspection and a second person, and by nobody alone', async () => {
    const { findingId } = await reported();
    const inspection = { to: 'normal', inspectedBy: 'Zhao', inspectedAt: house.clock.now() - HOUR, seen: 'dry again' };
    const proposed = await post(`/api/findings/${findingId}/lowerings`, inspection);
    expect(proposed.statusCode, proposed.body).toBe(202);
    const { proposalId } = ProposalView.parse(proposed.json());
    expect(await now(findingId)).toMatchObject({ level: 'orange', lowering: { proposalId, to: 'normal' } });
    const approve = `/api/proposals/${proposalId}/approve`;
    expect((await post(approve, { reason: 'me too' })).statusCode).toBe(403);
    const approved = await post(approve, { reason: 'photos agree' }, engineer);
    expect(approved.statusCode, approved.body).toBe(200);
    const view = await now(findingId);
    expect(view).toMatchObject({ level: 'normal', lowering: null });
    expect(view.changes.at(-1)).toMatchObject({ from: 'orange', to: 'normal', seen: 'dry again', inspectedBy: 'Zhao' });
  });

  it('who proposed a lowering does not approve it', async () => {
    const { findingId } = await reported();
    const inspection = { to: 'blue', inspectedBy: 'Li', inspectedAt: house.clock.now(), seen: 'less water' };
    const own = await post(`/api/findings/${findingId}/lowerings`, inspection, engineer);
    const approve = `/api/proposals/${ProposalView.parse(own.json()).proposalId}/approve`;
    expect((await post(approve, { reason: 'mine' }, engineer)).json()).toMatchObject({ code: 'proposal/own' });
  });

  it('a lowering is overtaken by what was raised after the inspection', async () => {
    const { findingId } = await reported();
    const inspection = { to: 'normal', inspectedBy: 'Li', inspectedAt: house.clock.now(), seen: 'dry' };
    const proposed = await post(`/api/findings/${findingId}/lowerings`, inspection);
    await post(`/api/findings/${findingId}/raise`, { level: 'red', reason: 'it is back' });
    const approve = `/api/proposals/${ProposalView.parse(proposed.json()).proposalId}/approve`;
    expect((await post(approve, { reason: 'fine' }, engineer)).json()).toMatchObject({ code: 'proposal/overtaken' });
    expect((await now(findingId)).level).toBe('red');
  });

  it('an inspection that is still to come lowers nothing', async () => {
    const { findingId } = await reported();
    const inspection = { to: 'normal', inspectedBy: 'Li', inspectedAt: house.clock.now() + MINUTE, seen: 'dry' };
    expect((await post(`/api/findings/${findingId}/lowerings`, inspection)).json()).toMatchObject({
      code: 'finding/not-inspected',
    });
  });

  it('stands in the audit by who reported, raised and lowered it', async () => {
    const { findingId } = await reported();
    const rows = await db
      .selectFrom('audit')
      .select(['who', 'action', 'facts'])
      .where('action', 'like', 'finding/%')
      .execute();
    expect(rows.filter(({ facts }) => (facts as { findingId?: string }).findingId === findingId)).toMatchObject([
      { action: 'finding/report', who: expect.stringContaining('patrol') },
    ]);
  });
});

describe('a photo of a finding', () => {
  it('is kept as it was sent, once, and shown as what its bytes are', async () => {
    const { findingId } = await reported();
    const url = `/api/findings/${findingId}/photos`;
    // Whatever the sender calls it.
    const added = await post(url, PNG, operator, 'image/jpeg');
    expect(added.statusCode, added.body).toBe(201);
    expect((await post(url, PNG, operator, 'image/png')).json()).toEqual(added.json());
    const { photos } = await now(findingId);
    expect(photos).toEqual([{ photoId: photos[0]?.photoId, mediaType: 'image/png' }]);
    const shown = await send('GET', `/api/photos/${photos[0]?.photoId ?? ''}`);
    expect(shown.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
    expect(shown.rawPayload.equals(PNG)).toBe(true);
  });

  it('that is no picture, or too large, or one too many, is refused', async () => {
    const { findingId } = await reported();
    const url = `/api/findings/${findingId}/photos`;
    const page = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    expect((await post(url, page, operator, 'image/png')).json()).toMatchObject({ code: 'finding/photo-refused' });
    expect((await post(url, page, operator, 'text/html')).statusCode).toBeGreaterThanOrEqual(400);
    const large = Buffer.concat([PNG, Buffer.alloc(4 * 1024 * 1024)]);
    expect((await post(url, large, operator, 'image/png')).json()).toMatchObject({ code: 'request/too-large' });
    for (let n = 0; n < 8; n++)
      expect((await post(url, Buffer.concat([PNG, Buffer.from([n])]), operator, 'image/png')).statusCode).toBe(201);
    expect((await post(url, PNG, operator, 'image/png')).json()).toMatchObject({ code: 'finding/photo-refused' });
  });

  it('is shown to nobody who may not see the site', async () => {
    const { findingId } = await reported();
    const added = await post(`/api/findings/${findingId}/photos`, PNG, operator, 'image/png');
    const url = `/api/photos/${PhotoView.parse(added.json()).photoId}`;
    expect((await house.app.inject({ method: 'GET', url })).statusCode).toBe(401);
    if (stranger !== null) expect((await send('GET', url, undefined, stranger)).statusCode).toBe(404);
  });
});

it('a finding that was never there has nothing', async () => {
  const desk = findingDesk({ db, clock: house.clock });
  await expect(desk.raise(randomUUID(), { level: 'red', reason: 'x' }, 'li')).rejects.toMatchObject({
    code: 'finding/not-found',
  });
});
