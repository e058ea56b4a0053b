import type { CalloutView, SiteOverview } from '../../../src/contract/http.ts';
import type { LiveEvent } from '../../../src/contract/live.ts';

type Run = CalloutView['runs'][number];

/** 2026-07-14 02:30:00 in Shanghai, in the middle of the storm. */
export const NOW = Date.UTC(2026, 6, 13, 18, 30);
const MINUTE = 60_000;

const words = (zh: string, en: string) => ({ zh, en });
const source = '设计报告 2023-11 第 6.4 节，总工程师批准';

/** A site with four sensors in the levels given, and nobody being called. */
export function sampleSite(now = NOW, changes: Partial<SiteOverview> = {}): SiteOverview {
  const sensor = (
    sensorId: number,
    code: string,
    name: { zh: string; en: string },
    item: 'pond-level' | 'rainfall' | 'phreatic-level',
    value: number,
  ) =>
    ({
      sensorId,
      code,
      name,
      item,
      unit: item === 'rainfall' ? 'mm' : 'm',
      intervalMs: 5000,
      installedAt: Date.UTC(2024, 4, 1),
      state: 'in-service',
      point: code,
      sectionId: null,
      maintenance: null,
      visibility: 'seen',
      visibilitySince: null,
      newest: { observedAt: now - 2400, receivedAt: now - 2100, value, doubtful: false },
    }) as const;
  const rule = (
    ruleId: string,
    sensorId: number,
    limits: [number, number, number, number],
    level: SiteOverview['level'],
  ) =>
    ({
      target: `demo-pond/${ruleId}`,
      ruleId,
      sensorId,
      worse: 'rising',
      limits: { blue: limits[0], yellow: limits[1], orange: limits[2], red: limits[3] },
      deadband: 0.05,
      source,
      approved: { by: '总工程师', on: '2023-11-20', document: '设计报告 2023-11' },
      level,
      verified: true,
      guarded: true,
      changedAt: level === 'normal' ? null : now - 9 * MINUTE,
    }) as const;
  return {
    siteId: 'demo-pond',
    name: words('清溪沟尾矿库', 'Qingxigou tailings pond'),
    timeZone: 'Asia/Shanghai',
    now,
    level: 'red',
    facility: { class: 'three', construction: 'upstream', storage: 'wet', peopleBelow: true },
    guarded: true,
    callProvedAt: null,
    sections: [],
    reports: [],
    sensors: [
      sensor(1, 'pond-level', words('库水位', 'Pond level'), 'pond-level', 338.912),
      sensor(2, 'rain-24h', words('24 小时降雨', '24 h rainfall'), 'rainfall', 143.6),
      sensor(3, 'piezo-1', words('1 号浸润线', 'Piezometer 1'), 'phreatic-level', 331.27),
      sensor(4, 'piezo-2', words('2 号浸润线', 'Piezometer 2'), 'phreatic-level', 329.84),
    ],
    rules: [
      rule('pond-level', 1, [338.7, 338.8, 338.86, 338.89], 'red'),
      rule('rain', 2, [50, 100, 140, 200], 'orange'),
      rule('piezo-1', 3, [331, 331.5, 332, 332.5], 'blue'),
      rule('piezo-2', 4, [330.5, 331, 331.5, 332], 'normal'),
    ],
    contacts: [
      {
        contactId: 'control-room',
        name: words('值班室', 'Control room'),
        duty: 'control-room',
        phone: '+86 100 **** 0001',
      },
      { contactId: 'duty', name: words('王建军', 'Wang Jianjun'), duty: 'duty-officer', phone: '+86 100 **** 0002' },
      { contactId: 'chief', name: words('李秀英', 'Li Xiuying'), duty: 'chief-engineer', phone: '+86 100 **** 0003' },
      {
        contactId: 'deputy',
        name: words('赵国强', 'Zhao Guoqiang'),
        duty: 'deputy-principal',
        phone: '+86 100 **** 0004',
      },
      { contactId: 'principal', name: words('陈明远', 'Chen Mingyuan'), duty: 'principal', phone: '+86 100 **** 0005' },
    ],
    callout: null,
    carrier: { simulated: true, reachable: true, detail: 'ok', page: 'http://127.0.0.1:4600/' },
    quarantined: 3,
    cursor: { levelChange: 12, visibilityChange: 3, calloutEvent: 40, lateExceedance: 0, reportChange: 0 },
    ...changes,
  };
}

/** A callout in which orange was answered by the chief engineer and red is calling the principal. */
export function sampleCallout(now = NOW, changes: Partial<CalloutView> = {}): CalloutView {
  const rung = (contactId: string, answerWithinMs: number): Run['rungs'][number] => ({
    who: [{ contactId }],
    people: [contactId],
    media: ['voice'],
    everyone: false,
    answerWithinMs,
  });
  const attempt = (
    number: number,
    contactId: string,
    level: Run['level'],
    minutesAgo: number,
    outcome: string | null,
    status = 'ended',
  ) =>
    ({
      number,
      contactId,
      medium: 'voice',
      level,
      status,
      outcome,
      createdAt: now - minutesAgo * MINUTE,
      endedAt: outcome === null ? null : now - (minutesAgo - 0.6) * MINUTE,
    }) as const;
  return {
    calloutId: '5f1c4d1e-8c8e-4d26-9a55-0f4f2a1b7c11',
    siteId: 'demo-pond',
    drill: false,
    phase: 'calling',
    openedAt: now - 9 * MINUTE,
    endedAt: null,
    runs: [
      {
        kind: 'level',
        level: 'orange',
        answeredBy: ['chief-engineer', 'deputy-principal', 'principal'],
        rungs: [rung('duty', 60_000), rung('chief', 120_000), rung('principal', 180_000)],
        current: null,
        deadline: null,
        answered: { contactId: 'chief', at: now - 6 * MINUTE },
        respondBy: null,
        withdrawn: null,
      },
      {
        kind: 'level',
        level: 'red',
        answeredBy: ['principal', 'deputy-principal'],
        rungs: [rung('principal', 60_000), { ...rung('principal', 60_000), media: ['sms'] }, rung('deputy', 60_000)],
        current: 0,
        deadline: now + 43_000,
        answered: null,
        respondBy: null,
        withdrawn: null,
      },
    ],
    attempts: [
      attempt(1, 'duty', 'orange', 9, 'no-answer'),
      attempt(2, 'chief', 'orange', 8, 'wrong-digits'),
      attempt(3, 'chief', 'orange', 7, 'confirmed'),
      attempt(4, 'principal', 'red', 0.3, null, 'ringing'),
    ],
    answers: [{ contactId: 'chief', level: 'orange', asked: 'orange', medium: 'voice', at: now - 6 * MINUTE }],
    orders: [],
    levelStands: true,
    ...changes,
  };
}

/** Events of the same story, oldest first. */
export function sampleEvents(now = NOW): LiveEvent[] {
  const level = (
    position: number,
    sensorId: number,
    target: string,
    from: string,
    to: string,
    minutesAgo: number,
    value: number,
    limit: number,
  ) =>
    ({
      log: 'levelChange',
      position,
      siteId: 'demo-pond',
      target: `demo-pond/${target}`,
      sensorId,
      from,
      to,
      observedAt: now - minutesAgo * MINUTE,
      cause: 'reached',
      value,
      limit,
      verified: true,
      guarded: true,
    }) as LiveEvent;
  const callout = (position: number, type: string, minutesAgo: number, facts: Record<string, unknown>) =>
    ({
      log: 'calloutEvent',
      position,
      siteId: 'demo-pond',
      calloutId: sampleCallout().calloutId,
      type,
      at: now - minutesAgo * MINUTE,
      facts,
    }) as LiveEvent;
  const who = (contactId: string, grade: string, attempt: number) => ({
    attempt,
    contactId,
    level: grade,
    medium: 'voice',
  });
  return [
    level(8, 2, 'rain', 'normal', 'blue', 31, 51.2, 50),
    level(9, 1, 'pond-level', 'normal', 'yellow', 14, 338.81, 338.8),
    level(10, 2, 'rain', 'blue', 'orange', 9, 140.4, 140),
    level(11, 3, 'piezo-1', 'normal', 'blue', 4, 331.02, 331),
    level(12, 1, 'pond-level', 'yellow', 'red', 0.4, 338.893, 338.89),
    {
      log: 'visibilityChange',
      position: 3,
      siteId: 'demo-pond',
      sensorIds: [4],
      visibility: 'blind',
      cause: 'missed-intervals',
      at: now - 20 * MINUTE,
    },
    callout(30, 'opened', 9, { level: 'orange', subject: 'target', about: 'demo-pond/rain' }),
    callout(31, 'attempt-queued', 9, { ...who('duty', 'orange', 1), status: 'queued' }),
    callout(32, 'attempt-status', 8.4, { ...who('duty', 'orange', 1), status: 'ended', outcome: 'no-answer' }),
    callout(33, 'attempt-queued', 8, { ...who('chief', 'orange', 2), status: 'queued' }),
    callout(34, 'wrong-digit', 7.6, { ...who('chief', 'orange', 2), wrongDigits: 1 }),
    callout(36, 'answered', 6, {
      contactId: 'chief',
      duty: 'chief-engineer',
      level: 'orange',
      medium: 'voice',
      attempt: 3,
      settled: ['orange'],
    }),
    callout(39, 'level-added', 0.35, { level: 'red', subject: 'target', about: 'demo-pond/pond-level' }),
    callout(40, 'attempt-queued', 0.3, { ...who('principal', 'red', 4), status: 'queued' }),
  ];
}
