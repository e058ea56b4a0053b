import type { Kysely } from 'kysely';
import { phonesOf } from '../../alerting/phones.ts';
import { rehearse } from '../../alerting/rehearsal.ts';
import type { RehearsedCall } from '../../alerting/rehearsal.ts';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import type { RehearsalQuery, RehearsalView } from '../contract/rehearsal.ts';
import { isGuarded, targetOf } from '../contract/site-facts.ts';
import { AppError } from '../core/errors.ts';
import { MINUTE, plus } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import { instantOf } from '../core/zone.ts';
import { maskPhone } from '../gateway/views/mask-phone.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { loadSites } from './site-config-store.ts';
import { sitePolicy } from './site-policy.ts';

interface RehearsalDeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/** Answers "what happens if this turns red at ten past two next Saturday?" by the configuration and the people as they are now. Calls nobody. */
export function rehearsalDesk({ db, clock }: RehearsalDeskPorts) {
  return {
    /** @throws AppError `site/not-found`, `request/invalid` (naming `rule`, `level` or `answers`) */
    async rehearse(siteId: string, asked: RehearsalQuery): Promise<RehearsalView> {
      const [site] = await loadSites(db, [siteId]);
      if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
      const { config, version } = site;
      const { level } = asked;
      const rule = config.rules.find(({ id, limits }) =>
        asked.rule === undefined ? limits[level] !== undefined : id === asked.rule,
      );
      if (rule === undefined) throw invalid('rule', `the site has no rule "${asked.rule ?? ''}" for ${level}`);
      const limit = rule.limits[level];
      if (limit === undefined) throw invalid('level', `rule "${rule.id}" has no limit for ${level}`);
      const sensor = config.sensors.find(({ code }) => code === rule.sensor);
      if (sensor === undefined) throw new Error(`rule ${rule.id} watches no sensor: refused when a site is applied`);
      const policy = await sitePolicy(siteId, db);
      const at = asked.when === undefined ? await clock.read(db) : momentOf(asked.when, config.timeZone);
      const lastsMs = asked.minutes * MINUTE;
      const answers = (asked.answers ?? '').split(',').flatMap((id) => (id.trim() === '' ? [] : [id.trim()]));
      const stranger = answers.find((id) => !policy.contacts.some((contact) => contact.id === id));
      if (stranger !== undefined) throw invalid('answers', `the site has no contact "${stranger}"`);
      const guarded = isGuarded(rule, sensor);
      const target = targetOf(siteId, rule.id);
      const { calls, notes, phase, isCut } = guarded
        ? rehearse(policy, { target, level: level, value: limit, limit, at, lastsMs, answers })
        : { calls: [], notes: [], phase: 'none' as const, isCut: false };
      return {
        siteId,
        configVersion: version,
        target: { rule: rule.id, name: sensor.name, unit: sensor.unit },
        level: level,
        limit,
        at,
        until: plus(at, lastsMs),
        refusal: !guarded ? 'unguarded' : phase === 'none' ? 'level-not-called' : null,
        calls: calls.map((call) => callOf(policy, call)),
        notes: notes.map((note) => ({ ...note, facts: { ...note.facts } })),
        phase,
        isCut,
      };
    },
  };
}

const invalid = (field: string, message: string): AppError => new AppError('request/invalid', message, { field });

const momentOf = (written: string, timeZone: string): Instant => {
  const [date = '', time = ''] = written.split('T');
  return instantOf(date, time, timeZone);
};

function callOf({ contacts }: CalloutPolicy, call: RehearsedCall): RehearsalView['calls'][number] {
  const { attempt, at, contactId, line, medium, level, say, ended } = call;
  const contact = contacts.find(({ id }) => id === contactId);
  return {
    attempt,
    at,
    contactId,
    name: contact?.name ?? { zh: contactId, en: contactId },
    duty: contact?.duty ?? null,
    phone: contact === undefined ? '' : maskPhone(phonesOf(contact)[line] ?? contact.phone),
    medium,
    level,
    say,
    outcome: ended?.outcome ?? null,
    endedAt: ended?.at ?? null,
  };
}
