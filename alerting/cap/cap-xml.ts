import type { Instant } from '../../src/core/time.ts';
import type { CapAlert, CapArea, CapInfo } from './cap-alert.ts';
import { CAP_NAMESPACE } from './cap-names.ts';

/** A CAP 1.2 message as XML, its elements in the order of the standard. */
export function capXml(alert: CapAlert): string {
  const { identifier, sender, status, msgType, restriction, references, infos } = alert;
  const sent = capTime(alert.sent, alert.timeZone);
  const before = references.map((one) => `${one.sender},${one.identifier},${capTime(one.sent, alert.timeZone)}`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<alert xmlns="${CAP_NAMESPACE}">`,
    element('identifier', identifier),
    element('sender', sender),
    element('sent', sent),
    element('status', status),
    element('msgType', msgType),
    element('scope', 'Restricted'),
    element('restriction', restriction),
    ...(before.length === 0 ? [] : [element('references', before.join(' '))]),
    ...infos.flatMap(infoXml),
    '</alert>',
    '',
  ].join('\n');
}

const infoXml = (info: CapInfo): readonly string[] => [
  '<info>',
  element('language', info.language),
  element('category', 'Geo'),
  element('category', 'Safety'),
  element('event', info.event),
  element('responseType', info.responseType),
  element('urgency', info.grade.urgency),
  element('severity', info.grade.severity),
  element('certainty', info.grade.certainty),
  element('senderName', info.senderName),
  element('headline', info.headline),
  element('description', info.description),
  `<parameter>${element('valueName', 'level')}${element('value', info.level)}</parameter>`,
  ...areaXml(info.area),
  '</info>',
];

function areaXml({ areaDesc, polygon, circle }: CapArea): readonly string[] {
  const [first] = polygon ?? [];
  const pairs = polygon !== null && first !== undefined ? [...polygon, first] : [];
  const pair = ({ latitude, longitude }: { latitude: number; longitude: number }): string =>
    `${String(latitude)},${String(longitude)}`;
  return [
    '<area>',
    element('areaDesc', areaDesc),
    ...(pairs.length === 0 ? [] : [element('polygon', pairs.map(pair).join(' '))]),
    ...(circle === null ? [] : [element('circle', `${pair(circle)} ${String(circle.kilometres)}`)]),
    '</area>',
  ];
}

const element = (name: string, text: string): string => `<${name}>${escaped(text)}</${name}>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What XML 1.0 has no way to write becomes the sign for what is unreadable. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign)
    .replaceAll('\r', '&#13;');

/** An instant in the zone of a site as CAP wants it: seconds, an offset and never `Z`; UTC is `-00:00`. */
export function capTime(at: Instant, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const named = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  const zone = named('timeZoneName').replace('GMT', '');
  const offset = zone === '' || zone === '+00:00' ? '-00:00' : zone;
  const date = `${named('year')}-${named('month')}-${named('day')}`;
  return `${date}T${named('hour')}:${named('minute')}:${named('second')}${offset}`;
}
