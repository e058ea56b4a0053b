import { stringify } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { rehearsalDesk } from '../../src/app/rehearsal-desk.ts';
import { applySite } from '../../src/app/site-config-store.ts';
import { RehearsalQuery } from '../../src/contract/rehearsal.ts';
import { databaseClock } from '../../src/platform/clock.ts';
import { NOW, POND } from '../gateway/pond.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();
const desk = rehearsalDesk({ db, clock: databaseClock() });
const rehearse = (asked: Readonly<Record<string, unknown>>) => desk.rehearse('pond', RehearsalQuery.parse(asked));

describe('what would happen at a site', () => {
  beforeAll(async () => {
    await applySite(db, { text: stringify(POND), name: 'pond.yaml', who: 'test', now: NOW });
  });

  it("is asked for by the site's own clock", async () => {
    const { at, until } = await rehearse({ when: '2026-11-28T02:10', minutes: '5' });
    expect(new Date(at).toISOString()).toBe('2026-11-27T18:10:00.000Z');
    expect(until - at).toBe(300_000);
  });

  it('says when, whom, at which number and by which medium, and calls nobody', async () => {
    const { calls, target, limit } = await rehearse({ when: '2026-11-28T02:10', minutes: 1 });
    expect({ target, limit }).toMatchObject({ target: { rule: 'high' }, limit: 338.89 });
    expect(calls[0]).toMatchObject({ contactId: 'principal', medium: 'voice', level: 'red', outcome: 'no-answer' });
    expect(calls[0]?.phone).toBe('100****03');
    expect(await db.selectFrom('attempt').select('id').execute()).toEqual([]);
    expect(await db.selectFrom('callout').select('id').execute()).toEqual([]);
  });

  it('ends with the answer of whom we say answers', async () => {
    expect(await rehearse({ answers: 'principal', minutes: 5 })).toMatchObject({ calls: [{ outcome: 'confirmed' }] });
  });

  it.each([
    ['rule', { rule: 'none' }],
    ['level', { rule: 'high', level: 'orange' }],
    ['answers', { answers: 'nobody' }],
  ])('names %s where it is wrong', async (field, asked) => {
    await expect(rehearse(asked)).rejects.toMatchObject({ code: 'request/invalid', field });
  });
});
