import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditPage, AuditRootView } from '../../src/contract/audit.ts';
import { instant } from '../../src/core/time.ts';
import { recordAudit } from '../../src/platform/audit.ts';
import { makeRoot } from '../../src/platform/audit-root.ts';
import { testDatabase } from '../support/test-database.ts';
import { at, twoMines } from './two-mines.ts';

const NOON = instant(Date.UTC(2026, 6, 1, 12));
const database = await testDatabase();
const { db, pool } = database;
const mines = await twoMines(database);
const house = mines.as(await mines.signedIn('house', at(null, 'engineer')));
const north = mines.as(await mines.signedIn('north', at('north', 'admin')));
const operator = mines.as(await mines.signedIn('operator', at('north', 'operator')));

beforeEach(async () => {
  await pool.query('truncate audit, audit_root, audit_mail');
  const sites = ['north', 'south', undefined, 'north', 'north'];
  for (const [n, siteId] of sites.entries())
    await recordAudit(db, {
      at: NOON,
      who: 'li',
      action: 'test/say',
      facts: { n },
      ...(siteId !== undefined && { siteId }),
    });
});

const idsOf = ({ body }: { body: unknown }) => (body as AuditPage).rows.map(({ id }) => id);

describe('reading the audit', () => {
  it('gives the newest first, page by page', async () => {
    const first = await house('GET /api/audit?limit=3');
    expect(first.body).toMatchObject({
      rows: [{ id: 5 }, { id: 4 }, { id: 3, siteId: null, who: 'li', at: NOON }],
      more: true,
    });
    expect((await house('GET /api/audit?limit=3&before=3')).body).toMatchObject({
      rows: [{ id: 2 }, { id: 1 }],
      more: false,
    });
    expect((first.body as AuditPage).rows[0]?.hash).toMatch(/^[\da-f]{64}$/);
  });

  it('of one site gives that site alone, to whoever may read it there', async () => {
    expect(idsOf(await north('GET /api/sites/north/audit'))).toEqual([5, 4, 1]);
    expect(idsOf(await north('GET /api/sites/north/audit?before=5&limit=1'))).toEqual([4]);
    expect(idsOf(await house('GET /api/sites/south/audit'))).toEqual([2]);
  });

  it('of another mine, or of all, is refused', async () => {
    expect(await north('GET /api/sites/south/audit')).toMatchObject({ status: 404 });
    expect(await north('GET /api/audit')).toMatchObject({ status: 403 });
    expect(await north('GET /api/audit/roots')).toMatchObject({ status: 403 });
    expect(await operator('GET /api/sites/north/audit')).toMatchObject({ status: 403 });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=１０', 'limit'],
    ['before=x', 'before'],
    ['before=9e99', 'before'],
    ['before=-1', 'before'],
  ])('%s is refused by name', async (query, field) => {
    expect((await house(`GET /api/audit?${encodeURI(query)}`)).body).toMatchObject({ code: 'request/invalid', field });
  });

  it('writes nothing', async () => {
    await house('GET /api/audit');
    expect(idsOf(await house('GET /api/audit'))[0]).toBe(5);
  });
});

it('roots are given the newest first', async () => {
  for (const day of ['2026-06-30', '2026-07-01', '2026-07-02'])
    await makeRoot(db, { day, now: NOON, mail: false, facts: {} });
  const days = async (query: string) =>
    ((await house(`GET /api/audit/roots${query}`)).body as AuditRootView[]).map(({ day, position }) => [day, position]);
  expect(await days('?limit=2')).toEqual([
    ['2026-07-02', 7],
    ['2026-07-01', 6],
  ]);
  expect(await days('?before=2026-07-01')).toEqual([['2026-06-30', 5]]);
  expect((await house('GET /api/audit/roots?before=yesterday')).body).toMatchObject({ field: 'before' });
});
