import { expect, it } from 'vitest';
import type { Carrier } from '../../../alerting/channels/carrier.ts';
import { fold } from '../../../alerting/dark/fold.ts';
import type { Dark, Entry } from '../../../alerting/dark/journal.ts';
import type { Roster } from '../../../alerting/dark/roster.ts';
import { beginning, darkSession } from '../../../alerting/io/dark-session.ts';
import { AppError } from '../../../src/core/errors.ts';
import { SECOND, instant } from '../../../src/core/time.ts';
import { eventually } from '../../support/eventually.ts';
import { POLICY, START } from '../story.ts';

const POND: Roster[number] = { siteId: 'pond', policy: POLICY, callout: null };

/** A session with its journal and carrier in memory, and a clock that is moved by hand. */
function desk({
  isAway = () => false,
  roster = [POND],
}: {
  readonly isAway?: () => boolean;
  readonly roster?: Roster;
} = {}) {
  const first = beginning(roster, START, START);
  const told: string[] = [];
  const written: Entry[] = [first];
  let now = START;
  const ask = async ({ attemptId }: { readonly attemptId: string }): Promise<string> => {
    told.push(`asked ${attemptId}`);
    if (isAway()) throw new AppError('carrier/unreachable', 'away', { retryable: true });
    return `ref-${attemptId}`;
  };
  const carrier: Carrier = {
    call: ask,
    message: ask,
    hangUp: async (reference) => void told.push(`hung up ${reference}`),
    about: async () => ({ name: 'test', simulated: true, page: null }),
  };
  const session = darkSession(fold(null, first) as Dark, {
    journal: {
      async append(entries) {
        written.push(...entries);
        told.push(`written ${entries.map(({ type }) => type).join()}`);
      },
      putAway: async () => {},
    },
    clock: { now: () => now },
    carrier,
    draw: () => 0.5,
    unrecorded: () => [],
    unwritten: (error) => void told.push(`unwritten ${String(error)}`),
    failed: (error) => void told.push(`failed ${String(error)}`),
  });
  const site = () => written.reduce(fold, null)?.sites['pond'];
  return {
    session,
    told,
    written,
    site,
    later: (ms: number) => {
      now = instant(now + ms);
    },
  };
}

const asked = (told: readonly string[]) => told.filter((line) => line.startsWith('asked'));

it('asks the carrier for what stands in the journal, after it stands there', async () => {
  const { session, told, site } = desk();
  await session.pass();
  await eventually(() => site()?.attempts.every(({ status }) => status === 'handed-over'));
  expect(told[0]).toBe('written happened');
  expect(asked(told)).toEqual(site()?.attempts.map(({ id }) => `asked ${id}`));
});

it('an unreachable carrier is asked again under the same numbers, and the ladders climb besides', async () => {
  let isAway = true;
  const { session, told, site, later } = desk({ isAway: () => isAway });
  for (const seconds of [0, 2, 4]) {
    later(seconds * SECOND);
    const before = asked(told).length;
    await session.pass();
    await eventually(() => asked(told).length > before);
    await session.told();
  }
  await eventually(() => site()?.attempts.some(({ contactId }) => contactId === 'deputy'));
  isAway = false;
  later(10 * SECOND);
  await session.pass();
  await eventually(() => site()?.attempts.every(({ status }) => status === 'handed-over'));
  expect(new Set(asked(told)).size).toBe(site()?.attempts.length);
});

it('stopped, it writes nothing more: what it says then is what is imported', async () => {
  const { session, written, later } = desk();
  await session.pass();
  await session.stop();
  const lines = written.length;
  later(600 * SECOND);
  await session.pass();
  expect(written).toHaveLength(lines);
  expect(await session.told()).toEqual(written.reduce(fold, null));
});

it('a right digit is read back, the same report again gets the same, and an unknown attempt is refused', async () => {
  const { session, site, written } = desk();
  await session.pass();
  const principal = site()?.attempts.find(({ contactId }) => contactId === 'principal');
  const report = { reportId: '1', event: 'digit', digit: principal?.code } as const;
  const reply = await session.report(principal?.id ?? '', report);
  expect(reply).toMatchObject({ say: expect.stringContaining('已确认，红色') as unknown, gather: { digits: 1 } });
  const lines = written.filter(({ type }) => type === 'reported').length;
  expect(await session.report(principal?.id ?? '', report)).toEqual(reply);
  expect(written.filter(({ type }) => type === 'reported')).toHaveLength(lines);
  await expect(session.report(written[0]?.type ?? '', report)).rejects.toMatchObject({ code: 'attempt/not-found' });
});

it('a site that cannot be called keeps no other from being called, and stands in no line of the journal', async () => {
  const broken = { ...POND, siteId: 'broken', policy: { ...POLICY, ladders: null as never } };
  const { session, site, written } = desk({ roster: [broken, POND] });
  await expect(session.pass()).rejects.toThrow(TypeError);
  await eventually(() => site()?.attempts.every(({ status }) => status === 'handed-over'));
  expect(site()?.attempts).not.toEqual([]);
  expect(JSON.stringify(written.slice(1))).not.toContain('broken');
});

it('a callout of another version is called afresh', async () => {
  const state = { phase: 'calling', rungs: [] } as never;
  const { session, site, told } = desk({ roster: [{ ...POND, callout: { id: 'old', state, attempts: [] } }] });
  await session.pass();
  await eventually(() => asked(told).length > 0);
  expect(site()?.calloutId).not.toBe('old');
});
