import { z } from 'zod';

/** The part of JSON Schema that our schemas need. */
interface Field {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly default?: string | number;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  readonly items?: Field;
  readonly oneOf?: readonly Field[];
  /** One, or a list of such. */
  readonly anyOf?: readonly Field[];
}

/**
 * The keys of a schema as Markdown tables, one for each key at the top that has keys of its own.
 * @throws Error naming the first key without a description.
 */
export function fieldTables(schema: z.ZodType): string {
  const root = z.toJSONSchema(schema, { io: 'input' }) as Field;
  const top = Object.entries(root.properties ?? {});
  const sections = top.filter(([, field]) => keysOf(field) !== undefined);
  const inWays = top.flatMap(([key, field]) => waysOf(field).map((way) => [key, way] as const));
  return [
    '## The file\n',
    table(top.map(([key, field]) => row(key, field, isRequired(root, key)))),
    ...sections.flatMap(([key, field]) => [`\n## \`${key}\`\n`, table(rowsBelow('', field))]),
    ...inWays.flatMap(([key, way]) => [`\n## \`${key}\` (${nameOf(way)})\n`, table(rowsBelow('', way))]),
    '',
  ].join('\n');
}

const HEAD = ['| key | value | meaning |', '| --- | --- | --- |'];
const table = (rows: readonly string[]): string => [...HEAD, ...rows].join('\n');

/** What has the keys: the field itself, an entry of its list, or the one that there may be several of. */
const groupOf = (field: Field): Field => field.items ?? field.anyOf?.[0] ?? field;
/** Of what there may be one or several of: the ways to write one. */
const waysOf = (field: Field): readonly Field[] => field.anyOf?.[0]?.oneOf ?? [];
const keysOf = (field: Field): Field['properties'] => groupOf(field).properties;
const isRequired = (parent: Field, key: string): boolean => groupOf(parent).required?.includes(key) ?? false;

function rowsBelow(path: string, parent: Field): string[] {
  return Object.entries(keysOf(parent) ?? {}).flatMap(([key, field]) => {
    const here = path === '' ? key : `${path}.${key}`;
    const ways = (field.oneOf ?? []).flatMap((way) => rowsBelow(`${here} (${nameOf(way)})`, way));
    return [
      row(here, field, isRequired(parent, key)),
      ...rowsBelow(field.items?.properties ? `${here}[]` : here, field),
      ...ways,
    ];
  });
}

/** The constant by which one of several ways to write a key is told from the others. */
const nameOf = (way: Field): string =>
  Object.values(way.properties ?? {}).find((field) => field.const !== undefined)?.const ??
  way.properties?.['dialect']?.enum?.join(', ') ??
  'otherwise';

function row(key: string, field: Field, required: boolean): string {
  if (!field.description) throw new Error(`${key} has no description`);
  return `| \`${key}\` | ${valueOf(field, required)} | ${field.description.replaceAll('|', '\\|')} |`;
}

function valueOf(field: Field, required: boolean): string {
  if (field.default !== undefined) return `${kindOf(field)}; ${written(field.default)} if left out`;
  return required ? kindOf(field) : `${kindOf(field)}; may be left out`;
}

/** What stands for a key that is left out: what is no plain value as it would be written in YAML. */
const written = (value: unknown): string =>
  Array.isArray(value) && value.length === 0
    ? 'none'
    : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

function kindOf(field: Field): string {
  if (field.anyOf) return 'keys, or a list of such';
  if (field.items) return field.items.properties ? 'list' : `list of ${kindOf(field.items)}`;
  if (field.properties ?? field.oneOf) return 'keys';
  if (field.const !== undefined) return `\`${field.const}\``;
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.format === 'date') return 'date';
  return { string: 'text', boolean: '`true`, `false`' }[field.type ?? ''] ?? field.type ?? 'anything';
}
