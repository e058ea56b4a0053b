import { gravest } from '../../src/core/level.ts';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Callout } from '../callout.ts';
import type { Effect, Happening, Outcome } from '../callout-event.ts';
import { contactOf } from '../ladder.ts';
import { phonesOf } from '../phones.ts';
import { happeningOf, isLast, movedTo } from '../reported.ts';
import { replyTo } from '../spoken-reply.ts';
import { databaseAway } from './database-fault.ts';
import { reportKey } from './journal.ts';
import type { Dark, DarkSite, Entry } from './journal.ts';
import type { DarkAttempt } from './roster.ts';
import { stepAll } from './step-all.ts';

/** What a journal says so far; `null` before its first line. The same lines always give the same calls. */
export function fold(dark: Dark | null, entry: Entry): Dark | null {
  if (entry.type === 'began') return began(entry);
  const site = dark?.sites[entry.siteId];
  return dark === null || site === undefined
    ? dark
    : { ...dark, sites: { ...dark.sites, [entry.siteId]: afterwards(site, entry) } };
}

type Of<T extends Entry['type']> = Extract<Entry, { type: T }>;

const began = ({ journal, since, fault = databaseAway(since), at, sites }: Of<'began'>): Dark => ({
  journal,
  since,
  fault,
  at,
  sites: Object.fromEntries(
    sites.map(({ newId, ...before }) => [
      before.siteId,
      {
        before,
        calloutId: before.callout?.id ?? newId,
        state: before.callout?.state ?? null,
        attempts: before.callout?.attempts ?? [],
        notes: [],
        heard: {},
        replies: {},
      },
    ]),
  ),
});

function afterwards(site: DarkSite, entry: Exclude<Entry, { type: 'began' }>): DarkSite {
  switch (entry.type) {
    case 'happened':
      return happened(site, entry, entry.happenings);
    case 'reported':
      return reported(site, entry);
    case 'placed':
      return patch(site, entry.attemptId, (attempt) => placed(attempt, entry.reference));
    case 'hung-up':
      return patch(site, entry.attemptId, (attempt) => ended(attempt, entry.at, attempt.outcome ?? 'cancelled'));
  }
}

const patch = (site: DarkSite, id: string, change: (attempt: DarkAttempt) => DarkAttempt): DarkSite => ({
  ...site,
  attempts: site.attempts.map((attempt) => (attempt.id === id ? change(attempt) : attempt)),
});

/** Somebody may have answered while the carrier was being asked: then it has to be hung up. */
function placed(attempt: DarkAttempt, asked: string): DarkAttempt {
  const reference = attempt.reference ?? asked;
  const isRaced = attempt.outcome === 'cancelled' && attempt.medium === 'voice';
  if (isRaced) return { ...attempt, reference, status: 'cancelling', outcome: 'raced', endedAt: null };
  return { ...attempt, reference, status: attempt.status === 'queued' ? 'handed-over' : attempt.status };
}

const ended = (attempt: DarkAttempt, at: Instant, outcome: Outcome): DarkAttempt =>
  attempt.status === 'ended' ? attempt : { ...attempt, status: 'ended', outcome, endedAt: at };

function happened(
  site: DarkSite,
  { at, seed, uuid }: Pick<Of<'happened'>, 'at' | 'seed' | 'uuid'>,
  happenings: readonly Happening[],
): DarkSite {
  const { policy } = site.before;
  const { next, effects, notes } = stepAll(policy, site.state, happenings, { at, seed });
  const attempts = effects.reduce((known, effect) => performed(known, effect), site.attempts);
  return {
    ...site,
    state: next,
    attempts,
    notes: [...site.notes, ...notes.map((note) => ({ ...note, at }))],
    heard: happenings.reduce(hearing, site.heard),
  };

  function performed(known: readonly DarkAttempt[], effect: Effect): readonly DarkAttempt[] {
    if (effect.type === 'contact') return [...known, queued(effect)];
    if (effect.type === 'inform') return [...known, queued({ ...effect, type: 'contact', medium: 'sms', code: '' })];
    return known.map((attempt) => {
      if (attempt.number !== effect.attempt) return attempt;
      if (effect.type === 'close') return { ...attempt, status: 'ended', outcome: effect.outcome, endedAt: at };
      // What may be on its way to the carrier is hung up when that is known.
      if (effect.type === 'suspend') return attempt;
      // Also who has answered by a key: he may still listen.
      const isUp = attempt.status !== 'ended' || (attempt.outcome === 'confirmed' && attempt.reference !== null);
      const isOnTheLine = attempt.medium === 'voice' && attempt.status !== 'queued' && isUp;
      return isOnTheLine ? { ...attempt, status: 'cancelling' } : ended(attempt, at, 'cancelled');
    });
  }

  function queued(effect: Queued): DarkAttempt {
    const { attempt: number, contactId, medium, line, level, code, say, notBefore } = effect;
    const contact = contactOf(policy, contactId);
    return {
      id: uuid.slice(0, 24) + number.toString(16).padStart(12, '0'),
      number,
      contactId,
      medium,
      phone: (contact && phonesOf(contact)[line]) ?? contact?.phone ?? '',
      level,
      code,
      say,
      status: 'queued',
      ...(notBefore !== undefined && { notBefore }),
      reference: null,
      outcome: null,
      createdAt: at,
      endedAt: null,
    };
  }
}

type Queued = Extract<Effect, { type: 'contact' }>;

function hearing(heard: DarkSite['heard'], happening: Happening): DarkSite['heard'] {
  if (happening.type !== 'level-changed' || happening.source === undefined) return heard;
  const { target, to, source } = happening;
  const { observedAt } = source;
  const known = heard[target];
  const level = gravest([known?.level ?? 'normal', to]);
  return { ...heard, [target]: { level, until: instant(Math.max(known?.until ?? 0, observedAt)) } };
}

function reported(site: DarkSite, entry: Of<'reported'>): DarkSite {
  const { report, at } = entry;
  const key = reportKey(entry.attemptId, report);
  const attempt = site.attempts.find(({ id }) => id === entry.attemptId);
  if (attempt === undefined || site.replies[key] !== undefined) return site;
  const moved = movedTo(attempt, report.event);
  const learned = patch(site, attempt.id, (one) => ({
    ...one,
    reference: one.reference ?? report.id ?? null,
    ...(moved !== null && { status: moved.status }),
    ...(moved?.outcome !== undefined && { outcome: moved.outcome, endedAt: at }),
  }));
  const happening = happeningOf(attempt, report);
  const taken = happening === null ? learned : happened(learned, entry, [happening]);
  const over = isLast(report.event)
    ? patch(taken, attempt.id, (one) => ended(one, at, one.outcome ?? 'cancelled'))
    : taken;
  const reply = over.state === null ? {} : replyTo(report, lineTo(over.before.policy, over.state, attempt));
  return { ...over, replies: { ...over.replies, [key]: reply } };
}

const lineTo = (policy: DarkSite['before']['policy'], callout: Callout, { number, say }: DarkAttempt) => ({
  policy,
  callout,
  attempt: number,
  say,
});
