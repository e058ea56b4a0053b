import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { proposalDesk } from '../../src/app/proposal-desk.ts';
import { loadSites } from '../../src/app/site-config-store.ts';
import { siteDesk } from '../../src/app/site-desk.ts';
import type { Person } from '../../src/core/proposal.ts';
import { HOUR, instant } from '../../src/core/time.ts';
import { proposalById, proposalsOfSite } from '../../src/gateway/views/proposals-view.ts';
import { testDatabase } from '../support/test-database.ts';

const { pool, db } = await testDatabase();
const TEXT = await readFile(new URL('../support/small-pond.yaml', import.meta.url), 'utf8');
const START = instant(Date.UTC(2026, 6, 1));
let now = START;
const clock = { read: async () => now };
const sites = siteDesk({ db, clock });
const desk = proposalDesk({ db, clock });

const [LI, WANG]: readonly Person[] = [
  { accountId: '00000000-0000-4000-8000-000000000001', name: 'li' },
  { accountId: '00000000-0000-4000-8000-000000000002', name: 'wang' },
];
const SHELL: Person = { accountId: null, name: 'command line, root' };

/** The text with one of the limits, and its approval, written anew. */
const withRed = (red: string, text = TEXT, on = '2026-05-01'): string =>
  text.replace('red: 338.89', `red: ${red}`).replace('on: 2024-05-01', `on: ${on}`);
const LOOSER = withRed('338.95');
const TIGHTER = withRed('338.88');
const submit = (text: string, by: Person, more: { reason?: string; alone?: boolean } = {}) =>
  sites.submit({ text, name: 'pond.yaml', by, reason: 'surveyed anew', ...more });
const inForce = async () => {
  const [site] = await loadSites(db);
  return { version: site?.version, red: site?.config.rules[0]?.limits.red };
};
const waiting = async (text: string, by: Person = LI!): Promise<string> => {
  const { proposal } = await submit(text, by);
  if (proposal === null) throw new Error('it does not wait');
  return proposal.proposalId;
};
const audit = () => db.selectFrom('audit').selectAll().orderBy('id').execute();

beforeEach(async () => {
  now = START;
  await pool.query('truncate site, account, proposal, audit restart identity cascade');
  await pool.query(
    `insert into account (id, name, password_hash, created_at) values ($1, 'li', 'x', now()), ($2, 'wang', 'x', now())`,
    [LI!.accountId, WANG!.accountId],
  );
  await submit(TEXT, SHELL);
});

describe('a site that is handed in', () => {
  it('is applied when it is new, and when what changes is neutral', async () => {
    expect(await inForce()).toEqual({ version: 1, red: 338.89 });
    const name = await submit(TEXT.replace('en: Rainfall', 'en: Rain'), LI!);
    expect(name).toMatchObject({ applied: { version: 2 }, proposal: null });
    expect((await audit()).at(-1)).toMatchObject({ action: 'site-applied', who: 'li' });
  });

  it('with another telephone number is applied at once, and somebody else has to look at whose it is', async () => {
    const phone = await submit(TEXT.replace('+8610000000005', '+8610000000009'), LI!);
    expect(phone).toMatchObject({ applied: { version: 2 }, proposal: { proposalId: expect.any(String) } });
    const last = (await audit()).filter(({ action }) => action === 'site-applied').at(-1);
    expect(JSON.stringify(last)).toContain('contacts[principal].phone: (number) -> (another number)');
    expect(JSON.stringify(last)).not.toContain('+86');
  });

  it('that tightens acts at once, and is approved after', async () => {
    const { proposal, applied } = await submit(TIGHTER, LI!);
    expect(applied).toMatchObject({ version: 2 });
    expect(await inForce()).toEqual({ version: 2, red: 338.88 });
    const id = proposal!.proposalId;
    expect(await proposalById(db, id, now)).toMatchObject({ kind: 'site/tighten', state: 'open', actedAt: START });
    await expect(desk.approve(id, LI!, 'mine')).rejects.toMatchObject({ code: 'proposal/own' });
    await expect(desk.withdraw(id, LI!, 'no')).rejects.toMatchObject({ code: 'proposal/acted' });
    await desk.approve(id, WANG!, 'looked at it');
    expect(await inForce()).toEqual({ version: 2, red: 338.88 });
    expect((await audit()).at(-1)).toMatchObject({
      action: 'proposal/approve',
      who: 'wang',
      facts: { proposalId: id, proposedBy: 'li', reason: 'looked at it', before: 'open', after: 'approved' },
    });
  });

  it('that tightens and is never approved nags on and is not taken back', async () => {
    const { proposal } = await submit(TIGHTER, LI!);
    now = instant(START + 73 * HOUR);
    expect(await proposalById(db, proposal!.proposalId, now)).toMatchObject({ state: 'open', overdue: true });
    expect(await inForce()).toMatchObject({ red: 338.88 });
    await desk.approve(proposal!.proposalId, WANG!, 'late, but seen');
  });

  it('that tightens and is refused stays as it is: to undo it would loosen', async () => {
    const { proposal } = await submit(TIGHTER, LI!);
    await desk.refuse(proposal!.proposalId, WANG!, 'not by this survey');
    expect(await inForce()).toMatchObject({ red: 338.88 });
    expect(await proposalsOfSite(db, 'demo-pond', now)).toMatchObject([{ state: 'refused' }]);
  });

  it('that loosens waits for another account, and the approval applies it', async () => {
    const { proposal, applied, review } = await submit(LOOSER, LI!);
    expect(applied).toBeNull();
    expect(review.loosening).toEqual([{ path: 'rules[pond-level].limits.red', before: '338.89', after: '338.95' }]);
    expect(await inForce()).toEqual({ version: 1, red: 338.89 });
    await expect(desk.approve(proposal!.proposalId, SHELL, 'me too')).rejects.toMatchObject({
      code: 'proposal/no-account',
    });
    await desk.approve(proposal!.proposalId, WANG!, 'by the new survey');
    expect(await inForce()).toEqual({ version: 2, red: 338.95 });
    expect((await audit()).slice(-3).map(({ action, who }) => [action, who])).toEqual([
      ['proposal/make', 'li'],
      ['site-applied', 'li, approved by wang'],
      ['proposal/approve', 'wang'],
    ]);
    await expect(desk.approve(proposal!.proposalId, WANG!, 'again')).rejects.toMatchObject({
      code: 'proposal/not-open',
    });
  });

  it('that loosens is refused, withdrawn or expires without a trace in what is in force', async () => {
    const [refused, withdrawn, expired] = [await waiting(LOOSER), await waiting(LOOSER), await waiting(LOOSER)];
    await desk.refuse(refused, WANG!, 'no');
    await expect(desk.withdraw(withdrawn, WANG!, 'not mine')).rejects.toMatchObject({ code: 'proposal/not-own' });
    await desk.withdraw(withdrawn, LI!, 'a mistake');
    now = instant(START + 72 * HOUR);
    await expect(desk.approve(expired, WANG!, 'late')).rejects.toMatchObject({ code: 'proposal/not-open' });
    const became = await proposalsOfSite(db, 'demo-pond', now);
    expect(became.map(({ state }) => state).toSorted()).toEqual(['expired', 'refused', 'withdrawn']);
    expect(await inForce()).toEqual({ version: 1, red: 338.89 });
  });

  it('that does both waits as a whole; what tightens can go alone, and the rest is still what was shown', async () => {
    const sooner = (text: string) => text.replace('followUpSeconds: 300', 'followUpSeconds: 200');
    const id = await waiting(sooner(LOOSER));
    await submit(sooner(TEXT), LI!);
    expect(await inForce()).toEqual({ version: 2, red: 338.89 });
    await desk.approve(id, WANG!, 'the rest too');
    expect(await inForce()).toEqual({ version: 3, red: 338.95 });
  });

  it('is overtaken when the approval would take back what came since, a telephone number too', async () => {
    const id = await waiting(LOOSER);
    await submit(TEXT.replace('+8610000000005', '+8610000000009'), WANG!);
    await expect(desk.approve(id, WANG!, 'fine')).rejects.toMatchObject({ code: 'proposal/overtaken' });
    expect(await inForce()).toEqual({ version: 2, red: 338.89 });
    expect(await proposalById(db, id, now)).toMatchObject({ state: 'overtaken', decided: { by: 'wang' } });
    expect((await audit()).at(-1)).toMatchObject({ action: 'proposal/approve', facts: { after: 'overtaken' } });
  });

  it('that can no longer be applied stays open, with the fault told to who approves', async () => {
    const id = await waiting(TEXT.replace(/^ {2}- id: rain\n(?: {4}.*\n)+/m, ''));
    await pool.query(
      `insert into level_state (target, site_id, sensor_id, level, state_version, pending, config_version)
       select 'demo-pond/rain', 'demo-pond', id, 'blue', 1, '{}', 1 from sensor where code = 'rain'`,
    );
    await expect(desk.approve(id, WANG!, 'fine')).rejects.toMatchObject({ code: 'config/invalid' });
    expect(await proposalById(db, id, now)).toMatchObject({ state: 'open' });
  });

  it('alone, on the machine, acts at once, is on record as such, and waits for somebody to look', async () => {
    const { proposal } = await submit(LOOSER, SHELL, { alone: true });
    expect(await inForce()).toEqual({ version: 2, red: 338.95 });
    expect((await audit()).at(-1)).toMatchObject({ action: 'site/alone', who: SHELL.name, facts: { acted: true } });
    await expect(desk.withdraw(proposal!.proposalId, SHELL, 'done')).rejects.toMatchObject({ code: 'proposal/acted' });
    await desk.approve(proposal!.proposalId, WANG!, 'looked at it');
  });

  it('of another site than the door is refused with the place', async () => {
    const asked = sites.submit({ text: TEXT, name: 'text', by: LI!, reason: 'x', siteId: 'other-pond' });
    await expect(asked).rejects.toMatchObject({
      code: 'config/invalid',
      faults: [{ line: 3, column: 1, path: 'site', message: 'must be other-pond' }],
    });
  });

  it('of two approvals at once counts one, and the site has one more version', async () => {
    const id = await waiting(LOOSER);
    const both = await Promise.allSettled([desk.approve(id, WANG!, 'one'), desk.approve(id, WANG!, 'two')]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await inForce()).toMatchObject({ version: 2 });
  });

  it('approved by its own proposer is refused by the database itself, whatever a program does', async () => {
    const id = await waiting(LOOSER);
    const forged = db
      .updateTable('proposal')
      .set({ state: 'approved', decided_by: 'li', decided_by_account: LI!.accountId })
      .where('id', '=', id)
      .execute();
    await expect(forged).rejects.toMatchObject({ code: '23514' });
  });
});

it('what is shown of proposals holds no telephone number', async () => {
  const { review } = await submit(LOOSER.replace('+8610000000005', '+8610000000009'), LI!);
  expect(review.neutral).toContainEqual({
    path: 'contacts[principal].phone',
    before: '(number)',
    after: '(another number)',
  });
  expect(JSON.stringify([await proposalsOfSite(db, 'demo-pond', now), await audit()])).not.toContain('+86');
});
