import { XMLParser } from 'fast-xml-parser';
import {
  CAP_CERTAINTIES,
  CAP_MESSAGES,
  CAP_NAMESPACE,
  CAP_SEVERITIES,
  CAP_STATUSES,
  CAP_URGENCIES,
} from '../../../alerting/cap/cap-names.ts';

/** How often an element stands there, and what may stand in it: text that matches, or a sequence of elements. */
interface Particle {
  readonly name: string;
  readonly least: 0 | 1;
  readonly most: 1 | 'many';
  readonly holds: RegExp | readonly Particle[];
}

const ANY = /^[^]*$/;
const oneOf = (words: readonly string[]): RegExp => new RegExp(`^(?:${words.join('|')})$`);
const must = (name: string, holds: Particle['holds'] = ANY): Particle => ({ name, least: 1, most: 1, holds });
const may = (name: string, holds: Particle['holds'] = ANY): Particle => ({ name, least: 0, most: 1, holds });
const some = (name: string, holds: Particle['holds'] = ANY): Particle => ({ name, least: 1, most: 'many', holds });
const any = (name: string, holds: Particle['holds'] = ANY): Particle => ({ name, least: 0, most: 'many', holds });

/** "shall be represented in the DateTime Data Type"; alphabetic zone designators such as Z must not be used: 3.3.2 */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/;
/** "MUST NOT include spaces, commas or restricted characters (< and &)" */
const PLAIN = /^[^\s,<&]+$/;
const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const NAMED = [must('valueName'), must('value')];

const AREA = [
  must('areaDesc'),
  any('polygon', new RegExp(`^${NUMBER},${NUMBER}(?: ${NUMBER},${NUMBER}){3,}$`)),
  any('circle', new RegExp(`^${NUMBER},${NUMBER} ${NUMBER}$`)),
  any('geocode', NAMED),
  may('altitude'),
  may('ceiling'),
];
const CATEGORIES = [
  'Geo',
  'Met',
  'Safety',
  'Security',
  'Rescue',
  'Fire',
  'Health',
  'Env',
  'Transport',
  'Infra',
  'CBRNE',
];
const RESPONSES = ['Shelter', 'Evacuate', 'Prepare', 'Execute', 'Avoid', 'Monitor', 'Assess', 'AllClear', 'None'];
const INFO = [
  may('language', /^[a-z]{2}-[A-Z]{2}$/),
  some('category', oneOf([...CATEGORIES, 'Other'])),
  must('event'),
  any('responseType', oneOf(RESPONSES)),
  must('urgency', oneOf(CAP_URGENCIES)),
  must('severity', oneOf(CAP_SEVERITIES)),
  must('certainty', oneOf(CAP_CERTAINTIES)),
  may('audience'),
  any('eventCode', NAMED),
  may('effective', DATE_TIME),
  may('onset', DATE_TIME),
  may('expires', DATE_TIME),
  may('senderName'),
  may('headline'),
  may('description'),
  may('instruction'),
  may('web'),
  may('contact'),
  any('parameter', NAMED),
  any('resource', [must('resourceDesc'), must('mimeType'), may('size'), may('uri'), may('derefUri'), may('digest')]),
  any('area', AREA),
];
/** The elements of section 3.2 of the standard, in the order of its schema. */
const ALERT = [
  must('identifier', PLAIN),
  must('sender', PLAIN),
  must('sent', DATE_TIME),
  must('status', oneOf(CAP_STATUSES)),
  must('msgType', oneOf(CAP_MESSAGES)),
  may('source'),
  must('scope', /^(?:Public|Restricted|Private)$/),
  may('restriction'),
  may('addresses'),
  any('code'),
  may('note'),
  may('references', /^[^\s,]+,[^\s,]+,\S+(?: [^\s,]+,[^\s,]+,\S+)*$/),
  may('incidents'),
  any('info', INFO),
];

/** As far as our own documents go: they have no comments, and attributes at the root alone. */
function isWellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, closes, name = ''] of xml.matchAll(/<(\/?)([a-zA-Z]+)[^<>]*>/g)) {
    if (closes === '') open.push(name);
    else if (open.pop() !== name) return false;
  }
  const text = xml.replaceAll(/<[^<>]*>/g, '');
  return open.length === 0 && !/[<>]|&(?!(?:amp|lt|gt|#13);)/.test(text);
}

type Node = Readonly<Record<string, unknown>>;
const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, parseTagValue: false, trimValues: false });

/**
 * What of a document is against CAP 1.2, written down here from the text of the standard (its data dictionary, section 3.2, and
 * the order of its schema, section 3.4): the schema of OASIS itself is not part of this repository.
 */
export function capFaults(xml: string): readonly string[] {
  if (!isWellFormed(xml)) return ['no XML: an element is not closed, or a sign is not escaped'];
  const root = (parser.parse(xml) as Node[]).find((node) => 'alert' in node);
  if (root === undefined) return ['no alert'];
  const namespace = (root[':@'] as Node | undefined)?.['@_xmlns'];
  const own = namespace === CAP_NAMESPACE ? [] : [`the namespace is ${String(namespace)}`];
  return [...own, ...sequenceFaults('alert', root['alert'] as Node[], ALERT)];
}

function sequenceFaults(path: string, nodes: readonly Node[], sequence: readonly Particle[]): readonly string[] {
  const faults: string[] = [];
  const children = nodes.filter((node) => !('#text' in node)).map((node) => [nameOf(node), node] as const);
  let i = 0;
  for (const { name, least, most, holds } of sequence) {
    let found = 0;
    for (; children[i]?.[0] === name && (most === 'many' || found < 1); i += 1) {
      found += 1;
      const inner = children[i]?.[1][name] as Node[];
      if (holds instanceof RegExp) {
        if (!holds.test(textOf(inner))) faults.push(`${path}.${name}: ${textOf(inner)}`);
      } else faults.push(...sequenceFaults(`${path}.${name}`, inner, holds));
    }
    if (found < least) faults.push(`${path}.${name} is missing, or not in its place`);
  }
  const rest = children[i]?.[0];
  return rest === undefined ? faults : [...faults, `${path}: ${rest} is not in its place`];
}

const nameOf = (node: Node): string => Object.keys(node).find((key) => key !== ':@') ?? '';
const textOf = (nodes: readonly Node[]): string =>
  nodes.map((node) => (typeof node['#text'] === 'string' ? node['#text'] : '')).join('');
