import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import type { WarningLevel } from '../core/level.ts';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { WeatherMessage } from '../core/weather.ts';

/** Characters of a document at most: those of the bureau have a few thousand. */
const CHARACTERS_AT_MOST = 256 * 1024;
const INFOS_AT_MOST = 20;

/** Severity of CAP 1.2 as the colours of the Chinese bureau; `Unknown` is taken at its gravest but one. */
const COLOUR: Readonly<Record<string, WarningLevel>> = {
  Extreme: 'red',
  Severe: 'orange',
  Moderate: 'yellow',
  Minor: 'blue',
  Unknown: 'orange',
};

const KIND = { Alert: 'alert', Update: 'update', Cancel: 'cancel' } as const;

const text = (max: number) => z.string().trim().min(1).max(max);
const many = <T extends z.ZodType>(of: T) => z.array(of).max(INFOS_AT_MOST);

const Info = z.object({
  language: z.string().default('en-US'),
  event: text(120),
  severity: z.enum(Object.keys(COLOUR) as [string, ...string[]]),
  expires: text(40).optional(),
  area: many(z.object({ areaDesc: text(2000) })).default([]),
});
type Info = z.infer<typeof Info>;

const Alert = z.object({
  identifier: text(200),
  sender: text(200),
  sent: text(40),
  status: z.enum(['Actual', 'Exercise', 'System', 'Test', 'Draft']),
  msgType: z.enum(['Alert', 'Update', 'Cancel', 'Ack', 'Error']),
  references: z.string().max(4000).default(''),
  info: many(Info).default([]),
});

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: true,
  isArray: (name) => name === 'info' || name === 'area',
});

/**
 * A warning as a CAP 1.2 document says it. A document type, and so any entity of its own, is refused unread.
 * Throws `weather/bad-document`, naming the element as `alert.info.0.severity`.
 */
export function capDocument(xml: string): WeatherMessage {
  if (xml.length > CHARACTERS_AT_MOST) throw bad(`it has more than ${String(CHARACTERS_AT_MOST)} characters`);
  if (/<!/.test(xml.replaceAll(/<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>/g, '')))
    throw bad('it declares a document type: that is not read');
  const parsed = Alert.safeParse(rootOf(documentOf(xml)));
  if (!parsed.success) {
    const [fault] = parsed.error.issues;
    throw bad(fault?.message ?? 'it is no alert', ['alert', ...(fault?.path ?? [])].join('.'));
  }
  return messageOf(parsed.data);
}

function documentOf(xml: string): unknown {
  try {
    // Its successor is a package of its own; without it half a document would be taken for a whole one.
    // oxlint-disable-next-line typescript/no-deprecated
    return parser.parse(xml, true);
  } catch (error) {
    throw bad(`it is no XML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function rootOf(document: unknown): unknown {
  const alert = (document as { readonly alert?: unknown }).alert;
  if (typeof alert !== 'object' || alert === null) throw bad('its root is no <alert>', 'alert');
  return alert;
}

function messageOf({ identifier, sent, status, msgType, references, info }: z.infer<typeof Alert>): WeatherMessage {
  if (msgType === 'Ack' || msgType === 'Error') throw bad('it is no Alert, Update or Cancel', 'alert.msgType');
  const kind = KIND[msgType];
  const zh = info.find(({ language }) => language.toLowerCase().startsWith('zh'));
  const shown = zh ?? info[0];
  if (shown === undefined && kind !== 'cancel') throw bad('an alert without <info> warns of nothing', 'alert.info');
  const en = info.find(({ language }) => language.toLowerCase().startsWith('en')) ?? shown;
  return {
    identifier,
    kind,
    isActual: status === 'Actual',
    event: { zh: lineOf(shown?.event ?? ''), en: lineOf(en?.event ?? '') },
    level: gravestOf(info),
    area: lineOf((shown?.area ?? []).map(({ areaDesc }) => areaDesc).join(' '))
      .slice(0, 200)
      .toWellFormed(),
    sentAt: timeIn(sent, 'alert.sent'),
    expiresAt: shown?.expires === undefined ? null : timeIn(shown.expires, 'alert.info.expires'),
    references: identifiersIn(references),
  };
}

const ORDER = ['Extreme', 'Severe', 'Unknown', 'Moderate', 'Minor'];

/** Of several areas or languages the gravest: a warning is no average. */
function gravestOf(info: readonly Info[]): WarningLevel {
  const severity = ORDER.find((one) => info.some((each) => each.severity === one));
  return COLOUR[severity ?? 'Minor'] ?? 'orange';
}

/** `sender,identifier,sent` each, with spaces between. */
const identifiersIn = (references: string): readonly string[] =>
  references.split(/\s+/).flatMap((one) => one.split(',')[1] ?? []);

function timeIn(written: string, element: string): Instant {
  const at = z.iso.datetime({ offset: true }).safeParse(written);
  if (!at.success) throw bad(`"${written.slice(0, 40)}" is no time with a zone`, element);
  return instant(Date.parse(at.data));
}

const lineOf = (words: string): string => words.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();

const bad = (why: string, field?: string): AppError =>
  new AppError(
    'weather/bad-document',
    `the CAP document cannot be taken: ${why}`,
    field === undefined ? {} : { field },
  );
