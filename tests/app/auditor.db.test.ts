import { Writable } from 'node:stream';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditor } from '../../src/app/auditor.ts';
import { rootMailer } from '../../src/app/root-mail.ts';
import { auditCommand } from '../../src/cli/audit.ts';
import { verifyCommand } from '../../src/cli/verify.ts';
import { HOUR, instant, MINUTE } from '../../src/core/time.ts';
import { recordAudit } from '../../src/platform/audit.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { startMailServer } from '../support/mail-server.ts';
import { testDatabase } from '../support/test-database.ts';

const database = await testDatabase();
const { pool, db } = database;
const NOON = instant(Date.UTC(2026, 6, 1, 4)); // in Shanghai

beforeEach(async () => {
  await pool.query('truncate audit, audit_root, audit_mail, site restart identity cascade');
  await pool.query(`insert into site (id, name) values ('pond', '{"zh": "库", "en": "Pond"}')`);
  await pool.query(
    `insert into site_config values ('pond', 1, '{"timeZone": "America/Lima"}', now(), 'li'), ('pond', 2, '{"timeZone": "Asia/Shanghai"}', now(), 'li')`,
  );
});

function bench(mailDue: (() => void) | null = null) {
  const clock = fakeClock(NOON);
  const lines: string[] = [];
  const log = pino(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        const { level, msg } = JSON.parse(chunk.toString()) as { level: number; msg: string };
        lines.push(`${String(level)} ${msg}`);
        done();
      },
    }),
  );
  const start = () => auditor({ database, clock, log, mailDue });
  const pass = (byMs: number) => clock.advance(byMs);
  return { clock, lines, log, start, pass };
}

const say = (at = NOON) => recordAudit(db, { at, who: 'li', action: 'test/say', facts: {} });
const audit = async (action: string) =>
  (await db.selectFrom('audit').select(['id', 'facts']).where('action', '=', action).orderBy('id').execute()).map(
    ({ id, facts }): Record<string, unknown> => ({ id, ...facts }),
  );
const days = async () => (await audit('audit/root')).map(({ day }) => day);

describe('the daily root', () => {
  it('is made ten minutes after midnight at the first site, once, and logged in one line', async () => {
    await say();
    const { lines, start, pass } = bench();
    const keeper = start();
    await keeper.round();
    expect(await days()).toEqual(['2026-06-30']);
    pass(12 * HOUR + 9 * MINUTE);
    await keeper.round();
    expect(await days()).toEqual(['2026-06-30']);
    pass(MINUTE);
    await keeper.round();
    await keeper.round();
    await start().round();
    const [, root] = await audit('audit/root');
    expect(root).toMatchObject({ day: '2026-07-01', position: Number(root?.['id']) - 1, appendOnlyBy: 'triggers' });
    expect(lines.filter((line) => line.includes('audit root'))).toEqual([
      expect.stringMatching(/^30 audit root 2026-06-30 1 [\da-f]{64}$/),
      `30 audit root 2026-07-01 ${String(root?.['position'])} ${String(root?.['root'])}`,
    ]);
  });

  it('is made late when nobody was there at its time, one for all that was missed', async () => {
    await say();
    const { start, pass } = bench();
    await start().round();
    pass(100 * HOUR);
    await start().round();
    expect(await days()).toEqual(['2026-06-30', '2026-07-04']);
  });

  it('is made once by two who make it at the same time', async () => {
    await say();
    const { start } = bench();
    await Promise.all([start().round(), start().round(), start().round()]);
    expect(await days()).toHaveLength(1);
  });

  it('has the logs sealed before it, and stands where verify finds it', async () => {
    await pool.query(`insert into callout_event (site_id, type, at, facts) values ('pond', 'opened', now(), '{}')`);
    const { start } = bench();
    await start().round();
    const [root] = await audit('audit/root');
    const [seal] = await audit('log/sealed');
    expect(Number(seal?.['id'])).toBeLessThanOrEqual(Number(root?.['position']));
    const says: string[] = [];
    const code = await verifyCommand([], { root: String(root?.['root']) }, { db, print: (line) => says.push(line) });
    expect({ code, says }).toMatchObject({ code: 0, says: { 0: expect.stringContaining('1 daily roots') as string } });
  });

  it('gives away an end that was cut off, without anything from elsewhere', async () => {
    await say();
    await say();
    await bench().start().round();
    await pool.query('begin; set local session_replication_role = replica; delete from audit where id > 1; commit');
    const says: string[] = [];
    expect(await verifyCommand([], {}, { db, print: (line) => says.push(line) })).toBe(1);
    expect(says[0]).toMatch(
      /BROKEN at row 2 of the audit: the root of 2026-06-30 is [\da-f]{64}, and the chain ends before/,
    );
  });

  it('is printed on a sheet in both languages, counts and signature with it', async () => {
    await say();
    await say();
    await bench().start().round();
    const said: string[] = [];
    await auditCommand(['report'], { db, print: (text) => said.push(text) });
    const [root] = await audit('audit/root');
    const hex = String(root?.['root']);
    expect(said[0]?.split('\n')).toEqual(
      expect.arrayContaining([
        '日期 Day            2026-06-30 (Asia/Shanghai)',
        '本日记录 Rows       1 - 2 (2)',
        `    ${hex.slice(0, 4)} ${hex.slice(4, 8)} ${hex.slice(8, 12)} ${hex.slice(12, 16)}`,
        `    ${'test/say'.padEnd(40)} ${'2'.padStart(8)}`,
        expect.stringMatching(/^签名 Signature _+ {2}日期 Date _+$/),
        `audit root 2026-06-30 2 ${hex}`,
      ]),
    );
    await expect(auditCommand(['report', '2026-01-01'], { db, print: () => {} })).rejects.toThrow(
      '2026-01-01 has no root',
    );
  });
});

describe('sealing', () => {
  it('comes every ten minutes', async () => {
    const { start, pass } = bench();
    const keeper = start();
    const log = () =>
      pool.query(`insert into callout_event (site_id, type, at, facts) values ('pond', 'opened', now(), '{}')`);
    await log();
    await keeper.round();
    await log();
    pass(9 * MINUTE);
    await keeper.round();
    expect(await audit('log/sealed')).toHaveLength(1);
    pass(MINUTE);
    await keeper.round();
    expect(await audit('log/sealed')).toMatchObject([
      { after: 0, upTo: 1 },
      { after: 1, upTo: 2, rows: 1 },
    ]);
  });
});

it("the offset of the host's clock is written down with each root", async () => {
  await say();
  await pool.query(`insert into host_clock values ('alert', -12.5, 'ntp', '2026-07-01T03:55:00Z')`);
  await bench().start().round();
  const [clock] = await audit('host/clock');
  expect(clock).toEqual({
    id: 2,
    process: 'alert',
    offsetMs: -12.5,
    against: 'ntp',
    measuredAt: '2026-07-01T03:55:00.000Z',
  });
  await pool.query('truncate host_clock');
});

describe('mail', () => {
  it('brings the sheet, is tried until it is taken, and a refusal is logged once', async () => {
    await using server = await startMailServer();
    server.refuse(true);
    await say();
    const { clock, lines, log, start } = bench(() => {});
    await start().round();
    const mail = { url: server.url, from: 'pond@mine.example', to: ['chief@mine.example', 'bureau@gov.example'] };
    const mailer = rootMailer({ db, clock, mail, log });
    await mailer.round();
    await mailer.round();
    expect(server.asked()).toBe(1);
    clock.advance(MINUTE);
    await mailer.round();
    clock.advance(MINUTE);
    await mailer.round();
    expect(server.asked()).toBe(2);
    server.refuse(false);
    clock.advance(MINUTE);
    await Promise.all([mailer.round(), mailer.round()]);
    expect(server.letters).toHaveLength(1);
    expect(server.letters[0]).toMatchObject({ from: mail.from, to: mail.to });
    const text = server.letters[0]?.text ?? '';
    expect(text).toMatch(/Message-ID: <audit-root-2026-06-30-[\da-f]{16}@tailwatch.invalid>/);
    expect(text).toContain('DAILY AUDIT ROOT');
    expect(lines.filter((line) => line.includes('mail'))).toEqual([
      '50 a root of the audit could not be mailed; tried until it is',
      '30 the mail server takes roots of the audit again',
    ]);
    clock.advance(HOUR);
    await mailer.round();
    expect(server.letters).toHaveLength(1);
  });

  it('survives a mail server that is not there', async () => {
    const gone = await startMailServer();
    await gone[Symbol.asyncDispose]();
    await say();
    const { clock, lines, log, start } = bench(() => {});
    await start().round();
    await rootMailer({ db, clock, mail: { url: gone.url, from: 'a@b', to: ['c@d'] }, log }).round();
    expect(lines.join()).not.toContain('geheim');
    expect(lines.at(-1)).toContain('could not be mailed');
  });
});
