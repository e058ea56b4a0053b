import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { calloutAlerts } from '../../../alerting/cap/callout-alerts.ts';
import type { CalloutLine, CapOrigin } from '../../../alerting/cap/callout-alerts.ts';
import { GRADES } from '../../../alerting/cap/cap-alert.ts';
import { capTime, capXml } from '../../../alerting/cap/cap-xml.ts';
import { MINUTE, instant } from '../../../src/core/time.ts';
import { WARNING_LEVELS } from '../../../src/core/level.ts';
import { capFaults } from './cap-schema.ts';

const NOON = instant(Date.UTC(2026, 6, 1, 12));
const at = (minutes: number) => instant(NOON + minutes * MINUTE);
const ORIGIN: CapOrigin = {
  calloutId: '7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0009',
  sender: 'tailwatch@mine.example',
  policy: {
    siteName: { zh: '示例尾矿库', en: 'Demo pond' },
    timeZone: 'Asia/Shanghai',
    targets: { 'pond/level': { name: { zh: '库水位', en: 'Pond level' }, unit: 'm' } },
  },
  area: {
    description: { zh: '坝下 3 公里', en: '3 km below the dam' },
    polygon: [
      { latitude: 26.1, longitude: 112.5 },
      { latitude: 26.2, longitude: 112.5 },
      { latitude: 26.2, longitude: 112.6 },
    ],
    circle: { latitude: 26.15, longitude: 112.55, kilometres: 3 },
  },
  isExercise: false,
};
const line = (minutes: number, type: string, facts: CalloutLine['facts'] = {}): CalloutLine => ({
  at: at(minutes),
  type,
  facts,
});
const RECORD = [
  line(0, 'opened', { level: 'yellow', subject: 'target', about: 'pond/level' }),
  line(1, 'answered', { contactId: 'li' }),
  line(20, 'level-added', { level: 'red', subject: 'target', about: 'pond/level' }),
  line(30, 'follow-up', { level: 'yellow' }),
  line(90, 'released', { by: 'li', note: 'inspected' }),
];
const told = (record: readonly CalloutLine[], origin = ORIGIN) => calloutAlerts(origin, record);

describe('the CAP messages of a callout', () => {
  it('are an Alert, Updates and a Cancel, each with all before it', () => {
    const alerts = told(RECORD);
    expect(alerts.map(({ msgType, sent }) => [msgType, (sent - NOON) / MINUTE])).toEqual([
      ['Alert', 0],
      ['Update', 20],
      ['Update', 30],
      ['Cancel', 90],
    ]);
    expect(alerts.map(({ references }) => references.map(({ identifier }) => identifier.slice(-1)))).toEqual([
      [],
      ['1'],
      ['1', '2'],
      ['1', '2', '3'],
    ]);
  });

  it('are the same whenever they are asked for', () => {
    const all = told(RECORD);
    RECORD.forEach((_line, i) => {
      const so = told(RECORD.slice(0, i + 1));
      expect(so).toEqual(all.slice(0, so.length));
    });
  });

  it('are graded by the gravest level so far: news of a milder one makes nothing milder', () => {
    expect(told(RECORD).map(({ infos }) => infos[0]?.grade.severity)).toEqual([
      'Moderate',
      'Extreme',
      'Extreme',
      'Minor',
    ]);
  });

  it('say it in both languages, the gravest level in words', () => {
    const [, red] = told(RECORD);
    expect(red?.infos.map(({ language, headline, description }) => [language, headline, description])).toEqual([
      ['zh-CN', '示例尾矿库：红色预警', '2026-07-01T20:20:00+08:00 起，库水位 达到红色，正在叫应。'],
      [
        'en-US',
        'Demo pond: red warning',
        'From 2026-07-01T20:20:00+08:00: Pond level has reached red, people are called.',
      ],
    ]);
  });

  it('of a drill are an Exercise, and say so in the headline', () => {
    const [alert] = told(RECORD, { ...ORIGIN, isExercise: true });
    expect(alert?.status).toBe('Exercise');
    expect(alert?.infos.map(({ headline }) => headline)).toEqual([
      '【演练】示例尾矿库：黄色预警',
      'EXERCISE: Demo pond: yellow warning',
    ]);
  });

  it('of each level, with and without an area, are as the standard has them', () => {
    for (const level of WARNING_LEVELS)
      for (const area of [ORIGIN.area, null, { ...ORIGIN.area!, polygon: null }])
        for (const alert of told([line(0, 'opened', { level }), ...RECORD.slice(1)], { ...ORIGIN, area }))
          expect(capFaults(capXml(alert))).toEqual([]);
    expect(new Set(Object.values(GRADES).map((grade) => JSON.stringify(grade))).size).toBe(4);
  });

  it('the corners of the area are closed, as the standard asks', () => {
    const [alert] = told(RECORD);
    expect(alert && capXml(alert)).toContain('<polygon>26.1,112.5 26.2,112.5 26.2,112.6 26.1,112.5</polygon>');
  });

  it('the test of the standard finds what is against it', () => {
    const [alert] = told(RECORD);
    const xml = alert === undefined ? '' : capXml(alert);
    const broken: readonly (readonly [string, string])[] = [
      ['<scope>Restricted</scope>', ''],
      ['<status>Actual</status>', '<status>Real</status>'],
      ['+08:00</sent>', 'Z</sent>'],
      ['<event>尾矿库安全预警</event>', ''],
      ['<sender>tailwatch@mine.example', '<sender>tailwatch, mine'],
      ['cap:1.2', 'cap:1.1'],
      [' 26.1,112.5</polygon>', '</polygon>'],
      ['</alert>', '<note>x</note></alert>'],
      ['</alert>', ''],
    ];
    for (const [from, to] of broken) expect(capFaults(xml.replace(from, to)), from).not.toEqual([]);
  });

  it('hold whatever a site is called, and no more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        const origin = { ...ORIGIN, policy: { ...ORIGIN.policy, siteName: { zh: name, en: name } } };
        const [alert] = told(RECORD, origin);
        const xml = alert === undefined ? '' : capXml(alert);
        expect(capFaults(xml)).toEqual([]);
        const parsed = new XMLParser({ parseTagValue: false, trimValues: false }).parse(xml) as {
          alert: { info: { senderName: string }[] };
        };
        expect(parsed.alert.info[0]?.senderName).toBe(
          name.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\uFFFD'),
        );
      }),
    );
  });
});

describe('a time of CAP', () => {
  it('has the offset of its place, and never Z', () => {
    expect(capTime(NOON, 'Asia/Shanghai')).toBe('2026-07-01T20:00:00+08:00');
    expect(capTime(NOON, 'UTC')).toBe('2026-07-01T12:00:00-00:00');
    expect(capTime(NOON, 'America/St_Johns')).toBe('2026-07-01T09:30:00-02:30');
  });
});
