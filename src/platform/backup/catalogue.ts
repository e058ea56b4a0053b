import type pg from 'pg';

interface TableOfDatabase {
  readonly name: string;
  /** Without those that the server computes. */
  readonly columns: readonly string[];
}

interface Reference {
  readonly from: string;
  readonly to: string;
}

/** What an extension made is the extension's own: it comes with it. */
const NOT_OF_EXTENSION = (catalogue: string, oid: string): string =>
  `not exists (select from pg_depend d where d.classid = '${catalogue}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;

/** The tables of the present schema, those referred to before those that refer to them. */
export async function tablesOf(client: pg.ClientBase): Promise<TableOfDatabase[]> {
  const { rows: tables } = await client.query<TableOfDatabase>(`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attgenerated = '' and ${NOT_OF_EXTENSION('pg_class', 'c.oid')}
    group by c.relname order by c.relname`);
  const { rows: references } = await client.query<Reference>(`
    select distinct f.relname as from, t.relname as to
    from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and f.relnamespace = current_schema()::regnamespace`);
  return inOrderOfReference(tables, references);
}

/** Throws when they refer to each other in a circle: there is no order in which they could be filled. */
export function inOrderOfReference<T extends { readonly name: string }>(
  tables: readonly T[],
  references: readonly Reference[],
): T[] {
  const ordered: T[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const waiting = new Set(left.map(({ name }) => name));
    // A table may refer to itself: it is filled by one statement, and checked at its end.
    const ready = left.filter(
      ({ name }) => !references.some(({ from, to }) => from === name && to !== name && waiting.has(to)),
    );
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${[...waiting].join(', ')}`);
    ordered.push(...ready);
    left = left.filter((table) => !ready.includes(table));
  }
  return ordered;
}

interface CounterOfDatabase {
  readonly table: string;
  readonly column: string;
  /** Null: never used. */
  readonly last: number | null;
}

/** Counters go on outside of transactions: read after the rows, they are never behind them. */
export async function countersOf(client: pg.ClientBase): Promise<CounterOfDatabase[]> {
  const { rows } = await client.query<Omit<CounterOfDatabase, 'last'> & { last: string | null }>(`
    select t.relname as table, a.attname as column, pg_sequence_last_value(s.oid) as last
    from pg_class s
    join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i')
    join pg_class t on t.oid = d.refobjid join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
    where s.relkind = 'S' and t.relnamespace = current_schema()::regnamespace
      and ${NOT_OF_EXTENSION('pg_class', 't.oid')}
    order by 1, 2`);
  return rows.map(({ last, ...counter }) => ({ ...counter, last: last === null ? null : Number(last) }));
}

/** Statements, one for each thing of schema `from` that is ours, that move it to schema `to`. */
export async function movesOf(client: pg.ClientBase, from: string, to: string): Promise<string[]> {
  const { rows } = await client.query<{ move: string }>(
    `select format('alter %s %I.%I set schema %I', case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
        when 'S' then 'sequence' else 'table' end, $1::text, c.relname, $2::text) as move
      from pg_class c
      where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S') and ${NOT_OF_EXTENSION('pg_class', 'c.oid')}
        and not (c.relkind = 'S' and exists (
          select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')))
    union all
    select format('alter routine %I.%I(%s) set schema %I', $1::text, p.proname, pg_get_function_identity_arguments(p.oid), $2::text)
      from pg_proc p where p.pronamespace = $1::regnamespace and ${NOT_OF_EXTENSION('pg_proc', 'p.oid')}
    union all
    select format('alter type %I.%I set schema %I', $1::text, t.typname, $2::text)
      from pg_type t where t.typnamespace = $1::regnamespace and t.typtype in ('e', 'd') and ${NOT_OF_EXTENSION('pg_type', 't.oid')}`,
    [from, to],
  );
  return rows.map(({ move }) => move);
}
