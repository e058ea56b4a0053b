import type { FastifyInstance } from 'fastify';

/** A JSON schema, as the API describes its inputs. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly schema: Schema;
}

/** A route as /openapi.json describes it. */
export interface DescribedRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its parameters in braces. */
  readonly path: string;
  readonly permission: string | undefined;
  readonly at: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly query: readonly Parameter[];
  readonly body: Schema | undefined;
}

interface Operation {
  readonly 'x-permission'?: string;
  readonly 'x-at'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** Every route that the API describes: whoever adds one need not name it in any test. */
export function describedRoutes(app: FastifyInstance): readonly DescribedRoute[] {
  const { paths = {} } = app.swagger() as { paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): DescribedRoute => {
      const { parameters = [], requestBody } = operation;
      return {
        method: method.toUpperCase() as DescribedRoute['method'],
        path,
        permission: operation['x-permission'],
        at: operation['x-at'],
        parameters: parameters.filter((each) => each.in === 'path'),
        query: parameters.filter((each) => each.in === 'query'),
        body: Object.values(requestBody?.content ?? {})[0]?.schema,
      };
    }),
  );
}

export const nameOf = ({ method, path }: DescribedRoute): string => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;

/** The path with these in the place of its parameters. Throws on one that is not among them. */
export const pathWith = ({ path }: DescribedRoute, values: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`marked-things.ts makes no ${name}: add one, so that this route is walked`);
    return encodeURIComponent(value);
  });

const TEXTS = [
  'words of a test',
  '1',
  '7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f00aa',
  '2026-07-01T00:00:00Z',
  '2026-07-01',
  '08:00',
  '+861000000009',
  'a-b',
  'a/b',
  'a@b.example',
  'https://a.example',
  'zh',
  'YQ==',
];

/**
 * A value that a schema takes: of keys that `named` knows its value, of others the required ones alone.
 * Throws where no text is known that fits a pattern: add one above.
 */
export function exampleOf(schema: Schema, named: Readonly<Record<string, unknown>> = {}): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (choice !== undefined) return exampleOf(choice, named);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([key]) => schema.required?.includes(key) === true || key in named)
          .map(([key, of]) => [key, key in named ? named[key] : exampleOf(of, named)]),
      );
    case 'array':
      return Array.from({ length: schema.minItems ?? 1 }, () => exampleOf(schema.items ?? {}, named));
    case 'number':
    case 'integer':
      return schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return textOf(schema);
  }
}

function textOf(schema: Schema): string {
  const { minLength = 0, maxLength = Infinity, pattern, allOf = [] } = schema;
  const patterns = [pattern, ...allOf.map((each) => each.pattern)].filter((each) => each !== undefined);
  const fits = (text: string) =>
    text.length >= minLength && text.length <= maxLength && patterns.every((each) => new RegExp(each, 'u').test(text));
  const found = [...TEXTS, 'x'.repeat(minLength)].find(fits);
  if (found === undefined) throw new Error(`described-routes.ts knows no text that fits ${JSON.stringify(schema)}`);
  return found;
}
