import { describe, expect, it } from 'vitest';
import { databaseAway } from '../../../alerting/dark/database-fault.ts';
import { dueHappenings } from '../../../alerting/dark/due.ts';
import { fold } from '../../../alerting/dark/fold.ts';
import { lineOf, readJournal } from '../../../alerting/dark/journal.ts';
import type { Dark, DarkSite, Entry } from '../../../alerting/dark/journal.ts';
import type { UnrecordedLevel } from '../../../alerting/dark/unrecorded-levels.ts';
import { textReplies } from '../../../alerting/dark/text-replies.ts';
import type { Level } from '../../../src/core/level.ts';
import { SECOND, instant } from '../../../src/core/time.ts';
import { POLICY, START } from '../story.ts';

const JOURNAL = '00000000-0000-4000-8000-000000000000';

const BEGAN: Entry = {
  type: 'began',
  journal: JOURNAL,
  since: START,
  at: START,
  sites: [{ siteId: 'pond', policy: POLICY, callout: null, newId: JOURNAL }],
};

const judged = (level: Level, told: Partial<UnrecordedLevel> = {}): UnrecordedLevel => ({
  siteId: 'pond',
  target: 'level',
  level,
  value: 338.95,
  limit: 338.89,
  observedAt: START,
  verified: true,
  guarded: true,
  ...told,
});

/** A journal being written, one second after another. */
class Night {
  entries: Entry[] = [BEGAN];
  dark: Dark = fold(null, BEGAN) as Dark;

  get site(): DarkSite {
    return this.dark.sites['pond'] as DarkSite;
  }

  write(entry: Entry): void {
    this.entries.push(entry);
    this.dark = fold(this.dark, entry) as Dark;
  }

  /** What the house does at this second, when the judge holds these levels: who is called. */
  pass(second: number, ...levels: UnrecordedLevel[]): readonly string[] {
    const before = this.site.attempts.length;
    const at = instant(START + second * SECOND);
    const happenings = dueHappenings(this.site, databaseAway(START), levels, at);
    if (happenings.length > 0)
      this.write({ type: 'happened', siteId: 'pond', happenings, at, seed: second + 1, uuid: uuid(second) });
    return this.site.attempts.slice(before).map(({ contactId, level }) => `${contactId} ${level}`);
  }

  of(contactId: string) {
    const attempt = this.site.attempts.findLast((one) => one.contactId === contactId);
    if (attempt === undefined) throw new Error(`${contactId} was not called`);
    return attempt;
  }

  reports(second: number, contactId: string, event: 'answered' | 'digit' | 'busy' | 'ended', digit?: string): void {
    const { id: attemptId } = this.of(contactId);
    const at = instant(START + second * SECOND);
    const report = { reportId: String(second), event, digit };
    this.write({ type: 'reported', siteId: 'pond', attemptId, report, at, seed: second, uuid: uuid(second) });
  }

  presses(second: number, contactId: string): void {
    this.reports(second, contactId, 'digit', this.of(contactId).code);
  }
}

const uuid = (second: number): string => `${String(second).padStart(8, '0')}-0000-4000-8000-000000000000`;

describe('the database is away', () => {
  it('calls everybody on duty once, says why, and says it once', () => {
    const night = new Night();
    expect(night.pass(0)).toEqual(['principal red', 'officer orange', 'room yellow']);
    expect(night.of('principal').say.zh).toContain('监测数据无法记录');
    expect(night.pass(1)).toEqual([]);
  });

  it('climbs as any ladder, and is silent when all is answered', () => {
    const night = new Night();
    night.pass(0);
    expect(night.pass(61)).toEqual(['deputy red', 'engineer orange']);
    night.presses(62, 'deputy');
    night.presses(63, 'engineer');
    night.write({
      type: 'happened',
      siteId: 'pond',
      happenings: [{ type: 'replied', attempt: night.of('room').number, text: night.of('room').code }],
      at: START,
      seed: 1,
      uuid: uuid(64),
    });
    expect(night.site.state?.phase).toBe('answered');
    expect(night.pass(600)).toEqual([]);
  });

  it('tells a red that only the judge knows in the first call, and one answer settles both', () => {
    const night = new Night();
    expect(night.pass(0, judged('red'))).toEqual(['principal red', 'officer orange', 'room yellow']);
    expect(night.of('principal').say.zh).toMatch(/无法记录.*库水位 338.95 米，红色限值 338.89 米/u);
    night.presses(5, 'principal');
    expect(night.site.replies[`${night.of('principal').id}:5`]).toMatchObject({ gather: { digits: 1 } });
    expect(night.pass(6, judged('red'))).toEqual([]);
  });

  it('tells a red that appears after the answer, to him who answered', () => {
    const night = new Night();
    night.pass(0);
    night.presses(5, 'principal');
    expect(night.pass(60, judged('red', { observedAt: START + 50 * SECOND }))).toContain('principal red');
    expect(night.of('principal').say.zh).toContain('库水位 338.95 米');
  });

  it('tells a red again that went away and came back', () => {
    const night = new Night();
    night.pass(0, judged('red'));
    night.presses(5, 'principal');
    expect(night.pass(20)).toEqual([]);
    expect(night.pass(40, judged('red', { observedAt: START + 30 * SECOND }))).toContain('principal red');
  });

  it.each([
    ['not verified', judged('red', { verified: false })],
    ['not guarded', judged('red', { guarded: false })],
    ['of another site', judged('red', { siteId: 'bluff' })],
    ['normal', judged('normal')],
  ])('speaks of no level that is %s', (_why, level) => {
    const night = new Night();
    night.pass(0, level);
    expect(night.of('principal').say.zh).not.toContain('库水位');
  });
});

describe('a journal', () => {
  const night = new Night();
  night.pass(0, judged('red'));
  night.write({ type: 'placed', siteId: 'pond', attemptId: night.of('principal').id, reference: 'call-1' });
  night.reports(3, 'principal', 'answered');
  night.presses(5, 'principal');
  const text = night.entries.map(lineOf).join('');

  it('says the same when it is read again', () => {
    expect(readJournal(text).entries.reduce(fold, null)).toEqual(night.dark);
  });

  it.each([1, 10, 200])('is read up to a last line that lost %s characters', (lost) => {
    const { entries, whole } = readJournal(text.slice(0, -lost));
    expect(entries).toEqual(night.entries.slice(0, -1).map((entry) => JSON.parse(JSON.stringify(entry)) as unknown));
    expect(text.startsWith(whole)).toBe(true);
  });

  it('numbers no attempt twice, and each by a UUID', () => {
    const ids = night.site.attempts.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
  });

  it('takes a report once, and gives every copy the same reply', () => {
    const again = new Night();
    again.pass(0);
    again.reports(4, 'principal', 'digit', 'x');
    const once = again.dark;
    again.reports(4, 'principal', 'digit', 'x');
    expect(again.dark).toEqual(once);
  });

  it('hangs up a call that was answered for while the carrier was being asked', () => {
    const raced = new Night();
    raced.pass(0);
    const { number, id } = raced.of('officer');
    const happenings = [{ type: 'answered-on-screen', contactId: 'engineer' }] as const;
    raced.write({ type: 'happened', siteId: 'pond', happenings, at: START, seed: 1, uuid: uuid(1) });
    expect(raced.of('officer')).toMatchObject({ number, status: 'ended', outcome: 'cancelled' });
    raced.write({ type: 'placed', siteId: 'pond', attemptId: id, reference: 'call-9' });
    expect(raced.of('officer')).toMatchObject({ status: 'cancelling', outcome: 'raced', reference: 'call-9' });
    raced.write({ type: 'hung-up', siteId: 'pond', attemptId: id, at: START });
    expect(raced.of('officer')).toMatchObject({ status: 'ended', outcome: 'raced' });
  });
});

it('a text message answers by its code; another one is a wrong reply', () => {
  const night = new Night();
  night.pass(0);
  const { phone, code, number } = night.of('room');
  const heard = (text: string, from = phone) => textReplies([night.site], from, text);
  expect(heard(`收到 ${code}`)).toMatchObject({ meant: true, happenings: [{ happening: { attempt: number } }] });
  expect(heard('12')).toMatchObject({ meant: false, happenings: [{ happening: { attempt: number, text: '12' } }] });
  expect(heard(code, '+8610000000099')).toEqual({ meant: false, happenings: [] });
});
