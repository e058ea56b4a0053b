import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY, step } from '../../alerting/callout-step.ts';
import { dueAt, standing } from '../../alerting/callout.ts';
import type { Callout } from '../../alerting/callout.ts';
import type { CalloutEvent, Effect, Happening } from '../../alerting/callout-event.ts';
import { isCallable, ladderOf } from '../../alerting/ladder.ts';
import { orderDueAt } from '../../alerting/order.ts';
import type { CalloutPolicy, Duty, Medium, OnePersonRung, Rung, StoredRung, Who } from '../../alerting/policy.ts';
import { refusesRelease } from '../../alerting/release.ts';
import { rungOf } from '../../alerting/rung.ts';
import { LEVELS, WARNING_LEVELS, rank } from '../../src/core/level.ts';
import type { WarningLevel } from '../../src/core/level.ts';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { POLICY, START } from './story.ts';

const DUTIES: readonly Duty[] = ['control-room', 'duty-officer', 'chief-engineer', 'deputy-principal', 'principal'];
const PEOPLE = POLICY.contacts.map(({ id }) => id);
const dutyOf = (contactId: string) => POLICY.contacts.find(({ id }) => id === contactId)?.duty;

const formerRung: fc.Arbitrary<OnePersonRung> = fc.record({
  contactId: fc.constantFrom(...PEOPLE, 'nobody-on-record'),
  medium: fc.constantFrom('voice' as const, 'sms' as const),
  answerWithinMs: fc.integer({ min: 1000, max: 300_000 }),
});
const who: fc.Arbitrary<Who> = fc.oneof(
  fc.constantFrom(...PEOPLE, 'nobody-on-record').map((contactId) => ({ contactId })),
  fc.constantFrom(...DUTIES, 'county-emergency' as const).map((duty) => ({ duty })),
  fc.constantFrom('dam', 'nobodies').map((group) => ({ group })),
);
const fullRung: fc.Arbitrary<Rung> = fc.record({
  who: fc.array(who, { minLength: 1, maxLength: 3 }),
  media: fc.subarray<Medium>(['voice', 'sms'], { minLength: 1 }),
  everyone: fc.boolean(),
  answerWithinMs: fc.integer({ min: 15_000, max: 300_000 }),
  attempts: fc.integer({ min: 1, max: 4 }),
  attemptEveryMs: fc.integer({ min: 5000, max: 100_000 }),
});
const rung: fc.Arbitrary<StoredRung> = fc.oneof(formerRung, fullRung);
const ladder = fc
  .record({
    answeredBy: fc.subarray([...DUTIES], { minLength: 1 }),
    rungs: fc.array(rung, { minLength: 1, maxLength: 4 }),
  })
  .map(({ answeredBy, rungs: [foot, ...rest] }) => ({
    answeredBy,
    // Somebody on record stands on every ladder: a site without is not applied.
    rungs: [
      foot ?? { contactId: 'officer', medium: 'voice', answerWithinMs: 1000 },
      ...rest,
      { contactId: 'principal', medium: 'voice', answerWithinMs: 60_000 },
    ] as const,
  }));
/** Everybody has a second number; who has none left that may be called is on no rung, save the principal. */
const CONTACTS = POLICY.contacts.map((contact, i) => ({ ...contact, otherPhones: [`+8610000000${String(50 + i)}`] }));
const NUMBERS = CONTACTS.slice(0, 4).flatMap(({ phone, otherPhones }) => [phone, ...otherPhones]);
/** Any policy, even one whose red may be "answered" by anybody: the reducer must know better. */
const policy: fc.Arbitrary<CalloutPolicy> = fc
  .tuple(
    fc.record({ blue: ladder, yellow: ladder, orange: ladder, red: ladder }, { requiredKeys: ['red'] }),
    fc.subarray(NUMBERS),
    fc.boolean(),
  )
  .map(([ladders, suspended, isOwed]) => ({
    ...POLICY,
    contacts: CONTACTS,
    groups: [{ id: 'dam', members: ['engineer', 'officer', 'deputy'] }],
    suspended,
    ladders: isOwed ? owing(ladders) : ladders,
  }));

/** The same, where a response is owed after an answer, and a report after an order. */
const owing = (ladders: CalloutPolicy['ladders']): CalloutPolicy['ladders'] =>
  Object.fromEntries(
    Object.entries(ladders).map(([level, own]) => [
      level,
      { ...own, respondWithinMs: 600_000, reportWithinMs: 900_000 },
    ]),
  );

const attempt = fc.integer({ min: 1, max: 12 });
type Move = { readonly gapMs: number; readonly again: boolean; readonly make: (world: World) => Happening };
const happening: fc.Arbitrary<Move['make']> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc // Mostly the next version of the target; now and then any, as a late or doubled row has it.
      .record({
        target: fc.constantFrom('level', 'rain', 'pipe'),
        to: fc.constantFrom(...LEVELS),
        verified: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.boolean()),
        guarded: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.boolean()),
        version: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 4 }),
      })
      .map(
        ({ target, to, version, verified, guarded }) =>
          (world: World): Happening => ({
            type: 'level-changed',
            target,
            to,
            value: 1,
            limit: 1,
            verified,
            guarded,
            stateVersion: version ?? world.count(),
          }),
      ),
  },
  { weight: 5, arbitrary: fc.constant((): Happening => ({ type: 'time-passed' })) },
  {
    weight: 3,
    arbitrary: attempt.map(
      (number) =>
        (world: World): Happening => ({ type: 'digit', attempt: number, digit: world.codes.get(number) ?? '0' }),
    ),
  },
  { weight: 3, arbitrary: attempt.map((number) => (): Happening => ({ type: 'digit', attempt: number, digit: '0' })) },
  {
    weight: 2,
    arbitrary: attempt.map(
      (number) =>
        (world: World): Happening => ({ type: 'replied', attempt: number, text: world.codes.get(number) ?? '' }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(attempt, fc.constantFrom('no-answer', 'busy', 'voicemail', 'failed', 'hung-up')).map(
      ([number, outcome]) =>
        (): Happening => ({ type: 'missed', attempt: number, outcome }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(attempt, fc.constantFrom('1', '2', '3', '8', '9')).map(
      ([number, digit]) =>
        (): Happening => ({ type: 'digit', attempt: number, digit }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...PEOPLE), fc.constantFrom('respond' as const, 'patrol' as const)).map(
      ([issuer, kind]) =>
        (): Happening => ({
          type: 'responded',
          by: 'operator',
          screen: 'room',
          issuer,
          order: { kind, scope: '', route: null, dueAt: null, expected: null },
        }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 3 })
      .map((order) => (): Happening => ({ type: 'order-done', order, by: 'operator', note: 'seen' })),
  },
  { weight: 1, arbitrary: attempt.map((number) => (): Happening => ({ type: 'picked-up', attempt: number })) },
  { weight: 1, arbitrary: attempt.map((number) => (): Happening => ({ type: 'stalled', attempt: number })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...PEOPLE, 'an operator')
      .map((contactId) => (): Happening => ({ type: 'answered-on-screen', contactId })),
  },
  {
    weight: 1,
    arbitrary: fc.constant((world: World): Happening => ({ type: 'blinded', position: world.count(), sensors: [1] })),
  },
  { weight: 1, arbitrary: fc.constantFrom('a', 'b').map((key) => (): Happening => ({ type: 'system-fault', key })) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('seepage', 'storm'), fc.constantFrom(...WARNING_LEVELS)).map(
      ([key, level]) =>
        (world: World): Happening => ({
          type: 'reported',
          subject: 'finding',
          key,
          level,
          words: { zh: key, en: key },
          position: world.count(),
        }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('seepage', 'storm'), fc.constantFrom(...LEVELS)).map(
      ([key, to]) =>
        (world: World): Happening => ({ type: 'report-lowered', key, to, position: world.count() }),
    ),
  },
  { weight: 1, arbitrary: fc.constant((): Happening => ({ type: 'released', by: 'operator', note: 'inspected' })) },
);
const history: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({
    gapMs: fc.oneof(fc.constant(0), fc.nat({ max: 20_000 }), fc.nat({ max: 400_000 })),
    again: fc.boolean(),
    make: happening,
  }),
  // As long as that, too: left to itself it mostly tries ten.
  { maxLength: 60, size: 'max' },
);

/** Rises of any target, blindness, and phones that nobody takes off the hook. */
const storm: fc.Arbitrary<Omit<Move, 'again'>> = fc.record({
  gapMs: fc.nat({ max: 60_000 }),
  make: fc.oneof(
    fc
      .tuple(fc.constantFrom('rain', 'pipe'), fc.constantFrom('yellow', 'orange', 'red'))
      .map(([target, to]) => (world: World): Happening => {
        const change = { type: 'level-changed', target, to, value: 1, limit: 1 } as const;
        return { ...change, verified: true, guarded: true, stateVersion: world.count() };
      }),
    fc.constant((world: World): Happening => ({ type: 'blinded', position: world.count(), sensors: [1] })),
    attempt.map((number) => (): Happening => ({ type: 'missed', attempt: number, outcome: 'no-answer' })),
  ),
});

/** Lets time pass as the worker does: at every date, and at the end. */
function liveUntil(world: World, until: Instant): void {
  for (;;) {
    const due = world.state === null ? null : dueAt(world.state);
    if (due === null || due > until) break;
    world.now = instant(Math.max(due, world.now));
    world.take(world.at({ type: 'time-passed' }));
  }
  world.now = instant(Math.max(until, world.now));
}

interface Seen {
  readonly event: CalloutEvent;
  readonly before: Callout | null;
  readonly next: Callout | null;
  readonly effects: readonly Effect[];
}

class World {
  state: Callout | null = null;
  now = START;
  readonly codes = new Map<number, string>();
  #count = 0;
  readonly policy: CalloutPolicy;

  constructor(own: CalloutPolicy) {
    this.policy = own;
  }

  count(): number {
    return ++this.#count;
  }

  take(event: CalloutEvent): Seen {
    const before = this.state;
    const { next, effects } = step(this.policy, before, event);
    this.state = next;
    for (const effect of effects) if (effect.type === 'contact') this.codes.set(effect.attempt, effect.code);
    return { event, before, next, effects };
  }

  at(happened: Happening): CalloutEvent {
    return { ...happened, at: this.now, seed: this.#count };
  }
}

const texts = (effects: readonly Effect[]) => effects.flatMap((effect) => ('say' in effect ? [effect.say] : []));
const withoutText = (effect: Effect): Effect => ('say' in effect ? { ...effect, say: { zh: '', en: '' } } : effect);

const contacts = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'contact' ? [effect] : []));

/** Holds the callout to its promises in this many histories. */
export function holdToPromises(runs: { readonly numRuns: number; readonly seed?: number }): void {
  /** Lives through any history, some events twice, and looks at every step. */
  const always = (look: (seen: Seen, world: World) => void): void => {
    fc.assert(
      fc.property(policy, history, (own, moves) => {
        const world = new World(own);
        for (const { gapMs, again, make } of moves) {
          world.now = instant(world.now + gapMs);
          const event = world.at(make(world));
          look(world.take(event), world);
          if (again) look(world.take(event), world);
        }
      }),
      runs,
    );
  };

  describe('whatever happens, in whatever order, and twice', () => {
    it('E2 is never silent while unanswered: something is due', () => {
      always(({ next }) => {
        if (next === null) return;
        const isOpen = next.runs.some(({ answered }) => answered === null);
        if (next.phase !== 'released') expect(next.phase === 'calling').toBe(isOpen);
        if (next.phase === 'calling') expect(dueAt(next)).not.toBeNull();
        if (next.phase === 'released') return expect(dueAt(next)).toBeNull();
        // Once answered: what is owed after it, and a message to those who are awake.
        const owed = [
          ...next.runs.flatMap(({ respondBy }) => respondBy ?? []),
          ...(next.orders ?? []).flatMap((order) => orderDueAt(order) ?? []),
          ...(next.awake?.due ? [next.awake.due] : []),
        ];
        if (!isOpen) expect(dueAt(next)).toBe(owed.length === 0 ? null : Math.min(...owed));
      });
    });

    it('E7 calls somebody again before long, whoever stays silent', () => {
      fc.assert(
        fc.property(policy, history, (own, moves) => {
          const world = new World(own);
          for (const { gapMs, make } of moves) {
            world.now = instant(world.now + gapMs);
            world.take(world.at(make(world)));
          }
          const from = world.now;
          for (let due = world.state && dueAt(world.state); due !== null; due = world.state && dueAt(world.state)) {
            world.now = instant(Math.max(due, world.now));
            if (contacts(world.take(world.at({ type: 'time-passed' })).effects).length > 0) return;
            expect(world.now - from).toBeLessThan(15 * 60_000);
          }
        }),
        runs,
      );
    });

    it('a drill calls as what is real does, and says in every text that it is one; what takes its place calls no less', () => {
      fc.assert(
        fc.property(policy, history, (own, moves) => {
          const real = new World(own);
          const drill = new World({ ...own, drill: true });
          const after = new World(own);
          for (const { gapMs, make } of moves) {
            after.state ??= { ...EMPTY, overtook: true };
            const seen = [real, drill, after].map((world) => {
              world.now = instant(world.now + gapMs);
              return world.take(world.at(make(world)));
            });
            const [plain = [], drilled = [], overtaking = []] = seen.map(({ effects }) => effects);
            // A drill is closed although what it supposes stands: from then on they are two stories.
            if (drill.state?.phase === 'released' && real.state?.phase !== 'released') return;
            expect(drilled.map(withoutText)).toEqual(plain.map(withoutText));
            expect(overtaking.map(withoutText)).toEqual(plain.map(withoutText));
            for (const { zh, en } of texts(drilled)) expect([zh.slice(0, 2), en.slice(0, 2)]).toEqual(['演练', '演练']);
            for (const { zh } of texts(overtaking)) expect(zh.slice(0, 6)).toBe('这不是演练。');
            for (const { zh } of texts(plain)) expect(zh).not.toContain('演练');
          }
        }),
        runs,
      );
    });

    it('E3 makes no attempt after the end', () => {
      always(({ before, next, effects }) => {
        if (before?.phase !== 'released') return;
        expect(effects).toEqual([]);
        expect(next).toBe(before);
      });
    });

    it('E4 leaves no phone ringing for what is answered', () => {
      always(({ next }) => {
        for (const { open, runs, confirms } of next?.attempts ?? []) {
          // That it is red is confirmed by one who has answered something milder, whoever answers red.
          if (open && confirms !== true) expect(runs.some((run) => next?.runs[run]?.answered === null)).toBe(true);
        }
      });
    });

    it('E14 gives no attempt number twice, and rings nobody twice at once', () => {
      fc.assert(
        fc.property(policy, history, (own, moves) => {
          const world = new World(own);
          const numbers = new Set<number>();
          for (const { gapMs, again, make } of moves) {
            world.now = instant(world.now + gapMs);
            const event = world.at(make(world));
            for (const { effects } of again ? [world.take(event), world.take(event)] : [world.take(event)]) {
              for (const { attempt: number } of contacts(effects)) {
                expect(numbers).not.toContain(number);
                numbers.add(number);
              }
            }
            const ringing = (world.state?.attempts ?? [])
              .filter(({ open }) => open)
              .map(({ contactId, medium }) => `${contactId} ${medium}`);
            expect(new Set(ringing).size).toBe(ringing.length);
          }
        }),
        runs,
      );
    });

    it('moves no deadline by news', () => {
      always(({ event, before, next }) => {
        if (
          !['level-changed', 'reported', 'report-lowered', 'blinded', 'system-fault', 'picked-up'].includes(event.type)
        )
          return;
        before?.runs.forEach(({ deadline }, i) => expect(next?.runs[i]?.deadline).toBe(deadline));
      });
    });

    it('E6 moves a deadline only by trying a rung', () => {
      always(({ before, next }) => {
        before?.runs.forEach(({ deadline, tried }, i) => {
          const run = next?.runs[i];
          if (run?.tried === tried) expect(run.deadline).toBe(deadline);
          else expect(run?.tried).toBeGreaterThan(tried);
        });
      });
    });

    it('E6 leaves nothing undone whose time has come', () => {
      always(({ event, next }, world) => {
        if (event.type !== 'time-passed' || next === null) return;
        const due = dueAt(next);
        if (due !== null) expect(due).toBeGreaterThan(world.now);
      });
    });

    it('settles by the word of one on a rung where everyone has to answer only when all of them have', () => {
      always(({ before, next }) => {
        next?.runs.forEach((run, i) => {
          if (run.answered === null || before?.runs[i]?.answered !== null) return;
          for (const { rung: index, people } of run.ringing ?? []) {
            if (!rungOf(run.rungs[index] ?? run.rungs[0]).everyone || !people.includes(run.answered.contactId))
              continue;
            for (const one of people) expect(next.answers.map(({ contactId }) => contactId)).toContain(one);
          }
        });
      });
    });

    it('reaches the top of the ladder of red in its time, in whatever storm of rises, while nobody answers', () => {
      fc.assert(
        fc.property(policy, fc.array(storm, { maxLength: 30 }), (own, gusts) => {
          const world = new World(own);
          const red = { type: 'level-changed', target: 'level', to: 'red', value: 1, limit: 1 } as const;
          world.take(world.at({ ...red, verified: true, guarded: true, stateVersion: world.count() }));
          const run = world.state?.runs.find(({ level }) => level === 'red');
          const waits = (run?.rungs ?? []).map((one) => rungOf(one).answerWithinMs);
          const topAt = instant(START + waits.slice(0, -1).reduce((sum, wait) => sum + wait, 0));
          for (const { gapMs, make } of gusts) {
            const until = instant(Math.min(topAt, world.now + gapMs));
            liveUntil(world, until);
            world.take(world.at(make(world)));
          }
          liveUntil(world, topAt);
          expect(world.state?.runs.find(({ level }) => level === 'red')?.tried).toBeGreaterThanOrEqual(waits.length);
        }),
        runs,
      );
    });

    it('takes no answer back', () => {
      always(({ before, next }) => {
        expect(next?.answers.slice(0, before?.answers.length ?? 0) ?? []).toEqual(before?.answers ?? []);
        before?.runs.forEach(({ answered }, i) => answered && expect(next?.runs[i]?.answered).toEqual(answered));
      });
    });

    it('settles red by the principal or the deputy, whatever the ladder says', () => {
      always(({ next }) => {
        for (const { level, answered } of next?.runs ?? []) {
          if (level === 'red' && answered)
            expect(['principal', 'deputy-principal']).toContain(dutyOf(answered.contactId));
        }
      });
    });

    it('records an answer at red only from the principal or the deputy, and at nothing it did not settle', () => {
      always(({ before, next }) => {
        for (const { contactId, level } of next?.answers ?? []) {
          if (level === 'red') expect(['principal', 'deputy-principal']).toContain(dutyOf(contactId));
        }
        const answer = next?.answers[before?.answers.length ?? 0];
        if (answer === undefined) return;
        // What is entered on the page answers for who sits there, and may be a response of somebody else.
        const settled =
          next?.runs.filter(
            ({ answered }, i) => answered?.contactId === answer.contactId && !before?.runs[i]?.answered,
          ) ?? [];
        expect(rank(answer.level ?? 'normal')).toBe(Math.max(0, ...settled.map(({ level }) => rank(level))));
      });
    });

    it('settles a run by an answer at its level or graver, of a duty that may, to one who was told', () => {
      always(({ before, next }) => {
        next?.runs.forEach((run, i) => {
          if (run.answered === null || before?.runs[i]?.answered !== null) return;
          expect(run.answeredBy).toContain(dutyOf(run.answered.contactId));
          // That nobody had said what is done is settled by saying it.
          if (run.kind === 'no-response') return;
          const answer = next.answers.at(-1);
          // Where everyone had to, the last word may be of one who may not: then it counts what another has said before.
          const { contactId } = run.answered;
          const isHis = answer?.contactId === contactId;
          const heardAt = isHis ? answer.level : next.answers.findLast((one) => one.contactId === contactId)?.asked;
          expect(rank(heardAt ?? 'normal')).toBeGreaterThanOrEqual(rank(run.level));
          expect(run.answeredBy).toContain(dutyOf(contactId));
          expect(answer?.told).toBeGreaterThanOrEqual(run.news);
        });
      });
    });

    it('an answer to what wants a response has a clock until there is one, and nobody is left without', () => {
      always(({ next }, { policy: own }) => {
        if (next === null || next.phase === 'released') return;
        for (const run of next.runs) {
          if (run.answered === null || run.withdrawn !== undefined || ladderOf(own, run.level) === null) continue;
          const isCalledAgain = next.runs.some(
            (other) => other.answered === null && rank(other.level) >= rank(run.level),
          );
          const hasClock = next.runs.some(
            ({ level, respondBy = null }) => respondBy !== null && rank(level) >= rank(run.level),
          );
          const wants = ladderOf(own, run.level)?.respondWithinMs !== undefined;
          const isLast = next.runs.findLast(({ level, answered }) => level === run.level && answered !== null) === run;
          if (wants && isLast && !isCalledAgain && !hasClock)
            expect((next.orders ?? []).some(({ level }) => rank(level ?? 'normal') >= rank(run.level))).toBe(true);
        }
      });
    });

    it('E16 calls for every level with a ladder as soon as it is reached: nothing is bundled or put off', () => {
      always(({ event, before, next }, world) => {
        if (event.type !== 'level-changed' || next === null || next.phase === 'released') return;
        if (!event.verified || !event.guarded) return;
        const covered = next.covered[event.target];
        if (covered === undefined || covered.level === 'normal' || !(covered.level in world.policy.ladders)) return;
        // An older row says nothing of what stands now.
        if (event.stateVersion <= (before?.covered[event.target]?.version ?? 0)) return;
        expect(next.runs.some(({ level }) => rank(level) >= rank(covered.level))).toBe(true);
        expect(rank(covered.called)).toBeGreaterThanOrEqual(rank(covered.level));
      });
    });

    it('calls for every report of a level with a ladder at once, and holds the callout open until it is lowered', () => {
      always(({ event, before, next }, world) => {
        if (event.type !== 'reported' || next === null || next.phase === 'released') return;
        if (event.position <= (before?.reports?.[event.key]?.position ?? 0) || !(event.level in world.policy.ladders))
          return;
        expect(next.runs.some(({ level }) => rank(level) >= rank(event.level))).toBe(true);
        expect(rank(next.reports?.[event.key]?.level ?? 'normal')).toBeGreaterThanOrEqual(rank(event.level));
        expect(refusesRelease(world.policy, next, {})).not.toBe(null);
      });
    });

    it('E27 lowers a report by nothing but its lowering: not by time, answers, levels or silence', () => {
      always(({ event, before, next }) => {
        if (event.type === 'report-lowered') return;
        for (const [key, { level }] of Object.entries(before?.reports ?? {}))
          expect(rank(next?.reports?.[key]?.level ?? 'normal')).toBeGreaterThanOrEqual(rank(level));
      });
    });

    it('calls nobody for what is unverified or unguarded, which holds no callout open by itself', () => {
      always(({ event, before, next, effects }, world) => {
        if (event.type !== 'level-changed' || (event.verified && event.guarded)) return;
        expect(effects).toEqual([]);
        const stood = before?.covered[event.target];
        const stands = next?.covered[event.target];
        if (next === null || next === before || stands === undefined) return;
        expect(rank(standing(stands))).toBeLessThanOrEqual(stood === undefined ? 0 : rank(standing(stood)));
        const others = Object.entries(next.covered).filter(([target]) => target !== event.target);
        const reported = Object.values(next.reports ?? {}).map(({ level }) => level);
        const hasOther = [...others.map(([, state]) => standing(state)), ...reported].some((level) =>
          isCallable(world.policy, level),
        );
        if (next.phase === 'answered' && !hasOther && !event.guarded)
          expect(refusesRelease(world.policy, next, { inspection: 'x', openOrders: 'x' })).toBe(null);
      });
    });

    it('asks on the phone what was spoken: the text names the key of that very call and its level', () => {
      const words: Record<WarningLevel, string> = { blue: '蓝色', yellow: '黄色', orange: '橙色', red: '红色' };
      always(({ effects }) => {
        for (const { say, code, medium, level } of contacts(effects)) {
          expect(say.zh).toContain(medium === 'voice' ? `请按 ${code} 确认` : `请回复 ${code} 确认`);
          expect(say.zh).toMatch(new RegExp(`${words[level]}预警叫应|现为.色；请您应答${words[level]}。`, 'u'));
          expect(say.zh).not.toMatch(/undefined|NaN|。。|，。/u);
        }
      });
    });
  });

  describe('twice is once', () => {
    it('changes nothing when the same event comes again at once', () => {
      always(({ event, before, next }, world) => {
        if (next === null || next === before || event.type === 'stalled') return;
        // A wrong key pressed twice is two wrong keys; the inbox takes a report that is sent twice only once.
        if (event.type === 'digit' && next.attempts.find(({ number }) => number === event.attempt)?.confirmed !== true)
          return;
        // An evacuation is asked twice.
        if (event.type === 'digit' && event.digit === '3') return;
        const again = step(world.policy, next, event);
        expect(again.effects).toEqual([]);
      });
    });
  });
}
